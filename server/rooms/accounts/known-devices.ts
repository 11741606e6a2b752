import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../../clock/index.ts';
import type { Database } from '../../database/index.ts';
import type { OwnCookie } from './cookies.ts';

/** Kept for a year, renewed at each sign-in. */
export const deviceCookie: OwnCookie = {
  name: 'chrontainer_device',
  sameSite: 'Strict',
  maxAgeMs: 365 * 86_400_000,
};

const settingsKey = 'accounts.deviceKey';

/**
 * Recognises a browser that has signed in to an account before. It opens nothing; it only has its own budget of
 * attempts, so that a stranger who guesses from the same address (a proxy's, for example) cannot lock its owner out.
 */
export class KnownDevices {
  readonly #key: Buffer;

  private constructor(key: Buffer) {
    this.#key = key;
  }

  /** Reads the signing key, or makes it at the first start. */
  static async open(db: Database, clock: Clock): Promise<KnownDevices> {
    const fresh = { key: settingsKey, value: JSON.stringify(randomBytes(32).toString('base64url')) };
    await db
      .insertInto('settings')
      .values({ ...fresh, updated_at: clock.now() })
      .onConflict((conflict) => conflict.column('key').doNothing())
      .execute();
    const row = await db
      .selectFrom('settings')
      .select('value')
      .where('key', '=', settingsKey)
      .executeTakeFirstOrThrow();
    return new KnownDevices(Buffer.from(String(JSON.parse(row.value)), 'base64url'));
  }

  /** A new cookie value for a browser that has just signed in. */
  issue(username: string): string {
    const nonce = randomBytes(12).toString('base64url');
    return `${nonce}.${this.#sign(username, nonce).toString('base64url')}`;
  }

  /** The device's own name, when the cookie is ours and was given for this account. */
  recognise(cookie: string | undefined, username: string): string | null {
    const [nonce = '', signature = ''] = (cookie ?? '').split('.');
    const given = Buffer.from(signature, 'base64url');
    const expected = this.#sign(username, nonce);
    return given.length === expected.length && timingSafeEqual(given, expected) ? nonce : null;
  }

  #sign(username: string, nonce: string): Buffer {
    return createHmac('sha256', this.#key)
      .update(JSON.stringify([username, nonce]))
      .digest();
  }
}
