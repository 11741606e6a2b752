import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { withoutBasePath } from './base-path.ts';
import type { Origin, ProxyTrust } from './proxy-trust.ts';
import { plainAddress, resolveOrigin } from './proxy-trust.ts';

/** One request on its way through the edge: where it came from and under which ID it stands in the log. */
export interface Visit extends Origin {
  requestId: string;
  method: string;
  /** BASE_URL's path, which is no part of `target` and `path`; empty where there is none. */
  basePath: string;
  /** Path and query, as they were asked for. */
  target: string;
  /** Without the query. */
  path: string;
  incoming: IncomingMessage;
  outgoing: ServerResponse;
  header(name: string): string | undefined;
  /** The declared path of the route, once one was found: the log names it, since real paths may hold secrets. */
  routePath: string | null;
}

/** Reads what the edge needs to know of a request before any route is looked for. */
export const openVisit = (
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  trust: ProxyTrust,
  basePath = '',
): Visit => {
  const header = (name: string): string | undefined => {
    const value = incoming.headers[name.toLowerCase()];
    return Array.isArray(value) ? value.join(', ') : value;
  };
  const peer = {
    address: plainAddress(incoming.socket.remoteAddress ?? ''),
    isSecure: 'encrypted' in incoming.socket,
    host: header('host') ?? '',
  };
  const forwarded = {
    for: header('x-forwarded-for'),
    proto: header('x-forwarded-proto'),
    host: header('x-forwarded-host'),
  };
  const target = withoutBasePath(originForm(incoming.url ?? '/'), basePath);
  return {
    ...resolveOrigin(trust, peer, forwarded),
    requestId: randomBytes(9).toString('base64url'),
    method: incoming.method ?? 'GET',
    basePath,
    target,
    path: target.split('?', 1)[0] ?? '/',
    incoming,
    outgoing,
    header,
    routePath: null,
  };
};

/** A request line may hold a whole address, as callers of proxies write it: its host is not ours to follow. */
const originForm = (target: string): string => {
  if (target.startsWith('/')) return target;
  const url = URL.parse(target);
  return url ? url.pathname + url.search : '/';
};

const unsafeMethods = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

/** True for a method that changes something. */
export const isUnsafe = (method: string): boolean => unsafeMethods.has(method);
