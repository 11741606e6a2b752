import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { Clock } from '../clock/index.ts';
import type { EventSink } from './route.ts';

/** Proxies close what is silent for a minute; browsers notice a dead connection no sooner. */
const heartbeatMs = 25_000;
/** How soon a stream ends after its session ended or its right was taken. */
const recheckMs = 5_000;
/** A reader that takes nothing for so long is gone, or as good as gone. */
const stuckMs = 60_000;

export interface StreamParts {
  outgoing: ServerResponse;
  headers: Record<string, string>;
  clock: Clock;
  /** Asked every few seconds: false ends the stream. */
  isStillAllowed(): Promise<boolean>;
  /** Aborted when the program stops. */
  stopping: AbortSignal;
  /** Told what made the stream fail, other than its reader's leaving. */
  onError(error: unknown): void;
}

/**
 * Writes server-sent events until the reader leaves, the session ends, the program stops or the room has no more.
 * Nothing is queued here beyond what the socket takes: `send` waits.
 * A room that does not notice the end holds nothing up.
 */
export const runEventStream = async (parts: StreamParts, write: (sink: EventSink) => Promise<void>): Promise<void> => {
  const { outgoing, clock } = parts;
  const ended = new AbortController();
  const end = () => ended.abort();
  outgoing.once('close', end);
  parts.stopping.addEventListener('abort', end, { once: true });
  outgoing.writeHead(200, {
    ...parts.headers,
    'Content-Type': 'text/event-stream; charset=utf-8',
    'Cache-Control': 'no-store',
    // nginx would hold events back until its buffer is full.
    'X-Accel-Buffering': 'no',
  });
  outgoing.flushHeaders();
  const cancels = [
    every(clock, heartbeatMs, () => void (outgoing.writableNeedDrain || outgoing.write(':\n\n'))),
    every(clock, recheckMs, () => parts.isStillAllowed().then((isAllowed) => isAllowed || end(), end)),
  ];
  const sink: EventSink = { signal: ended.signal, send: (...messages) => send(parts, messages, ended) };
  const left = once(ended.signal, 'abort');
  // Also one that fails before it has begun: nobody else would hear of it, and the program would end.
  const writing = (async () => write(sink))().catch((error) => ended.signal.aborted || parts.onError(error));
  await Promise.race([writing, left]);
  for (const cancel of cancels) cancel();
  parts.stopping.removeEventListener('abort', end);
  finish(outgoing);
};

/** What a stuck reader has not taken is thrown away with the connection. */
const finish = (outgoing: ServerResponse): void => {
  if (outgoing.writableNeedDrain) outgoing.destroy();
  else outgoing.end();
};

/** @throws when the stream has ended */
const send = async (
  parts: StreamParts,
  messages: Parameters<EventSink['send']>,
  ended: AbortController,
): Promise<void> => {
  ended.signal.throwIfAborted();
  if (parts.outgoing.write(messages.map(formatMessage).join(''))) return;
  const giveUp = parts.clock.after(stuckMs, () => ended.abort());
  await once(parts.outgoing, 'drain', { signal: ended.signal }).finally(giveUp);
};

/** A line feed in the data begins another `data` line, as the format demands; the reader puts them together again. */
const formatMessage = ({ id, event, data }: Parameters<EventSink['send']>[0]): string =>
  [
    ...(id === undefined ? [] : [`id: ${id}`]),
    ...(event === undefined ? [] : [`event: ${event}`]),
    ...data.split(/\r\n|\r|\n/).map((line) => `data: ${line}`),
    '\n',
  ].join('\n');

const every = (clock: Clock, periodMs: number, act: () => unknown): (() => void) => {
  const start = (): (() => void) =>
    clock.after(periodMs, () => {
      cancel = start();
      act();
    });
  let cancel = start();
  return () => cancel();
};
