import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Origin, ProxyTrust } from './proxy-trust.ts';
import { plainAddress, resolveOrigin } from './proxy-trust.ts';

/** One request on its way through the edge: where it came from and under which ID it stands in the log. */
export interface Visit extends Origin {
  requestId: string;
  method: string;
  /** Without the query. */
  path: string;
  incoming: IncomingMessage;
  outgoing: ServerResponse;
  header(name: string): string | undefined;
  /** The declared path of the route, once one was found: the log names it, since real paths may hold secrets. */
  routePath: string | null;
}

/** Reads what the edge needs to know of a request before any route is looked for. */
export const openVisit = (incoming: IncomingMessage, outgoing: ServerResponse, trust: ProxyTrust): Visit => {
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
  return {
    ...resolveOrigin(trust, peer, forwarded),
    requestId: randomBytes(9).toString('base64url'),
    method: incoming.method ?? 'GET',
    path: (incoming.url ?? '/').split('?', 1)[0] ?? '/',
    incoming,
    outgoing,
    header,
    routePath: null,
  };
};

const unsafeMethods = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

/** True for a method that changes something. */
export const isUnsafe = (method: string): boolean => unsafeMethods.has(method);
