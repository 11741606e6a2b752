import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EngineEvent } from '../../lab/engine-events.ts';
import { parseEvent } from '../../lab/engine-events.ts';

const reconnectMs = 20;

/**
 * Reads an engine's events as long as it has any, and again when it has come back: it keeps only the last 256, and
 * none of them over a restart.
 */
export class EventWitness {
  readonly #socket: string;
  readonly #events = new Map<string, EngineEvent>();
  readonly #closing = new AbortController();
  readonly #done: Promise<void>;
  #since = Date.now();

  constructor(socket: string) {
    this.#socket = socket;
    this.#done = this.#readOn();
  }

  /** What has been seen so far, oldest first. */
  events(): EngineEvent[] {
    return [...this.#events.values()].sort((a, b) => a.at - b.at);
  }

  close(): Promise<void> {
    this.#closing.abort();
    return this.#done;
  }

  async #readOn(): Promise<void> {
    while (!this.#closing.signal.aborted) {
      await this.#read();
      await sleep(reconnectMs);
    }
  }

  /** Resolves when the stream has ended, however it did. */
  #read(): Promise<void> {
    const query = new URLSearchParams({
      since: (this.#since / 1000 - 1).toFixed(3),
      filters: JSON.stringify({ type: ['container'] }),
    });
    return new Promise((resolve) => {
      const call = request({
        socketPath: this.#socket,
        path: `/events?${query}`,
        agent: false,
        signal: this.#closing.signal,
      });
      call.on('response', (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (piece: string) => {
          const lines = (text + piece).split('\n');
          text = lines.pop() ?? '';
          for (const line of lines) this.#note(parseEvent(JSON.parse(line)));
        });
        answer.on('error', () => resolve());
        answer.on('close', resolve);
      });
      call.on('error', () => resolve());
      call.end();
    });
  }

  #note(event: EngineEvent): void {
    this.#events.set(`${event.at} ${event.id} ${event.action}`, event);
    this.#since = Math.max(this.#since, event.at);
  }
}

/** The command of a container that writes down, each time it starts, how long the machine had been up. */
export const startWriter = (name: string): string[] => [
  '/bin/sh',
  '-c',
  `trap "exit 0" TERM INT; read up rest </proc/uptime; echo $up >>/starts/${name}; sleep infinity & wait`,
];

/** What containers with {@link startWriter} wrote: when each start was, epoch milliseconds. */
export const readStarts = (file: string, bootAtMs: number): number[] =>
  readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => bootAtMs + Number(line) * 1000);
