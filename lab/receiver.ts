import { once } from 'node:events';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request as it came. */
export interface Received {
  method: string;
  /** With its query. */
  path: string;
  headers: IncomingHttpHeaders;
  text: string;
}

/** A web server on loopback that keeps what it gets, in place of a service that stands elsewhere. */
export interface Receiver {
  url: string;
  received: Received[];
  /** What it answers with from now on; null: nothing, the caller waits. */
  answer: { status: number; body?: string; headers?: Record<string, string> } | null;
  close(): void;
}

export const openReceiver = async (): Promise<Receiver> => {
  const server = createServer();
  server.on('request', async (request: IncomingMessage, response: ServerResponse) => {
    const text = Buffer.concat(await request.toArray()).toString();
    const { method = '', url: path = '', headers } = request;
    receiver.received.push({ method, path, headers, text });
    if (receiver.answer)
      response.writeHead(receiver.answer.status, receiver.answer.headers).end(receiver.answer.body ?? 'ok');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const receiver: Receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received: [],
    answer: { status: 200 },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
  return receiver;
};
