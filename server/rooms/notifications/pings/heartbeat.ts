import type { PingKind } from '../../../../contract/index.ts';
import type { Clock } from '../../../clock/index.ts';
import type { Logger } from '../../../log/index.ts';
import type { Signalled } from './requests.ts';
import { knows } from './requests.ts';
import type { PingRow } from './store.ts';

/** How the scheduler is. */
export interface Pulse {
  /** False where it should have looked at the clock long ago: then nothing is signalled, and who watches finds out. */
  isAwake: boolean;
  /** Why it claims nothing; null: all is well. */
  trouble: string | null;
}

interface Parts {
  clock: Clock;
  log: Logger;
  send(row: PingRow, signalled: Signalled): Promise<unknown>;
  /** The instance's ping; undefined where there is none. */
  row(): PingRow | undefined;
  pulse(): Pulse;
}

/** Tells who watches, at intervals, that the scheduler is alive. What does not arrive is not sent later: it would be old. */
export class Heartbeat {
  readonly #parts: Parts;
  #cancel: (() => void) | undefined;
  #beating: Promise<void> = Promise.resolve();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Beats at once, and then at intervals; also to be called when it was changed. */
  start(): void {
    this.stop();
    const row = this.#parts.row();
    if (row?.enabled !== 1) return;
    this.#beating = this.#beat(row).catch((error: unknown) =>
      this.#parts.log.error({ error }, 'the heartbeat could not be sent; it is tried again with the next one'),
    );
    this.#cancel = this.#parts.clock.after(row.every_ms ?? usualMs, () => this.start());
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  /** Resolves when what is being sent has an answer. */
  settled(): Promise<void> {
    return this.#beating;
  }

  async #beat(row: PingRow): Promise<void> {
    const { isAwake, trouble } = this.#parts.pulse();
    if (!isAwake) return;
    const signal = trouble === null ? 'success' : 'fail';
    if (!knows(row.kind as PingKind, signal)) return;
    const body = trouble === null ? 'The scheduler is alive.' : `The scheduler claims nothing: ${trouble}`;
    await this.#parts.send(row, { signal, runId: null, body, durationMs: null });
  }
}

const usualMs = 60_000;
