import type { Clock } from '../clock/index.ts';

/**
 * A hung engine holds its connections and says nothing: the event stream cannot tell that from a quiet host. So an
 * engine that was silent this long is asked for a sign of life, a third of a millisecond's work. With the ping's
 * deadline it is noticed within ten seconds.
 */
const quietMs = 5000;

/** Asks for a sign of life whenever nothing was heard for a while. */
export class Silence {
  readonly #clock: Clock;
  #heardAtMs: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#heardAtMs = clock.monotonic();
  }

  /** The engine said something. */
  broken(): void {
    this.#heardAtMs = this.#clock.monotonic();
  }

  /** Watches until the signal is aborted; rejects with the error of the ping that failed. */
  async watch(ping: () => Promise<void>, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const quietForMs = this.#clock.monotonic() - this.#heardAtMs;
      if (quietForMs < quietMs) {
        await this.#clock.sleep(quietMs - quietForMs, signal);
        continue;
      }
      await ping();
      this.broken();
    }
  }
}
