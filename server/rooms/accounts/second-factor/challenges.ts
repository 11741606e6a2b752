import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../../../clock/index.ts';

const lifeMs = 5 * 60_000;

/**
 * What passkeys sign. A challenge tells by itself that it is ours, for what, and until when: strangers can ask for as
 * many as they like without filling any memory. Only those that led to something are kept, so that none does twice.
 * A restart makes a new key, and ends them all.
 */
export class Challenges {
  readonly #clock: Clock;
  readonly #key = randomBytes(32);
  /** Until when each used one would hold. */
  readonly #used = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @param purpose what it is good for, for example whose registration */
  make(purpose: string): Buffer {
    const head = Buffer.alloc(24);
    head.writeDoubleBE(this.#clock.monotonic() + lifeMs, 0);
    randomBytes(16).copy(head, 8);
    return Buffer.concat([head, this.#sign(head, purpose)]);
  }

  isGood(text: string, purpose: string): boolean {
    const bytes = Buffer.from(text, 'base64url');
    if (bytes.length !== 56 || this.#used.has(text)) return false;
    const head = bytes.subarray(0, 24);
    if (!timingSafeEqual(bytes.subarray(24), this.#sign(head, purpose))) return false;
    return head.readDoubleBE(0) > this.#clock.monotonic();
  }

  /** @returns false for one that was used meanwhile */
  use(text: string): boolean {
    const now = this.#clock.monotonic();
    for (const [old, until] of this.#used) if (until <= now) this.#used.delete(old);
    if (this.#used.has(text)) return false;
    this.#used.set(text, now + lifeMs);
    return true;
  }

  /** The random part, the same for whoever made the challenge and whoever gets it back. */
  nonceOf(challenge: Buffer): string {
    return challenge.subarray(8, 24).toString('base64url');
  }

  #sign(head: Buffer, purpose: string): Buffer {
    return createHmac('sha256', this.#key).update(head).update(purpose).digest();
  }
}
