import { createHash, randomBytes } from 'node:crypto';
import type { Transaction } from 'kysely';
import type { Clock } from '../../clock/index.ts';
import type { Database, Tables } from '../../database/index.ts';

const day = 86_400_000;
/** A session that nobody uses ends after a week, and each after a month at the latest. */
export const idleMs = 7 * day;
export const longestMs = 30 * day;
/** Every request is a use; writing each down would cost a commit per request. */
const noteEveryMs = 60_000;
/** For so long after the password was typed nothing asks for it again. */
export const freshMs = 15 * 60_000;

/** A session with its account as it stands now. */
export interface Session {
  hash: string;
  expiresAt: number;
  freshUntil: number;
  userId: number;
  username: string;
  role: string;
}

/** A row of the table, but for what it opens. */
export interface OpenSession {
  hash: string;
  address: string;
  user_agent: string;
  created_at: number;
  last_used_at: number;
}

export interface StartedSession {
  /** What the cookie holds; nowhere else. */
  reference: string;
  hash: string;
  expiresAt: number;
}

/** The sessions in the database, which knows only hashes of their references: a copy of it opens none. */
export class Sessions {
  readonly #db: Database;
  readonly #clock: Clock;

  constructor(db: Database, clock: Clock) {
    this.#db = db;
    this.#clock = clock;
  }

  /**
   * Begins one with a new random reference of 256 bits, and clears away those that have run out.
   * @param isFresh whether somebody has just shown who he is, so that what reaches far does not ask again
   */
  async start(userId: number, from: { address: string; userAgent: string }, isFresh = true): Promise<StartedSession> {
    const now = this.#clock.now();
    const reference = randomBytes(32).toString('base64url');
    const hash = hashReference(reference);
    await this.#db
      .deleteFrom('sessions')
      .where((where) =>
        where.or([where('last_used_at', '<=', now - idleMs), where('created_at', '<=', now - longestMs)]),
      )
      .execute();
    const row = { hash, user_id: userId, created_at: now, last_used_at: now, confirmed_at: isFresh ? now : 0 };
    await this.#db
      .insertInto('sessions')
      .values({ ...row, address: from.address, user_agent: from.userAgent.slice(0, 300) })
      .execute();
    return { reference, hash, expiresAt: expiryOf(row) };
  }

  /** The session of a reference, and that it was used just now; undefined when it ended or its account was disabled. */
  async use(reference: string): Promise<Session | undefined> {
    const found = await this.#find(hashReference(reference));
    if (!found) return undefined;
    const now = this.#clock.now();
    if (now - found.lastUsedAt < noteEveryMs) return found.session;
    await this.#db.updateTable('sessions').set({ last_used_at: now }).where('hash', '=', found.session.hash).execute();
    return { ...found.session, expiresAt: expiryOf({ created_at: found.createdAt, last_used_at: now }) };
  }

  /** Looks without using it. */
  async look(hash: string): Promise<Session | undefined> {
    return (await this.#find(hash))?.session;
  }

  /** The password was typed again just now. */
  async confirm(hash: string): Promise<void> {
    const confirmed = { confirmed_at: this.#clock.now() };
    await this.#db.updateTable('sessions').set(confirmed).where('hash', '=', hash).execute();
  }

  /** The sessions of an account that have not run out, the last used first. */
  async listOf(userId: number): Promise<OpenSession[]> {
    const now = this.#clock.now();
    const rows = await this.#db
      .selectFrom('sessions')
      .select(['hash', 'address', 'user_agent', 'created_at', 'last_used_at'])
      .where('user_id', '=', userId)
      .orderBy('last_used_at', 'desc')
      .execute();
    return rows.filter((row) => expiryOf(row) > now);
  }

  async end(hash: string): Promise<void> {
    await this.#db.deleteFrom('sessions').where('hash', '=', hash).execute();
  }

  async endAllOf(userId: number, trx: Transaction<Tables>): Promise<void> {
    await trx.deleteFrom('sessions').where('user_id', '=', userId).execute();
  }

  /** All but the one from which it is asked for. */
  async endOthersOf(userId: number, keptHash: string, trx: Transaction<Tables>): Promise<void> {
    await trx.deleteFrom('sessions').where('user_id', '=', userId).where('hash', '!=', keptHash).execute();
  }

  async #find(hash: string) {
    const row = await this.#db
      .selectFrom('sessions')
      .innerJoin('users', 'users.id', 'sessions.user_id')
      .select(['hash', 'user_id', 'sessions.created_at', 'last_used_at', 'confirmed_at', 'username', 'role', 'enabled'])
      .where('hash', '=', hash)
      .executeTakeFirst();
    if (row?.enabled !== 1) return undefined;
    const expiresAt = expiryOf(row);
    if (expiresAt <= this.#clock.now()) return undefined;
    const freshUntil = row.confirmed_at + freshMs;
    const account = { userId: row.user_id, username: row.username, role: row.role };
    return {
      session: { hash, expiresAt, freshUntil, ...account },
      lastUsedAt: row.last_used_at,
      createdAt: row.created_at,
    };
  }
}

const expiryOf = (row: { created_at: number; last_used_at: number }): number =>
  Math.min(row.created_at + longestMs, row.last_used_at + idleMs);

const hashReference = (reference: string): string => createHash('sha256').update(reference).digest('hex');
