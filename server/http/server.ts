import type { Server } from 'node:http';
import { createServer, IncomingMessage, ServerResponse } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { ChrontainerError } from '../errors/index.ts';
import { basePathOf, withoutBasePath } from './base-path.ts';
import { Edge } from './edge.ts';
import type { EdgeParts } from './edge-parts.ts';
import { describeApi } from './openapi.ts';
import { presentProblem } from './problem.ts';
import { checkRoutes } from './route-check.ts';
import { openVisit } from './visit.ts';

/** The program as seen from outside. */
export interface HttpApp {
  /**
   * Resolves once connections are taken; port 0 takes any free one.
   * @throws when the address cannot be had, with the variable to change
   */
  listen(host: string, port: number): Promise<{ port: number }>;
  /** Takes no more connections, ends streams, and waits at most `graceMs` for running requests. */
  close(graceMs: number): Promise<void>;
  /** The OpenAPI 3.1 document, from the schemas that validate. */
  openApi(version: string): Promise<Record<string, unknown>>;
}

/** Slow senders cannot hold connections for ever: a request must come whole within a minute. Looked at every 5 s. */
const timeouts = {
  headersTimeout: 15_000,
  requestTimeout: 60_000,
  keepAliveTimeout: 65_000,
  connectionsCheckingInterval: 5_000,
};

/** More would take the memory, and the files, that the clock and the engines need. A page takes six at the most. */
const mostConnections = 2_000;

/** @throws when a route declares no access, or leaves a part of its input unchecked */
export const createHttpApp = (parts: EdgeParts): HttpApp => {
  checkRoutes(parts.routes);
  const edge = new Edge(parts);
  const basePath = basePathOf(parts.baseUrl);
  const listener = getRequestListener(
    (request, { incoming, outgoing }) => {
      if (!(incoming instanceof IncomingMessage && outgoing instanceof ServerResponse)) {
        throw new TypeError('only HTTP/1.1 is spoken here');
      }
      // Node lets go of what is idle when a stop begins, but not of what becomes idle after it.
      outgoing.once('close', () => server.listening || setImmediate(() => server.closeIdleConnections()));
      return edge.handle(request, { incoming, outgoing }, openVisit(incoming, outgoing, parts.trustProxy, basePath));
    },
    { errorHandler: (error) => refuseUnreadable(error, parts) },
  );
  const server = createServer(timeouts, (incoming, outgoing) => {
    incoming.url = withoutBasePath(incoming.url ?? '/', basePath);
    return listener(incoming, outgoing);
  });
  server.maxConnections = mostConnections;
  server.on('drop', dropTeller(parts));
  return {
    listen: (host, port) => listen(server, host, port),
    close: (graceMs) => close(server, edge, parts, graceMs),
    openApi: (version) => describeApi(parts.routes, version),
  };
};

/** Says so once a minute, not for each. */
const dropTeller = ({ log, clock }: EdgeParts): (() => void) => {
  let quietUntil = 0;
  return () => {
    if (clock.monotonic() < quietUntil) return;
    quietUntil = clock.monotonic() + 60_000;
    log.warn({ mostConnections }, 'connections are turned away: as many as can be held are open');
  };
};

const listen = (server: Server, host: string, port: number): Promise<{ port: number }> =>
  new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(explain(error, host, port)));
    server.listen(port, host, () => {
      const address = server.address();
      resolve({ port: typeof address === 'object' && address ? address.port : port });
    });
  });

const explain = (error: NodeJS.ErrnoException, host: string, port: number): Error => {
  const reasons: Record<string, string> = {
    EADDRINUSE: `PORT ${port} is in use by another program: stop that one, or set PORT to a free one`,
    EACCES: `PORT ${port} may not be used by this account: set PORT to 1024 or more`,
    EADDRNOTAVAIL: `HOST ${host} is no address of this machine: set HOST to one that is, or to 0.0.0.0 for all`,
    ENOTFOUND: `HOST ${host} is not known: set HOST to an address of this machine, or to 0.0.0.0 for all`,
  };
  return new Error(reasons[error.code ?? ''] ?? `HOST ${host}, PORT ${port}: ${error.message}`, { cause: error });
};

const close = async (server: Server, edge: Edge, { clock }: EdgeParts, graceMs: number): Promise<void> => {
  edge.stop();
  if (!server.listening) return;
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  const cancel = clock.after(graceMs, () => server.closeAllConnections());
  await closed.finally(cancel);
};

/** What no address could be made of, for example a request without a usable Host header. */
const refuseUnreadable = (error: unknown, { log }: EdgeParts): Response => {
  log.debug({ error }, 'a request could not be read');
  const refusal = new ChrontainerError('CHR_INVALID_INPUT', 'The request line or the Host header cannot be read.');
  const { status, body } = presentProblem(refusal, '');
  return new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/problem+json' } });
};
