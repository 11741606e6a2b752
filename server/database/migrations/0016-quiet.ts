import type { Kysely } from 'kysely';
import { sql } from 'kysely';

/** What keeps messages few: limits, messages that are told together, silences, and which troubles were told. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  for (const statement of statements) await sql.raw(statement).execute(db);
};

const statements = [
  'ALTER TABLE notification_channels ADD COLUMN daily_limit INTEGER',
  // Messages of one channel with the same key become one when their time has come.
  'ALTER TABLE notification_deliveries ADD COLUMN gather_key TEXT',
  // The page of the UI that shows more.
  'ALTER TABLE notification_deliveries ADD COLUMN path TEXT',
  'CREATE INDEX notification_deliveries_channel ON notification_deliveries(channel_id, created_at)',
  `CREATE TABLE notification_silences (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    document TEXT NOT NULL,
    from_at BIGINT NOT NULL,
    until_at BIGINT NOT NULL,
    created_by TEXT NOT NULL,
    created_at BIGINT NOT NULL
  )`,
  // What is wrong and was told of: after a restart it is not told again, and its end is.
  `CREATE TABLE troubles (
    subject TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    since BIGINT NOT NULL
  )`,
];
