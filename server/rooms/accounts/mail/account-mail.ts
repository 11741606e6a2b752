import * as v from 'valibot';
import type { AccountMail } from '../../../../contract/index.ts';
import type { Clock } from '../../../clock/index.ts';
import type { Database } from '../../../database/index.ts';
import { ChrontainerError, invalidInput } from '../../../errors/index.ts';
import type { Caller } from '../../../http/index.ts';
import { builtInRoles } from '../../../policy/index.ts';
import type { ActivityLog } from '../../activity/index.ts';
import { changesOf } from '../../activity/index.ts';
import { isWithin } from '../user-keeper.ts';

/** Whoever carries letters: the room of notifications does, by its channels of e-mail. */
export interface PostOffice {
  list(): { id: number; name: string }[];
  fingerprintOf(id: number): string | null;
  send(
    id: number,
    letter: { to: string; title: string; body: string; url: string | null },
    at: number,
    signal: AbortSignal,
  ): Promise<{ ok: boolean; answer: string }>;
}

interface Parts {
  db: Database;
  clock: Clock;
  activity: ActivityLog;
  post: PostOffice;
  baseUrl: string | null;
}

const stored = v.object({ channelId: v.number(), fingerprint: v.string() });
const key = 'accountMail';

/**
 * Which channel carries mail to accounts. Whoever can read that mail comes into every account that has an address, so only
 * those choose it who have every right; and a channel that others make lead elsewhere carries none until it is chosen anew.
 */
export class AccountMailer {
  readonly #parts: Parts;
  readonly #ending = new AbortController();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  get baseUrl(): string | null {
    return this.#parts.baseUrl;
  }

  async look(): Promise<AccountMail> {
    const { post, baseUrl } = this.#parts;
    const channels = post.list();
    const chosen = await this.#chosen();
    if (!chosen) return { channelId: null, state: 'off', channels };
    const now = post.fingerprintOf(chosen.channelId);
    const reached = now === chosen.fingerprint ? 'ready' : 'changed';
    const state = baseUrl === null ? 'noBaseUrl' : now === null ? 'gone' : reached;
    return { channelId: chosen.channelId, state, channels };
  }

  async isReady(): Promise<boolean> {
    return (await this.look()).state === 'ready';
  }

  /** @throws CHR_FORBIDDEN, CHR_INVALID_INPUT for a channel that is none of e-mail, CHR_CONFLICT without BASE_URL */
  async choose(channelId: number | null, caller: Caller): Promise<AccountMail> {
    if (!isWithin({ permissions: builtInRoles.admin }, caller.rights)) {
      throw new ChrontainerError('CHR_FORBIDDEN', 'Whoever chooses what carries mail to accounts needs every right.');
    }
    const { db, clock, activity, post, baseUrl } = this.#parts;
    if (channelId !== null && baseUrl === null) {
      throw new ChrontainerError('CHR_CONFLICT', 'Links need the address of this instance: set BASE_URL first.');
    }
    const fingerprint = channelId === null ? null : post.fingerprintOf(channelId);
    if (channelId !== null && fingerprint === null) {
      throw invalidInput([{ path: 'channelId', message: 'must be an enabled channel of e-mail' }]);
    }
    const before = await this.#chosen();
    const changes = changesOf({ channelId: before?.channelId }, { channelId });
    await db.transaction().execute(async (trx) => {
      await trx.deleteFrom('settings').where('key', '=', key).execute();
      if (channelId !== null) {
        const value = JSON.stringify({ channelId, fingerprint });
        await trx.insertInto('settings').values({ key, value, updated_at: clock.now() }).execute();
      }
      const message = `channel: ${before?.channelId ?? 'none'} → ${channelId ?? 'none'}`;
      const entry = { actor: caller.actor, target: null, result: 'ok', message, changes } as const;
      await activity.record({ ...entry, action: 'account-mail.update' }, trx);
    });
    return this.look();
  }

  /** @returns null when the server took it, else why not */
  async send(letter: { to: string; title: string; body: string; url: string | null }): Promise<string | null> {
    const { channelId, state } = await this.look();
    if (channelId === null || state !== 'ready') return 'no channel carries mail to accounts';
    const { ok, answer } = await this.#parts.post.send(channelId, letter, this.#parts.clock.now(), this.#ending.signal);
    return ok ? null : answer;
  }

  /** Lets go of what is under way. */
  close(): void {
    this.#ending.abort(new Error('the program ends'));
  }

  async #chosen(): Promise<v.InferOutput<typeof stored> | null> {
    const row = await this.#parts.db.selectFrom('settings').select('value').where('key', '=', key).executeTakeFirst();
    return row ? v.parse(stored, JSON.parse(row.value)) : null;
  }
}
