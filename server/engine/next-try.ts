import type { Clock } from '../clock/index.ts';
import { BackOff } from './back-off.ts';

/** A connection that lasted this long was a good one: the next break is a new one. */
const steadyMs = 30_000;

/** When a broken connection is tried again. */
export class NextTry {
  readonly #clock: Clock;
  readonly #backOff: BackOff;
  #pause = new AbortController();

  constructor(clock: Clock, isLocal: boolean) {
    this.#clock = clock;
    this.#backOff = new BackOff(isLocal);
  }

  /**
   * Resolves when it is time for the next try, or somebody stops.
   * @param lastedMs how long the connection lasted that has just ended
   */
  async wait(lastedMs: number, stopping: AbortSignal): Promise<void> {
    if (lastedMs > steadyMs) this.#backOff.reset();
    this.#pause = new AbortController();
    const signal = AbortSignal.any([stopping, this.#pause.signal]);
    try {
      await this.#clock.sleep(this.#backOff.next(), signal);
    } catch (error) {
      // The pause was ended on purpose; anything else is a fault.
      if (!signal.aborted) throw error;
    }
  }

  /** Ends the pause: somebody knows that it is worth it. */
  now(): void {
    this.#pause.abort();
  }
}
