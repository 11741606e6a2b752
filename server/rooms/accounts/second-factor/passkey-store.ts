import type { Selectable, Transaction } from 'kysely';
import type { Passkey } from '../../../../contract/index.ts';
import type { Database, PasskeysTable, Tables } from '../../../database/index.ts';
import type { KnownKey } from './passkey-check.ts';

/** A passkey with what it is checked by. */
export interface StoredPasskey extends KnownKey {
  id: number;
  userId: number;
  name: string;
}

/** The passkeys in the database: public keys, so that a copy of it opens nothing. */
export class PasskeyStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async listOf(userId: number): Promise<Passkey[]> {
    const rows = await this.#of(userId).orderBy('id').execute();
    return rows.map(present);
  }

  async find(userId: number, id: number): Promise<Passkey | undefined> {
    const row = await this.#of(userId).where('id', '=', id).executeTakeFirst();
    return row && present(row);
  }

  /** What the account's authenticators hold already, at this site. */
  async idsAt(userId: number, site: string): Promise<string[]> {
    const rows = await this.#of(userId).where('site', '=', site).execute();
    return rows.map((row) => row.credential_id);
  }

  /** By which authenticators know the account, where it has a passkey already. */
  async handleOf(userId: number): Promise<string | undefined> {
    return (await this.#of(userId).executeTakeFirst())?.user_handle;
  }

  /** Whoever's it is, and wherever. */
  async knows(credentialId: string): Promise<boolean> {
    const found = this.#db.selectFrom('passkeys').select('id').where('credential_id', '=', credentialId);
    return (await found.executeTakeFirst()) !== undefined;
  }

  async findAt(site: string, credentialId: string): Promise<StoredPasskey | undefined> {
    const row = await this.#db
      .selectFrom('passkeys')
      .selectAll()
      .where('credential_id', '=', credentialId)
      .where('site', '=', site)
      .executeTakeFirst();
    if (!row) return undefined;
    const { id, user_id: userId, name, public_key: publicKey, counter } = row;
    return { id, userId, name, credentialId, publicKey, counter };
  }

  async add(
    fresh: KnownKey & { userId: number; name: string; userHandle: string; site: string; transports: string[] },
    now: number,
    trx: Transaction<Tables>,
  ): Promise<void> {
    await trx
      .insertInto('passkeys')
      .values({
        user_id: fresh.userId,
        name: fresh.name,
        credential_id: fresh.credentialId,
        public_key: fresh.publicKey,
        user_handle: fresh.userHandle,
        site: fresh.site,
        counter: fresh.counter,
        transports: JSON.stringify(fresh.transports),
        created_at: now,
        last_used_at: null,
      })
      .execute();
  }

  async rename(id: number, name: string, trx: Transaction<Tables>): Promise<void> {
    await trx.updateTable('passkeys').set({ name }).where('id', '=', id).execute();
  }

  async remove(id: number, trx: Transaction<Tables>): Promise<void> {
    await trx.deleteFrom('passkeys').where('id', '=', id).execute();
  }

  /** @returns false when it was used otherwise meanwhile, or removed */
  async noteUse(id: number, was: number, counter: number, now: number): Promise<boolean> {
    const { numUpdatedRows } = await this.#db
      .updateTable('passkeys')
      .set({ counter, last_used_at: now })
      .where('id', '=', id)
      .where('counter', '=', was)
      .executeTakeFirstOrThrow();
    return numUpdatedRows > 0n;
  }

  #of(userId: number) {
    return this.#db.selectFrom('passkeys').selectAll().where('user_id', '=', userId);
  }
}

const present = (row: Selectable<PasskeysTable>): Passkey => ({
  id: row.id,
  name: row.name,
  site: row.site,
  createdAt: new Date(row.created_at).toISOString(),
  lastUsedAt: row.last_used_at === null ? null : new Date(row.last_used_at).toISOString(),
});
