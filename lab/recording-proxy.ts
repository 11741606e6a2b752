import { mkdtempSync, rmSync } from 'node:fs';
import type { Socket } from 'node:net';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { wallClock } from './wall-clock.ts';

/** A request as it went by. */
export interface RecordedRequest {
  /** When it arrived, epoch milliseconds with fractions. */
  at: number;
  method: string;
  /** With the query, as it was asked. */
  path: string;
  /** When the engine's answer to it began; missing while there is none. */
  answeredAt?: number;
}

/** Stands between a client and an engine, and notes what is asked and when. */
export interface RecordingProxy {
  socket: string;
  /** The same for DOCKER_HOST: `unix:///…`. */
  url: string;
  /** What went by since the last call, oldest first. */
  take(): RecordedRequest[];
  close(): Promise<void>;
}

/** Listens on a socket of its own for what is meant for `upstream`, an engine's socket. Bytes pass as they are. */
export const recordingProxy = async (upstream: string): Promise<RecordingProxy> => {
  const directory = mkdtempSync(join(tmpdir(), 'chr-record-'));
  const socket = join(directory, 'docker.sock');
  const recorded: RecordedRequest[] = [];
  const open = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const engine = connect({ path: upstream, allowHalfOpen: true });
    const unanswered: RecordedRequest[] = [];
    client.on('data', (chunk: Buffer) => {
      const asked = requestIn(chunk);
      if (!asked) return;
      recorded.push(asked);
      unanswered.push(asked);
    });
    engine.on('data', () => {
      for (const asked of unanswered.splice(0)) asked.answeredAt = wallClock();
    });
    passThrough(client, engine, open);
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(socket, resolve));
  return {
    socket,
    url: `unix://${socket}`,
    take: () => recorded.splice(0),
    close: async () => {
      for (const end of open) end.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      rmSync(directory, { recursive: true });
    },
  };
};

/** HTTP clients write a request's head in one piece, so a request line stands at the beginning of one. */
const requestIn = (chunk: Buffer): RecordedRequest | null => {
  const at = wallClock();
  const [, method, path] = /^([A-Z]+) (\S+) HTTP\/1\.1\r\n/.exec(chunk.toString('latin1', 0, 2000)) ?? [];
  return method === undefined || path === undefined ? null : { at, method, path };
};

const passThrough = (client: Socket, upstream: Socket, open: Set<Socket>): void => {
  for (const [end, other] of [
    [client, upstream],
    [upstream, client],
  ] as const) {
    open.add(end);
    end.pipe(other);
    // What breaks one side is told to the other by closing it.
    end.on('error', () => other.destroy());
    end.once('close', () => {
      open.delete(end);
      other.destroy();
    });
  }
};
