import { createHash, randomBytes } from 'node:crypto';
import type { Transaction } from 'kysely';
import type { Clock } from '../../../clock/index.ts';
import type { Database, Tables } from '../../../database/index.ts';

export type LinkPurpose = 'password' | 'email';

/** What a mailed link stands for. */
export interface MailedLink {
  userId: number;
  address: string;
}

/** What was mailed to accounts, for one use each; of the links themselves the database knows only hashes. */
export class MailedLinks {
  readonly #db: Database;
  readonly #clock: Clock;

  constructor({ db, clock }: { db: Database; clock: Clock }) {
    this.#db = db;
    this.#clock = clock;
  }

  /** Earlier ones of that purpose end. @returns what the link holds, 256 random bits */
  async make({ userId, address }: MailedLink, purpose: LinkPurpose, lifeMs: number): Promise<string> {
    const token = randomBytes(32).toString('base64url');
    const now = this.#clock.now();
    const row = { user_id: userId, purpose, address, created_at: now, expires_at: now + lifeMs };
    await this.#db.transaction().execute(async (trx) => {
      await trx.deleteFrom('mailed_links').where('expires_at', '<=', now).execute();
      await trx.deleteFrom('mailed_links').where('user_id', '=', userId).where('purpose', '=', purpose).execute();
      await trx
        .insertInto('mailed_links')
        .values({ hash: hashOf(token), ...row })
        .execute();
    });
    return token;
  }

  /** Without using it up; undefined for what is none, no more, or good for something else. */
  async look(token: string, purpose: LinkPurpose): Promise<MailedLink | undefined> {
    const row = await this.#db
      .selectFrom('mailed_links')
      .select(['user_id', 'address'])
      .where('hash', '=', hashOf(token))
      .where('purpose', '=', purpose)
      .where('expires_at', '>', this.#clock.now())
      .executeTakeFirst();
    return row && { userId: row.user_id, address: row.address };
  }

  /** @returns false when somebody else has used it meanwhile */
  async use(token: string, trx: Transaction<Tables>): Promise<boolean> {
    const { numDeletedRows } = await trx
      .deleteFrom('mailed_links')
      .where('hash', '=', hashOf(token))
      .executeTakeFirstOrThrow();
    return numDeletedRows === 1n;
  }
}

const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex');
