import type { IncomingMessage } from 'node:http';
import { request } from 'node:http';
import { wallClock } from './wall-clock.ts';

/** One server-sent event as it came. */
export interface ReadEvent {
  id: string;
  event: string;
  data: unknown;
  /** Epoch milliseconds with fractions. */
  receivedAt: number;
}

/** An open stream of server-sent events. */
export interface EventReader {
  /** All that have come so far, oldest first. */
  events: ReadEvent[];
  /** Whether the stream has ended, which one that follows something does not by itself. */
  isEnded(): boolean;
  close(): void;
}

/** Opens a stream of the program as a browser does; resolves when its head has come. */
export const readEvents = (url: string, cookie: string): Promise<EventReader> =>
  new Promise((resolve, reject) => {
    const outgoing = request(url, { headers: { cookie }, agent: false }, (incoming) => {
      if (incoming.statusCode === 200) resolve(readerOf(incoming));
      else reject(new Error(`GET ${url}: ${incoming.statusCode}`));
    });
    outgoing.once('error', reject);
    outgoing.end();
  });

const readerOf = (incoming: IncomingMessage): EventReader => {
  const events: ReadEvent[] = [];
  let rest = '';
  incoming.setEncoding('utf8').on('data', (chunk: string) => {
    const receivedAt = wallClock();
    const blocks = (rest + chunk).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) if (!block.startsWith(':')) events.push({ ...fieldsOf(block), receivedAt });
  });
  incoming.on('error', () => undefined);
  return { events, isEnded: () => incoming.closed, close: () => incoming.destroy() };
};

const fieldsOf = (block: string): Omit<ReadEvent, 'receivedAt'> => {
  const fields = Object.fromEntries(block.split('\n').map((line) => line.split(/: (.*)/s, 2)));
  return { id: fields['id'] ?? '', event: fields['event'] ?? '', data: JSON.parse(fields['data'] ?? 'null') };
};
