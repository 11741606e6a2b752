import type { Transaction } from 'kysely';
import type { Actor } from '../../../contract/index.ts';
import type { Clock } from '../../clock/index.ts';
import type { Database, Tables } from '../../database/index.ts';
import type { ActivityLog } from '../activity/index.ts';
import { changesOf } from '../activity/index.ts';
import type { User, Users } from './users.ts';

interface Parts {
  db: Database;
  clock: Clock;
  activity: ActivityLog;
  users: Users;
}

/**
 * The addresses of accounts. One that somebody typed counts for nothing until its owner has shown that it is his: by
 * a link that was sent there, or by a provider that has verified it.
 */
export class Emails {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Of links that were sent before none counts any more. @returns whether it is another one now */
  async set(user: User, address: string | null, actor: Actor): Promise<boolean> {
    if (address === user.email) return false;
    const { db, users, activity } = this.#parts;
    await db.transaction().execute(async (trx) => {
      await users.setEmail(user.id, address, null, trx);
      await trx.deleteFrom('mailed_links').where('user_id', '=', user.id).execute();
      // Not in words: the address is for its owner and for admins, the line for everybody who sees the log.
      const changes = changesOf({ email: user.email }, { email: address });
      const note = { actor, target: user.username, result: 'ok', changes } as const;
      await activity.record({ ...note, action: 'user.email' }, trx);
    });
    return true;
  }

  /** That a provider has verified it: taken over where the account has no other, and no other account has it. */
  async believe(user: User, address: string | null): Promise<void> {
    const isOther = user.email !== null && user.email.toLowerCase() !== address?.toLowerCase();
    if (address === null || isOther || user.isEmailVerified) return;
    await this.#parts.db.transaction().execute((trx) => this.verify(user.id, address, trx));
  }

  /** @returns false where another account has shown it to be its own */
  async verify(userId: number, address: string, trx: Transaction<Tables>): Promise<boolean> {
    const { users, clock } = this.#parts;
    const owner = await users.findByEmail(address, trx);
    if (owner && owner.id !== userId) return false;
    await users.setEmail(userId, address, clock.now(), trx);
    return true;
  }
}
