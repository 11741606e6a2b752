import type { Transaction } from 'kysely';
import type { Database, Tables } from '../../../database/index.ts';
import type { Secrets } from '../../../secrets/index.ts';

/** The secret of an account's app. */
export interface TotpSecret {
  secret: string;
  /** Null until a code showed that the app has it. */
  confirmedAt: number | null;
}

const placeOf = (userId: number) => ({ table: 'totp_secrets', row: userId, column: 'secret' });

/** Secrets of apps and recovery codes in the database. */
export class SecondFactorStore {
  readonly #db: Database;
  readonly #secrets: Secrets;

  constructor(parts: { db: Database; secrets: Secrets }) {
    this.#db = parts.db;
    this.#secrets = parts.secrets;
  }

  async totpOf(userId: number): Promise<TotpSecret | undefined> {
    const row = await this.#db
      .selectFrom('totp_secrets')
      .select(['secret', 'confirmed_at'])
      .where('id', '=', userId)
      .executeTakeFirst();
    return row && { secret: this.#secrets.open(row.secret, placeOf(userId)), confirmedAt: row.confirmed_at };
  }

  /** In the place of one that was not confirmed. */
  async begin(userId: number, secret: string, now: number): Promise<void> {
    const fresh = { secret: this.#secrets.seal(secret, placeOf(userId)), confirmed_at: null, last_step: 0 };
    await this.#db
      .insertInto('totp_secrets')
      .values({ id: userId, ...fresh, created_at: now })
      .onConflict((conflict) => conflict.column('id').doUpdateSet({ ...fresh, created_at: now }))
      .execute();
  }

  /** Notes that the code of a step was used. @returns false when it, or a later one, was used before */
  async useStep(userId: number, step: number): Promise<boolean> {
    const { numUpdatedRows } = await this.#db
      .updateTable('totp_secrets')
      .set({ last_step: step })
      .where('id', '=', userId)
      .where('last_step', '<', step)
      .executeTakeFirstOrThrow();
    return numUpdatedRows > 0n;
  }

  async confirm(userId: number, now: number, trx: Transaction<Tables>): Promise<void> {
    await trx.updateTable('totp_secrets').set({ confirmed_at: now }).where('id', '=', userId).execute();
  }

  async removeTotp(userId: number, trx: Transaction<Tables>): Promise<void> {
    await trx.deleteFrom('totp_secrets').where('id', '=', userId).execute();
  }

  async replaceCodes(userId: number, hashes: readonly string[], trx: Transaction<Tables>): Promise<void> {
    await trx.deleteFrom('recovery_codes').where('user_id', '=', userId).execute();
    if (hashes.length === 0) return;
    await trx
      .insertInto('recovery_codes')
      .values(hashes.map((hash) => ({ user_id: userId, hash, used_at: null })))
      .execute();
  }

  async codesLeft(userId: number): Promise<number> {
    const rows = await this.#db
      .selectFrom('recovery_codes')
      .select('id')
      .where('user_id', '=', userId)
      .where('used_at', 'is', null)
      .execute();
    return rows.length;
  }

  /** @returns false when there is no such code, or it was used before */
  async useCode(userId: number, hash: string, now: number): Promise<boolean> {
    const { numUpdatedRows } = await this.#db
      .updateTable('recovery_codes')
      .set({ used_at: now })
      .where('user_id', '=', userId)
      .where('hash', '=', hash)
      .where('used_at', 'is', null)
      .executeTakeFirstOrThrow();
    return numUpdatedRows > 0n;
  }

  async hasPasskey(userId: number): Promise<boolean> {
    const found = await this.#db.selectFrom('passkeys').select('id').where('user_id', '=', userId).executeTakeFirst();
    return found !== undefined;
  }

  /** The accounts that are asked for more than their password. */
  async guarded(): Promise<Set<number>> {
    const apps = this.#db.selectFrom('totp_secrets').select('id').where('confirmed_at', 'is not', null).execute();
    const keys = this.#db.selectFrom('passkeys').select('user_id as id').distinct().execute();
    return new Set([...(await apps), ...(await keys)].map(({ id }) => id));
  }
}
