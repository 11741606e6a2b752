import { performance } from 'node:perf_hooks';
import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Clock } from '../clock/index.ts';

/** So long the program has had little to do before it tidies up. */
const lookEveryMs = 10_000;
/** The part of a period in which it worked: below it a pause disturbs nobody. */
const mostBusy = 0.05;
/** What has to have come together since the last time: less is not worth a pause. */
const leastGrownBytes = 8 * 1024 * 1024;
const leastApartMs = 10 * 60_000;
/** A collection stops everything for a while: 66 ms with 50 containers, 140 ms with 10,000, on a machine full of work. */
const freeMs = 2000;

/**
 * Gives memory back after work, when there is little to do. V8 collects when memory runs short, and never only because
 * there is time: what the start or a burst left behind would stay for good (measured: 200 instead of 120 MB with
 * 10,000 containers, 67 instead of 56 MB with 50).
 */
export class Memory {
  readonly #clock: Clock;
  readonly #isFree: (forMs: number) => boolean;
  readonly #collect: () => void;
  #cancel: (() => void) | null = null;
  #work = performance.eventLoopUtilization();
  #keptBytes = 0;
  #tidiedAtMs = -Infinity;

  /**
   * @param isFree whether nothing is to happen within so many milliseconds
   * @param collect takes away what nobody needs any more
   */
  constructor(clock: Clock, isFree: (forMs: number) => boolean, collect: () => void = collector()) {
    this.#clock = clock;
    this.#isFree = isFree;
    this.#collect = collect;
  }

  start(): void {
    this.#cancel = this.#clock.after(lookEveryMs, this.#look);
  }

  stop(): void {
    this.#cancel?.();
  }

  readonly #look = (): void => {
    const before = this.#work;
    this.#work = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(this.#work, before);
    const nowMs = this.#clock.monotonic();
    const grown = getHeapStatistics().used_heap_size - this.#keptBytes;
    const isWorthIt = grown >= leastGrownBytes && nowMs - this.#tidiedAtMs >= leastApartMs;
    if (isWorthIt && utilization < mostBusy && this.#isFree(freeMs)) {
      this.#collect();
      this.#keptBytes = getHeapStatistics().used_heap_size;
      this.#tidiedAtMs = nowMs;
    }
    this.start();
  };
}

/** V8's own function; Node gives it to programs started with a flag only, and this is its documented way around. */
export const collector = (): (() => void) => {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  setFlagsFromString('--no-expose-gc');
  if (typeof collect !== 'function') throw new Error('this runtime has no gc()');
  return () => void collect();
};
