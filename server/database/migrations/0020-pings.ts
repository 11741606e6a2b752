import type { Kysely } from 'kysely';
import { sql } from 'kysely';

/** Who watches from outside that schedules run, and what is still to be signalled. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  for (const statement of statements) await sql.raw(statement).execute(db);
};

const statements = [
  `CREATE TABLE pings (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    schedule_id INTEGER UNIQUE REFERENCES schedules(id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    url TEXT NOT NULL,
    enabled INTEGER NOT NULL,
    every_ms BIGINT,
    created_at BIGINT NOT NULL,
    last_at BIGINT,
    last_signal TEXT,
    last_ok INTEGER,
    last_answer TEXT
  )`,
  `CREATE TABLE ping_signals (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    ping_id INTEGER NOT NULL REFERENCES pings(id) ON DELETE CASCADE,
    run_id TEXT NOT NULL,
    signal TEXT NOT NULL,
    body TEXT NOT NULL,
    duration_ms BIGINT,
    created_at BIGINT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    next_try_at BIGINT NOT NULL
  )`,
  'CREATE INDEX ping_signals_ping ON ping_signals(ping_id, id)',
];
