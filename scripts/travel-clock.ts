import type { Clock } from '../server/clock/index.ts';

interface Timer {
  dueMs: number;
  callback: () => void;
  handle: NodeJS.Timeout | undefined;
}

/** The machine's clock, which can be moved on: what would have come due on the way happens at once. */
export class TravelClock implements Clock {
  #aheadMs = 0;
  readonly #timers = new Set<Timer>();

  now = () => Date.now() + this.#aheadMs;
  monotonic = () => performance.now() + this.#aheadMs;
  sinceBoot = () => this.monotonic();

  after: Clock['after'] = (delayMs, callback) => {
    const timer: Timer = { dueMs: this.monotonic() + delayMs, callback, handle: undefined };
    this.#timers.add(timer);
    this.#arm(timer);
    return () => {
      clearTimeout(timer.handle);
      this.#timers.delete(timer);
    };
  };

  sleep = (delayMs: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const onAbort = () => {
        cancel();
        reject(signal?.reason);
      };
      const cancel = this.after(delayMs, () => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      });
      signal?.addEventListener('abort', onAbort, { once: true });
    });

  travel(byMs: number): void {
    this.#aheadMs += Math.max(0, byMs);
    for (const timer of this.#timers) this.#arm(timer);
  }

  #arm(timer: Timer): void {
    clearTimeout(timer.handle);
    const delayMs = Math.min(Math.max(0, timer.dueMs - this.monotonic()), 2 ** 31 - 1);
    timer.handle = setTimeout(() => {
      this.#timers.delete(timer);
      timer.callback();
    }, delayMs);
  }
}
