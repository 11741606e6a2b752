import type { Kysely } from 'kysely';
import { sql } from 'kysely';

/** Roles of one's own, what each account likes, when a session's password was typed last, and API keys. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  for (const statement of statements) await sql.raw(statement).execute(db);
};

const statements = [
  `CREATE TABLE roles (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    permissions TEXT NOT NULL,
    scopes TEXT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
  )`,
  'ALTER TABLE users ADD COLUMN language TEXT',
  'ALTER TABLE users ADD COLUMN time_zone TEXT',
  'ALTER TABLE users ADD COLUMN theme TEXT',
  'ALTER TABLE sessions ADD COLUMN confirmed_at BIGINT NOT NULL DEFAULT 0',
  `CREATE TABLE api_keys (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id INTEGER NOT NULL REFERENCES users(id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    prefix TEXT NOT NULL,
    hash TEXT NOT NULL UNIQUE,
    scopes TEXT NOT NULL,
    permissions TEXT NOT NULL,
    hosts TEXT,
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    last_used_at BIGINT,
    revoked_at BIGINT
  )`,
  'CREATE INDEX api_keys_user ON api_keys(user_id)',
];
