import type { Clock } from '../clock/index.ts';

/** What is left of a minute's budget. */
export interface Budgeted {
  isWithin: boolean;
  headers: Record<string, string>;
}

interface Count {
  since: number;
  calls: number;
}

const minuteMs = 60_000;
/** Bounds the memory that strangers can fill. */
const maxKeys = 10_000;

/** Counts calls by key and minute. Lives in memory: a restart forgives. */
export class Budget {
  readonly #clock: Clock;
  readonly #name: string;
  readonly #counts = new Map<string, Count>();

  /** @param name of the policy in the RateLimit headers */
  constructor(clock: Clock, name: string) {
    this.#clock = clock;
    this.#name = name;
  }

  /** Counts a call; the minute begins with the first of them. */
  spend(key: string, perMinute: number): Budgeted {
    const now = this.#clock.monotonic();
    const known = this.#counts.get(key);
    const count = known && now - known.since < minuteMs ? known : { since: now, calls: 0 };
    count.calls += 1;
    this.#counts.delete(key);
    this.#counts.set(key, count);
    if (this.#counts.size > maxKeys) this.#counts.delete(this.#counts.keys().next().value ?? '');
    const seconds = Math.ceil((count.since + minuteMs - now) / 1000);
    const isWithin = count.calls <= perMinute;
    return {
      isWithin,
      // By the IETF's draft: what is left, and after how many seconds there is more.
      headers: {
        'RateLimit-Policy': `"${this.#name}";q=${perMinute};w=60`,
        RateLimit: `"${this.#name}";r=${Math.max(0, perMinute - count.calls)};t=${seconds}`,
        ...(isWithin ? {} : { 'Retry-After': String(seconds) }),
      },
    };
  }
}
