import type { Kysely } from 'kysely';
import { sql } from 'kysely';

/** Templates of channels, and what a message is made from: its facts, and the rule that wanted it. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  for (const statement of statements) await sql.raw(statement).execute(db);
};

const statements = [
  'ALTER TABLE notification_channels ADD COLUMN template TEXT',
  'ALTER TABLE notification_deliveries ADD COLUMN facts TEXT',
  'ALTER TABLE notification_deliveries ADD COLUMN rule_id INTEGER',
  // How often it was sent once more by hand.
  'ALTER TABLE notification_deliveries ADD COLUMN round INTEGER NOT NULL DEFAULT 0',
];
