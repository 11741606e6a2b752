import type { Clock } from '../../clock/index.ts';
import { networkOf, Throttle, tooMany } from '../../http/index.ts';

/** Who tries: the name as it was typed, the address, and the device when it is known to this account. */
export interface Attempt {
  username: string;
  address: string;
  device: string | null;
}

/** An attempt that may go on. */
export interface Admission {
  headers: Record<string, string>;
  succeed(): void;
  /** Takes it back: it was no guess, but neither has it led in. */
  forgive(): void;
}

const hourMs = 3_600_000;
const freePerPlace = 5;

/**
 * Bounds guessing. Per account and place (address or known device) five attempts are free, then the wait doubles up to
 * five minutes. Guesses at many accounts from one address, and at one account from many addresses, are slowed as
 * well, but only a little: a limit that strangers can exhaust must never be one that keeps the owner out. A device
 * that has signed in before is subject to its own count alone.
 */
export class SignInLimit {
  readonly #places: Throttle;
  readonly #addresses: Throttle;
  readonly #accounts: Throttle;

  constructor(clock: Clock) {
    this.#places = new Throttle({ clock, free: freePerPlace, longestWaitMs: 5 * 60_000, forgetMs: hourMs });
    this.#addresses = new Throttle({ clock, free: 30, longestWaitMs: 10_000, forgetMs: hourMs });
    this.#accounts = new Throttle({ clock, free: 100, longestWaitMs: 10_000, forgetMs: hourMs });
  }

  /** @throws 429 with Retry-After */
  admit({ username, address, device }: Attempt): Admission {
    const account = username.toLowerCase();
    const network = networkOf(address);
    const place = JSON.stringify([account, device ?? network]);
    const shared: [Throttle, string][] =
      device === null
        ? [
            [this.#addresses, network],
            [this.#accounts, account],
          ]
        : [];
    refuseWhileBlocked(Math.max(this.#places.waitMs(place), ...shared.map(([throttle, key]) => throttle.waitMs(key))));
    for (const [throttle, key] of shared) throttle.count(key);
    const remaining = this.#places.count(place);
    const succeed = () => {
      this.#places.forget(place);
      for (const [throttle, key] of shared) throttle.forgive(key);
    };
    const forgive = () => {
      for (const [throttle, key] of [[this.#places, place] as const, ...shared]) throttle.forgive(key);
    };
    return { headers: rateLimitHeaders(remaining, this.#places.waitMs(place)), succeed, forgive };
  }
}

const refuseWhileBlocked = (waitMs: number): void => {
  if (waitMs > 0) throw tooMany('attempts', waitMs, rateLimitHeaders(0, waitMs));
};

/** By the IETF's draft: what is left, and after how many seconds there is more. */
const rateLimitHeaders = (remaining: number, waitMs: number): Record<string, string> => ({
  'RateLimit-Policy': `"sign-in";q=${freePerPlace};w=${hourMs / 1000}`,
  RateLimit: `"sign-in";r=${remaining};t=${Math.ceil((waitMs || hourMs) / 1000)}`,
});
