import type { Kysely } from 'kysely';
import { sql } from 'kysely';

/** Where messages go, which events are told, and what was sent. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  for (const statement of statements) await sql.raw(statement).execute(db);
};

const statements = [
  `CREATE TABLE notification_channels (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    enabled INTEGER NOT NULL,
    kind TEXT NOT NULL,
    config TEXT NOT NULL,
    secrets TEXT NOT NULL,
    created_at BIGINT NOT NULL
  )`,
  `CREATE TABLE notification_rules (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    document TEXT NOT NULL,
    created_at BIGINT NOT NULL
  )`,
  `CREATE TABLE notification_deliveries (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    channel_id INTEGER NOT NULL REFERENCES notification_channels(id) ON DELETE CASCADE,
    dedupe_key TEXT NOT NULL UNIQUE,
    subject TEXT NOT NULL,
    event TEXT NOT NULL,
    severity TEXT NOT NULL,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    run_id TEXT,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL,
    sent_at BIGINT,
    next_try_at BIGINT,
    answer TEXT
  )`,
  "CREATE INDEX notification_deliveries_due ON notification_deliveries(next_try_at) WHERE state = 'pending'",
  'CREATE INDEX notification_deliveries_subject ON notification_deliveries(channel_id, subject, created_at)',
];
