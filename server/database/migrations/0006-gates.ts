import type { Kysely } from 'kysely';
import { sql } from 'kysely';

/** Windows of hosts; why a target was left alone, and which other one it waited for. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  for (const statement of statements) await sql.raw(statement).execute(db);
};

const statements = [
  "ALTER TABLE hosts ADD COLUMN windows TEXT NOT NULL DEFAULT '[]'",
  'ALTER TABLE run_targets ADD COLUMN reason TEXT',
  'ALTER TABLE run_targets ADD COLUMN after_container TEXT',
];
