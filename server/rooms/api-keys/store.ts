import type { Selectable, Transaction } from 'kysely';
import * as v from 'valibot';
import type { ApiKeyInput, KeyScope, Permission } from '../../../contract/index.ts';
import { keyScope, permission } from '../../../contract/index.ts';
import type { ApiKeysTable, Database, Tables } from '../../database/index.ts';

/** A key with the account that it belongs to, as both stand now. */
export interface KeyRecord {
  id: number;
  name: string;
  prefix: string;
  hash: string;
  scopes: KeyScope[];
  permissions: Permission[];
  hosts: number[] | null;
  createdAt: number;
  expiresAt: number | null;
  lastUsedAt: number | null;
  owner: { id: number; username: string; role: string; isEnabled: boolean };
}

type Row = Selectable<ApiKeysTable> & { username: string; role: string; enabled: number };

/** The keys in the database. Those that were revoked stay there: the log names them by their ID. */
export class KeyStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** @param userId whose keys; null: everybody's */
  async list(userId: number | null): Promise<KeyRecord[]> {
    let query = this.#rows().orderBy('api_keys.id');
    if (userId !== null) query = query.where('user_id', '=', userId);
    return (await query.execute()).map(toRecord);
  }

  async find(id: number): Promise<KeyRecord | undefined> {
    const row = await this.#rows().where('api_keys.id', '=', id).executeTakeFirst();
    return row && toRecord(row);
  }

  async findByHash(hash: string): Promise<KeyRecord | undefined> {
    const row = await this.#rows().where('hash', '=', hash).executeTakeFirst();
    return row && toRecord(row);
  }

  async add(
    trx: Transaction<Tables>,
    key: { prefix: string; hash: string; userId: number; createdAt: number },
    input: ApiKeyInput,
  ): Promise<number> {
    const { id } = await trx
      .insertInto('api_keys')
      .values({
        user_id: key.userId,
        name: input.name,
        prefix: key.prefix,
        hash: key.hash,
        scopes: JSON.stringify(input.scopes),
        permissions: JSON.stringify(input.permissions),
        hosts: input.hosts && JSON.stringify(input.hosts),
        created_at: key.createdAt,
        expires_at: input.expiresAt === null ? null : Date.parse(input.expiresAt),
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    return id;
  }

  async replace(trx: Transaction<Tables>, id: number, key: { prefix: string; hash: string }): Promise<void> {
    await trx
      .updateTable('api_keys')
      .set({ ...key, last_used_at: null })
      .where('id', '=', id)
      .execute();
  }

  async revoke(trx: Transaction<Tables>, id: number, at: number): Promise<void> {
    await trx.updateTable('api_keys').set({ revoked_at: at }).where('id', '=', id).execute();
  }

  async noteUse(id: number, at: number): Promise<void> {
    await this.#db.updateTable('api_keys').set({ last_used_at: at }).where('id', '=', id).execute();
  }

  #rows() {
    return this.#db
      .selectFrom('api_keys')
      .innerJoin('users', 'users.id', 'api_keys.user_id')
      .selectAll('api_keys')
      .select(['username', 'role', 'enabled'])
      .where('revoked_at', 'is', null);
  }
}

const toRecord = (row: Row): KeyRecord => ({
  id: row.id,
  name: row.name,
  prefix: row.prefix,
  hash: row.hash,
  scopes: v.parse(v.array(keyScope), JSON.parse(row.scopes)),
  permissions: v.parse(v.array(permission), JSON.parse(row.permissions)),
  hosts: row.hosts === null ? null : v.parse(v.array(v.number()), JSON.parse(row.hosts)),
  createdAt: row.created_at,
  expiresAt: row.expires_at,
  lastUsedAt: row.last_used_at,
  owner: { id: row.user_id, username: row.username, role: row.role, isEnabled: row.enabled === 1 },
});
