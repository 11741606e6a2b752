import { ChrontainerError, notFound } from '../errors/index.ts';
import { documentBelow } from './base-path.ts';
import type { Reply } from './reply.ts';
import type { StaticFiles } from './static-files.ts';
import type { Visit } from './visit.ts';

const notBuilt = `The web interface has not been built yet. Build it with: npm run build
The API is served all the same; it describes itself at /api/docs
`;

/** True for what belongs to the API and its kin: errors there are problem+json, and no page stands there. */
export const isApiPath = (path: string): boolean => /^\/(api|health|webhook|metrics)(\/|$)/.test(path);

/**
 * Answers what no route answers: a file of the web interface, or, for a page of it, the one document that all pages
 * have in common.
 * @throws a 404, under the API, or 405 for a method that reads nothing
 */
export const servePage = async (visit: Visit, files: StaticFiles): Promise<Reply> => {
  if (isApiPath(visit.path)) throw notFound('There is nothing at this address; /api/docs lists what there is.');
  if (visit.method !== 'GET' && visit.method !== 'HEAD') {
    throw new ChrontainerError('CHR_METHOD_NOT_ALLOWED', 'Pages can only be read.', {
      headers: { Allow: 'GET, HEAD' },
    });
  }
  return (await files.find(visit.path, visit)) ?? (isPage(visit) ? await document(visit, files) : missing);
};

const document = async (visit: Visit, files: StaticFiles): Promise<Reply> => {
  if (visit.basePath === '') return (await files.find('/index.html', visit)) ?? text(503, notBuilt);
  const html = await files.read('/index.html');
  if (html === null) return text(503, notBuilt);
  const headers = { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-cache' };
  return { status: 200, headers, body: documentBelow(visit.basePath, html) };
};

/** A browser asks for a page as HTML; a missing script or image must not be answered with one. */
const isPage = (visit: Visit): boolean =>
  visit.path === '/' || (/\btext\/html\b/.test(visit.header('accept') ?? '') && !/\.\w+$/.test(visit.path));

const text = (status: number, body: string): Reply => ({
  status,
  headers: { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' },
  body,
});

const missing: Reply = text(404, 'There is no such file here.\n');
