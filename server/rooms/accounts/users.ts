import type { Selectable, Transaction } from 'kysely';
import type { Database, Tables, UsersTable } from '../../database/index.ts';

/** An account. The hash stays in this room. */
export interface User {
  id: number;
  username: string;
  role: string;
  isEnabled: boolean;
  passwordHash: string;
}

export interface NewUser {
  username: string;
  passwordHash: string;
  role: string;
  createdAt: number;
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

  async find(id: number): Promise<User | undefined> {
    const row = await this.#db.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirst();
    return row && toUser(row);
  }

  async create(user: NewUser, trx: Database | Transaction<Tables> = this.#db): Promise<User> {
    const { username, passwordHash, role: ofUser, createdAt } = user;
    const row = await trx
      .insertInto('users')
      .values({ username, password_hash: passwordHash, role: ofUser, created_at: createdAt })
      .returningAll()
      .executeTakeFirstOrThrow();
    return toUser(row);
  }

  async setPasswordHash(id: number, passwordHash: string, trx: Transaction<Tables>): Promise<void> {
    await trx.updateTable('users').set({ password_hash: passwordHash }).where('id', '=', id).execute();
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
  passwordHash: row.password_hash,
});
