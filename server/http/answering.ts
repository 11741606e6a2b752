import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { ChrontainerError } from '../errors/index.ts';
import type { Logger } from '../log/index.ts';
import { isApiPath } from './pages.ts';
import { presentProblem } from './problem.ts';
import { jsonReply, toResponse } from './reply.ts';
import type { Answer } from './route.ts';
import type { Visit } from './visit.ts';

const plain = { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' };

/** A room's answer as it goes out; streams have gone their own way before. */
export const presentAnswer = (visit: Visit, { status = 200, headers, body, text }: Answer): Promise<Response> => {
  // Our own addresses lie below the base path; that of another site stays as it is.
  const location = String(headers?.['Location'] ?? '');
  const placed = location.startsWith('/') ? { ...headers, Location: `${visit.basePath}${location}` } : headers;
  if (!text) return toResponse(visit, jsonReply(status, body, placed));
  const own = { 'Content-Type': text.contentType, 'Cache-Control': 'no-store' };
  return toResponse(visit, { status, headers: { ...own, ...placed }, body: text.content });
};

/** An error as it goes out, and its cause to the log. */
export const presentError = (visit: Visit, error: unknown, log: Logger): Promise<Response> => {
  const { status, headers, body } = presentProblem(error, visit.requestId, visit.basePath);
  const cause = error instanceof ChrontainerError ? error.cause : error;
  const level = status >= 500 ? 'error' : 'warn';
  if (status >= 500 || cause !== undefined) {
    log[level]({ requestId: visit.requestId, route: visit.routePath, status, cause }, body.detail ?? body.title);
  }
  if (isApiPath(visit.path)) return toResponse(visit, jsonReply(status, body, headers, 'application/problem+json'));
  return toResponse(visit, { status, headers: { ...plain, ...headers }, body: `${body.detail}\n` });
};

/** To HEAD a stream says only what it would be. */
export const headOfStream = (visit: Visit): Promise<Response> =>
  toResponse(visit, { status: 200, headers: { 'Content-Type': 'text/event-stream' }, body: null });

/** Tells the adapter that the answer is being written past it. */
export const writtenDirectly = RESPONSE_ALREADY_SENT;
