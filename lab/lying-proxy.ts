import { mkdtempSync, rmSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** An engine whose answers are not to be trusted: whoever has taken over a host can answer anything. */
export interface LyingProxy {
  socket: string;
  /** The same for DOCKER_HOST: `unix:///…`. */
  url: string;
  close(): Promise<void>;
}

/**
 * Stands between a client and an engine, and puts other words in place of some in its JSON answers: names that no
 * engine would take. What flows (logs, events, statistics) passes as it is.
 */
export const lyingProxy = async (upstream: string, lies: Record<string, string>): Promise<LyingProxy> => {
  const directory = mkdtempSync(join(tmpdir(), 'chr-lies-'));
  const socket = join(directory, 'docker.sock');
  const server = createServer((asked, answer) => {
    const { method, url: path = '/', headers } = asked;
    const onward = request({ socketPath: upstream, method, path, headers }, (answered) => {
      void tell(path, answered, answer, lies);
    });
    onward.once('error', () => answer.destroy());
    answer.once('close', () => onward.destroy());
    asked.pipe(onward);
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(socket, resolve));
  return {
    socket,
    url: `unix://${socket}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      rmSync(directory, { recursive: true });
    },
  };
};

/** What has no end, or is no JSON as a whole, whatever its type says. */
const flows = /\/(events|stats|logs|attach)|\/exec\/\w+\/start|\/images\/create/;

const tell = async (
  path: string,
  answered: IncomingMessage,
  answer: ServerResponse,
  lies: Record<string, string>,
): Promise<void> => {
  const { statusCode = 500, headers } = answered;
  if (flows.test(path) || !headers['content-type']?.includes('json')) {
    answer.writeHead(statusCode, headers).flushHeaders();
    answered.pipe(answer);
    return;
  }
  let text = Buffer.concat(await answered.toArray()).toString('utf8');
  for (const [truth, lie] of Object.entries(lies)) text = text.replaceAll(truth, JSON.stringify(lie).slice(1, -1));
  const { 'transfer-encoding': _chunked, ...others } = headers;
  answer.writeHead(statusCode, { ...others, 'content-length': Buffer.byteLength(text) }).end(text);
};
