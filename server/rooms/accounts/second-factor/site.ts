import { isIP } from 'node:net';
import { ChrontainerError } from '../../../errors/index.ts';
import type { Site } from './passkey-check.ts';

/**
 * The site that passkeys are bound to: BASE_URL's host, else the one that the caller asked for. A passkey is kept with
 * its site, so that a made-up Host header finds none of another's. The scheme is the browser's business: it knows
 * passkeys on https and on localhost only, and behind a proxy that ends TLS we may not know it.
 * @throws CHR_CONFLICT where there can be no passkeys
 */
export const siteOf = (baseUrl: string | null, host: string): Site => {
  const base = baseUrl === null ? null : URL.parse(baseUrl);
  const url = base ?? URL.parse(`http://${host}`);
  const rpId = url?.hostname ?? '';
  if (rpId === '' || isIP(rpId.replace(/^\[|\]$/g, ''))) {
    throw new ChrontainerError(
      'CHR_CONFLICT',
      'Passkeys belong to a name, not to a number: open Chrontainer by its host name over https, or as localhost.',
    );
  }
  if (base) return { rpId, origins: [base.origin] };
  return { rpId, origins: ['http', 'https'].map((scheme) => new URL(`${scheme}://${host}`).origin) };
};
