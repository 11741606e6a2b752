import { mkdtempSync, rmSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { createServer, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A way to an engine on which a request lies about for a while, as behind a tunnel or a busy proxy. */
export interface HoldingProxy {
  /** For DOCKER_HOST: `unix:///…`. */
  url: string;
  /** Whether a request is held back now. */
  isHolding(): boolean;
  close(): Promise<void>;
}

/**
 * Stands between a client and an engine, and holds back the first request of a method, also when its client has gone
 * away, until another one of that method comes: then the first is done before the other is passed on.
 */
export const holdingProxy = async (upstream: string, method: string): Promise<HoldingProxy> => {
  const directory = mkdtempSync(join(tmpdir(), 'chr-held-'));
  const socket = join(directory, 'docker.sock');
  let held: { path: string; headers: IncomingHttpHeaders } | null = null;
  const letGo = async () => {
    const { path, headers } = held ?? {};
    held = null;
    await new Promise<void>((resolve, reject) => {
      const onward = request({ socketPath: upstream, method, path, headers }, (answered) => {
        answered.resume().once('end', resolve);
      });
      onward.once('error', reject).end();
    });
  };
  let isFirst = true;
  const server = createServer(async (asked, answer) => {
    const { url: path = '/', headers } = asked;
    if (asked.method === method && isFirst) {
      isFirst = false;
      held = { path, headers };
      return;
    }
    if (asked.method === method && held) await letGo();
    const onward = request({ socketPath: upstream, method: asked.method, path, headers }, (answered) => {
      answer.writeHead(answered.statusCode ?? 500, answered.headers).flushHeaders();
      answered.pipe(answer);
    });
    onward.once('error', () => answer.destroy());
    answer.once('close', () => onward.destroy());
    asked.pipe(onward);
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(socket, resolve));
  return {
    url: `unix://${socket}`,
    isHolding: () => held !== null,
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      rmSync(directory, { recursive: true });
    },
  };
};
