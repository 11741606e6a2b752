import { ChrontainerError } from '../errors/index.ts';
import type { Visit } from './visit.ts';

/**
 * Refuses a request that another site made a browser send. Browsers send Sec-Fetch-Site to https and localhost, and
 * Origin with every unsafe method; neither can be set by a page. A request with neither therefore comes from no
 * browser (curl, a script), where nobody else's cookie can be ridden on, and is let through.
 * @throws a 403
 */
export const refuseOtherSites = (visit: Visit, baseUrl: string | null): void => {
  const site = visit.header('sec-fetch-site');
  if (site === 'same-origin' || site === 'none') return;
  const origin = visit.header('origin');
  if (site === undefined && (origin === undefined || isOurs(origin, visit.host, baseUrl))) return;
  throw new ChrontainerError(
    'CHR_WRONG_ORIGIN',
    `Requests from other sites are refused. If this is your own address, let the reverse proxy pass the Host header, or set BASE_URL to the address in the browser.`,
  );
};

/** The scheme is not compared: behind a proxy that ends TLS we may not know it, and the host says whose page it was. */
const isOurs = (origin: string, host: string, baseUrl: string | null): boolean => {
  if (baseUrl !== null && origin === URL.parse(baseUrl)?.origin) return true;
  const theirs = URL.parse(origin);
  // With the origin's scheme, so that `example.org` and `example.org:443` are the same host of https.
  return theirs !== null && theirs.host !== '' && theirs.host === URL.parse(`${theirs.protocol}//${host}`)?.host;
};
