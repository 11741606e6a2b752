import type { Clock } from '../clock/index.ts';

export interface ThrottleOptions {
  clock: Clock;
  /** How many attempts are free. */
  free: number;
  /** The wait doubles with every further attempt, from a second up to this. */
  longestWaitMs: number;
  /** A key without attempts for so long begins anew. */
  forgetMs: number;
}

interface Count {
  attempts: number;
  blockedUntil: number;
  lastAt: number;
}

/** Bounds the memory that strangers can fill; the keys that were silent longest go first. */
const maxKeys = 10_000;
const firstWaitMs = 1000;

/** Counts attempts by key and lets them wait longer and longer. Lives in memory: a restart forgives. */
export class Throttle {
  readonly #options: ThrottleOptions;
  readonly #counts = new Map<string, Count>();

  constructor(options: ThrottleOptions) {
    this.#options = options;
  }

  /** How long this key has to wait; 0: it may try. */
  waitMs(key: string): number {
    return Math.max(0, (this.#counts.get(key)?.blockedUntil ?? 0) - this.#options.clock.monotonic());
  }

  /**
   * Counts an attempt, before its outcome is known, so that many at once cannot slip through together. One that had
   * to wait is not to be counted: it must not lengthen the wait.
   * @returns how many free attempts are left
   */
  count(key: string): number {
    const { clock, free, longestWaitMs } = this.#options;
    const now = clock.monotonic();
    const attempts = this.#take(key, now) + 1;
    const beyond = attempts - free;
    const blockedUntil = beyond < 0 ? 0 : now + Math.min(longestWaitMs, firstWaitMs * 2 ** beyond);
    this.#counts.set(key, { attempts, blockedUntil, lastAt: now });
    if (this.#counts.size > maxKeys) this.#counts.delete(this.#counts.keys().next().value ?? '');
    return Math.max(0, -beyond);
  }

  /** Takes back one attempt, with the wait that it may have begun: it was a good one. */
  forgive(key: string): void {
    const count = this.#counts.get(key);
    if (count) this.#counts.set(key, { ...count, attempts: count.attempts - 1, blockedUntil: 0 });
  }

  /** Begins anew for a key. */
  forget(key: string): void {
    this.#counts.delete(key);
  }

  /** The attempts so far; the key moves to the end of the line, where those stand that are dropped last. */
  #take(key: string, now: number): number {
    const known = this.#counts.get(key);
    this.#counts.delete(key);
    return known && now - known.lastAt < this.#options.forgetMs ? known.attempts : 0;
  }
}
