import type { Selectable, Transaction } from 'kysely';
import { sql } from 'kysely';
import type { Database, Tables, UsersTable } from '../../database/index.ts';

/** An account. The hash stays in this room. */
export interface User {
  id: number;
  username: string;
  role: string;
  isEnabled: boolean;
  createdAt: number;
  lastLoginAt: number | null;
  language: string | null;
  timeZone: string | null;
  theme: string | null;
  email: string | null;
  isEmailVerified: boolean;
  /** False: it came by a provider, and nobody knows its password. */
  hasPassword: boolean;
  passwordHash: string;
}

export interface NewUser {
  username: string;
  passwordHash: string;
  role: string;
  createdAt: number;
  /** Not verified. */
  email?: string | null;
  /** False: the hash is of something that nobody knows. */
  hasPassword?: boolean;
}

/** The accounts in the database. */
export class Users {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async hasAny(trx: Database | Transaction<Tables> = this.#db): Promise<boolean> {
    return (await trx.selectFrom('users').select('id').limit(1).executeTakeFirst()) !== undefined;
  }

  async findByName(username: string): Promise<User | undefined> {
    const row = await this.#db.selectFrom('users').selectAll().where('username', '=', username).executeTakeFirst();
    return row && toUser(row);
  }

  /** Those of this name whatever the case: addresses of mail are written in many. */
  async findLike(username: string): Promise<User[]> {
    const rows = await this.#db
      .selectFrom('users')
      .selectAll()
      .where(sql`lower(username)`, '=', username.toLowerCase())
      .execute();
    return rows.map(toUser);
  }

  async find(id: number): Promise<User | undefined> {
    const row = await this.#db.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirst();
    return row && toUser(row);
  }

  async create(user: NewUser, trx: Database | Transaction<Tables> = this.#db): Promise<User> {
    const { username, passwordHash, role: ofUser, createdAt, email = null, hasPassword = true } = user;
    const row = await trx
      .insertInto('users')
      .values({
        username,
        password_hash: passwordHash,
        role: ofUser,
        created_at: createdAt,
        email,
        has_password: hasPassword ? 1 : 0,
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    return toUser(row);
  }

  async setPasswordHash(id: number, passwordHash: string, trx: Transaction<Tables>): Promise<void> {
    const row = { password_hash: passwordHash, has_password: 1 };
    await trx.updateTable('users').set(row).where('id', '=', id).execute();
    // A link for another one is not good any more: who asked for it may have been somebody else.
    await trx.deleteFrom('mailed_links').where('user_id', '=', id).where('purpose', '=', 'password').execute();
  }

  /** The same password, hashed anew; not where it was changed meanwhile. */
  async replaceHash({ id, passwordHash }: User, anew: string): Promise<void> {
    const same = this.#db.updateTable('users').set({ password_hash: anew }).where('id', '=', id);
    await same.where('password_hash', '=', passwordHash).execute();
  }

  /** @param verifiedAt null: not yet */
  async setEmail(id: number, email: string | null, verifiedAt: number | null, trx: Transaction<Tables>): Promise<void> {
    await trx.updateTable('users').set({ email, email_verified_at: verifiedAt }).where('id', '=', id).execute();
  }

  /** Whose address this is, as its owner has shown. */
  async findByEmail(address: string, trx: Database | Transaction<Tables> = this.#db): Promise<User | undefined> {
    const row = await trx
      .selectFrom('users')
      .selectAll()
      .where(sql`lower(email)`, '=', address.toLowerCase())
      .where('email_verified_at', 'is not', null)
      .executeTakeFirst();
    return row && toUser(row);
  }

  async list(): Promise<User[]> {
    const rows = await this.#db.selectFrom('users').selectAll().orderBy('username').execute();
    return rows.map(toUser);
  }

  /** How many accounts have each role. */
  async countByRole(): Promise<Map<string, number>> {
    const counts = new Map<string, number>();
    for (const { role } of await this.list()) counts.set(role, (counts.get(role) ?? 0) + 1);
    return counts;
  }

  async change(id: number, to: { role: string; isEnabled: boolean }, trx: Transaction<Tables>): Promise<void> {
    const row = { role: to.role, enabled: to.isEnabled ? 1 : 0 };
    await trx.updateTable('users').set(row).where('id', '=', id).execute();
  }

  async changeProfile(id: number, to: Pick<User, 'language' | 'timeZone' | 'theme'>): Promise<void> {
    const row = { language: to.language, time_zone: to.timeZone, theme: to.theme };
    await this.#db.updateTable('users').set(row).where('id', '=', id).execute();
  }

  async remove(id: number, trx: Transaction<Tables>): Promise<void> {
    await trx.deleteFrom('users').where('id', '=', id).execute();
  }

  /** Whether an admin who can sign in is left beside this account. */
  async hasOtherAdmin(id: number, trx: Transaction<Tables>): Promise<boolean> {
    const found = await trx
      .selectFrom('users')
      .select('id')
      .where('role', '=', 'admin')
      .where('enabled', '=', 1)
      .where('id', '!=', id)
      .executeTakeFirst();
    return found !== undefined;
  }

  async noteSignIn(id: number, at: number): Promise<void> {
    await this.#db.updateTable('users').set({ last_login_at: at }).where('id', '=', id).execute();
  }
}

const toUser = (row: Selectable<UsersTable>): User => ({
  id: row.id,
  username: row.username,
  role: row.role,
  isEnabled: row.enabled === 1,
  createdAt: row.created_at,
  lastLoginAt: row.last_login_at,
  language: row.language,
  timeZone: row.time_zone,
  theme: row.theme,
  email: row.email,
  isEmailVerified: row.email_verified_at !== null,
  hasPassword: row.has_password === 1,
  passwordHash: row.password_hash,
});
