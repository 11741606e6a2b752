import type { Clock } from '../clock/index.ts';
import { retryAfterMs } from '../outbound/index.ts';
import { RegistryError } from './error.ts';

/** At once at one registry. */
const mostAtOnce = 4;
/** In one window; the fleets that this is made for have fewer images. */
const mostInWindow = 1_200;
const windowMs = 10 * 60_000;
/** Where a registry says only that it is too much. */
const usualPauseMs = 15 * 60_000;
const longestPauseMs = 24 * 3_600_000;

interface Account {
  active: number;
  waiting: (() => void)[];
  sentAt: number[];
  untilMs: number;
}

/** How much one registry is asked: few requests at once, not too many in a time, none before it wants to be asked again. */
export class Budget {
  readonly #clock: Clock;
  readonly #onPause: (registry: string, untilMs: number) => void;
  readonly #accounts = new Map<string, Account>();

  /** @param onPause told of each pause, so that a restart does not forget it */
  constructor(clock: Clock, onPause: (registry: string, untilMs: number) => void = () => undefined) {
    this.#clock = clock;
    this.#onPause = onPause;
  }

  /** Until when a registry is left alone; 0: it is not. */
  pausedUntil(registry: string): number {
    const untilMs = this.#accountOf(registry).untilMs;
    return untilMs > this.#clock.now() ? untilMs : 0;
  }

  /** Goes on with a pause that began before this start. */
  recall(registry: string, untilMs: number): void {
    this.#accountOf(registry).untilMs = untilMs;
  }

  /** The registry answered 429, or 503 with a time. @param retryAfter its header: seconds, or a date */
  pause(registry: string, retryAfter: string | undefined): RegistryError {
    const now = this.#clock.now();
    const wanted = retryAfterMs(retryAfter, now) ?? usualPauseMs;
    const untilMs = now + Math.min(longestPauseMs, Math.max(1_000, wanted));
    this.#accountOf(registry).untilMs = untilMs;
    this.#onPause(registry, untilMs);
    return tooMuch(registry, untilMs);
  }

  /** Does the work when it may be done. @throws RegistryError `limited` */
  async spend<T>(registry: string, work: () => Promise<T>): Promise<T> {
    const account = this.#accountOf(registry);
    if (account.active >= mostAtOnce) await new Promise<void>((resolve) => account.waiting.push(resolve));
    else account.active += 1;
    try {
      this.#demand(registry, account);
      return await work();
    } finally {
      const next = account.waiting.shift();
      if (next) next();
      else account.active -= 1;
    }
  }

  /** Each request counts. @throws RegistryError `limited` */
  count(registry: string): void {
    const account = this.#accountOf(registry);
    this.#demand(registry, account);
    account.sentAt.push(this.#clock.now());
  }

  #demand(registry: string, account: Account): void {
    const now = this.#clock.now();
    if (account.untilMs > now) throw tooMuch(registry, account.untilMs);
    account.sentAt = account.sentAt.filter((at) => at > now - windowMs);
    const [oldest = now] = account.sentAt;
    if (account.sentAt.length >= mostInWindow) throw tooMuch(registry, oldest + windowMs);
  }

  #accountOf(registry: string): Account {
    const known = this.#accounts.get(registry) ?? { active: 0, waiting: [], sentAt: [], untilMs: 0 };
    this.#accounts.set(registry, known);
    return known;
  }
}

const tooMuch = (registry: string, untilMs: number): RegistryError =>
  new RegistryError('limited', `${registry} is not asked again before ${new Date(untilMs).toISOString()}.`, {
    untilMs,
  });
