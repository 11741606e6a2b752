import type { Kysely } from 'kysely';
import { sql } from 'kysely';

/** Calls from outside that begin a run. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  for (const statement of statements) await sql.raw(statement).execute(db);
};

const statements = [
  `CREATE TABLE webhooks (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id INTEGER NOT NULL REFERENCES users(id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    enabled INTEGER NOT NULL,
    does TEXT NOT NULL,
    allow_get INTEGER NOT NULL,
    allowed_addresses TEXT NOT NULL,
    per_minute INTEGER NOT NULL,
    prefix TEXT NOT NULL,
    hash TEXT NOT NULL UNIQUE,
    secret TEXT,
    count INTEGER NOT NULL DEFAULT 0,
    last_triggered_at BIGINT,
    created_at BIGINT NOT NULL
  )`,
  `CREATE TABLE webhook_calls (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    webhook_id INTEGER NOT NULL REFERENCES webhooks(id) ON DELETE CASCADE,
    at BIGINT NOT NULL,
    address TEXT NOT NULL,
    result TEXT NOT NULL,
    message TEXT,
    run_id TEXT
  )`,
  'CREATE INDEX webhook_calls_webhook ON webhook_calls(webhook_id, id)',
  // A signature counts once, also across a restart.
  `CREATE TABLE webhook_signatures (
    webhook_id INTEGER NOT NULL REFERENCES webhooks(id) ON DELETE CASCADE,
    signature TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (webhook_id, signature)
  )`,
];
