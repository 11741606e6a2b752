import { acceptedEncodings, compressQuickly, smallestCompressed } from './compression.ts';
import { securityHeaders } from './security-headers.ts';
import type { Visit } from './visit.ts';

/** What goes over the wire, before the headers that every answer has. */
export interface Reply {
  status: number;
  headers: Record<string, string | string[]>;
  body: string | Uint8Array | null;
}

/** The headers of every answer, streams included. */
export const commonHeaders = (visit: Visit): Record<string, string> => ({
  ...securityHeaders(visit.isSecure),
  'X-Request-Id': visit.requestId,
});

/** An answer of the API: never kept by a cache, compressed where that pays. */
export const jsonReply = (
  status: number,
  body: unknown,
  headers: Record<string, string | string[]> = {},
  contentType = 'application/json',
): Reply => ({
  status,
  headers: { 'Content-Type': contentType, 'Cache-Control': 'no-store', ...headers },
  body: body === undefined ? null : JSON.stringify(body),
});

/** Finishes a reply. */
export const toResponse = async (visit: Visit, reply: Reply): Promise<Response> => {
  const { body, headers } = await compressed(visit, reply);
  return new Response(body, { status: reply.status, headers: toHeaders({ ...headers, ...commonHeaders(visit) }) });
};

type Body = ConstructorParameters<typeof Response>[0];

const compressed = async (
  visit: Visit,
  { headers, body }: Reply,
): Promise<{ headers: Reply['headers']; body: Body }> => {
  if (body === null || headers['Content-Encoding'] || body.length < smallestCompressed) return { headers, body };
  if (!isText(String(headers['Content-Type']))) return { headers, body };
  const varied = { ...headers, Vary: 'Accept-Encoding' };
  if (!acceptedEncodings(visit.header('accept-encoding')).includes('gzip')) return { headers: varied, body };
  const bytes = await compressQuickly(typeof body === 'string' ? Buffer.from(body) : body);
  return { headers: { ...varied, 'Content-Encoding': 'gzip' }, body: bytes };
};

const isText = (contentType: string): boolean => /^(text\/|application\/(\w+\+)?json)/.test(contentType);

/** Several cookies need several headers of one name, which a plain object cannot hold. */
const toHeaders = (headers: Record<string, string | string[]>): Record<string, string> | Headers => {
  const entries = Object.entries(headers);
  if (!entries.some(([, value]) => Array.isArray(value))) return headers as Record<string, string>;
  const result = new Headers();
  for (const [name, value] of entries) for (const one of [value].flat()) result.append(name, one);
  return result;
};
