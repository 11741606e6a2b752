import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';

/** A port on which nobody listens now: the system gives the same one out again only much later. */
export const freePort = async (host = '127.0.0.1'): Promise<number> => {
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, host, resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
};
