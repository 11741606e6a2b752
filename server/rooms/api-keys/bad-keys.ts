import type { Clock } from '../../clock/index.ts';
import { ChrontainerError } from '../../errors/index.ts';
import { networkOf, Throttle, tooMany } from '../../http/index.ts';
import type { ActivityLog } from '../activity/index.ts';
import type { KeyRecord } from './store.ts';

const freePerHour = 30;
const hourMs = 3_600_000;

/**
 * Refuses keys that open nothing. A good key is never held up by bad ones from the same address: only those are
 * counted, so that strangers can fill neither the log nor the disk.
 */
export class BadKeys {
  readonly #activity: ActivityLog;
  readonly #throttle: Throttle;

  constructor({ activity, clock }: { activity: ActivityLog; clock: Clock }) {
    this.#activity = activity;
    this.#throttle = new Throttle({ clock, free: freePerHour, longestWaitMs: 60_000, forgetMs: hourMs });
  }

  /** @param record the key, where it is known but has no effect any more */
  async refuse(address: string, record: KeyRecord | null): Promise<never> {
    const network = networkOf(address);
    const waitMs = this.#throttle.waitMs(network);
    if (waitMs > 0) throw tooMany('bad API keys', waitMs, rateLimit(0, waitMs));
    const remaining = this.#throttle.count(network);
    await this.#activity.record({
      actor: { kind: 'api_key', id: record?.id ?? null, name: record?.name ?? 'unknown', address },
      action: 'api_key.use',
      target: record?.name ?? null,
      result: 'refused',
      message: record ? 'the key has expired, or its owner is disabled' : 'no such key',
    });
    throw new ChrontainerError('CHR_UNAUTHENTICATED', 'This API key is not known, has expired or was revoked.', {
      headers: { ...rateLimit(remaining, 0), 'WWW-Authenticate': 'Bearer realm="chrontainer"' },
    });
  }
}

const rateLimit = (remaining: number, waitMs: number): Record<string, string> => ({
  'RateLimit-Policy': `"api-keys";q=${freePerHour};w=${hourMs / 1000}`,
  RateLimit: `"api-keys";r=${remaining};t=${Math.ceil((waitMs || hourMs) / 1000)}`,
});
