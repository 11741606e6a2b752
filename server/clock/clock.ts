import { uptime } from 'node:os';

/** The program's only source of time. `now` may jump, when the machine's clock is set; `monotonic` never goes back. */
export interface Clock {
  /** Wall clock, epoch milliseconds. */
  now(): number;
  /** Milliseconds since some start, unaffected by clock changes. */
  monotonic(): number;
  /** Milliseconds since the machine started, sleep included, unaffected by clock changes. */
  sinceBoot(): number;
  /** Calls back once after `delayMs`; the returned function cancels it. */
  after(delayMs: number, callback: () => void): () => void;
  /** Resolves after `delayMs`, or rejects with the signal's reason. */
  sleep(delayMs: number, signal?: AbortSignal): Promise<void>;
}

/** Node keeps a timer's delay in 32 bits: a longer one would fire at once. */
const longestTimerMs = 2 ** 31 - 1;

const sleepWith = (after: Clock['after']) => (delayMs: number, signal?: AbortSignal) =>
  new Promise<void>((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const cancel = after(delayMs, () => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    });
    const onAbort = () => {
      cancel();
      reject(signal?.reason);
    };
    signal?.addEventListener('abort', onAbort, { once: true });
  });

const after: Clock['after'] = (delayMs, callback) => {
  const timer = setTimeout(callback, Math.min(Math.max(0, delayMs), longestTimerMs));
  return () => clearTimeout(timer);
};

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sinceBoot: () => uptime() * 1000,
  after,
  sleep: sleepWith(after),
};

/** A clock that stands still until a test moves it. */
export class TestClock implements Clock {
  #nowMs: number;
  #monotonicMs = 0;
  #asleepMs = 0;
  #timers = new Set<{ dueMs: number; callback: () => void }>();

  constructor(startMs = Date.UTC(2026, 0, 1)) {
    this.#nowMs = startMs;
  }

  /** In whole milliseconds, as the machine's: timers may be due between two of them. */
  now = () => Math.floor(this.#nowMs);
  monotonic = () => this.#monotonicMs;
  sinceBoot = () => this.#monotonicMs + this.#asleepMs;
  after: Clock['after'] = (delayMs, callback) => {
    const timer = { dueMs: this.#monotonicMs + Math.max(0, delayMs), callback };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  };
  sleep = sleepWith((delayMs, callback) => this.after(delayMs, callback));

  /** Lets time pass: timers fire in order, and what they started gets a turn before the next one. */
  async advance(byMs: number): Promise<void> {
    const endMs = this.#monotonicMs + byMs;
    for (;;) {
      const next = [...this.#timers].filter((t) => t.dueMs <= endMs).sort((a, b) => a.dueMs - b.dueMs)[0];
      if (!next) break;
      this.#timers.delete(next);
      this.#move(next.dueMs - this.#monotonicMs);
      next.callback();
      await settle();
    }
    this.#move(endMs - this.#monotonicMs);
    await settle();
  }

  /** Sets the wall clock, as a person or NTP would: no timer fires for it. */
  step(toMs: number): void {
    this.#nowMs = toMs;
  }

  /** The machine sleeps: the wall clock goes on, timers do not. */
  suspend(forMs: number): void {
    this.#asleepMs += forMs;
    this.#nowMs += forMs;
  }

  #move(byMs: number): void {
    this.#monotonicMs += byMs;
    this.#nowMs += byMs;
  }
}

/** Gives everything that is ready to run a turn, file and database callbacks too. */
const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
