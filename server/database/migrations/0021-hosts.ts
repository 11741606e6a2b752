import type { Kysely } from 'kysely';
import { sql } from 'kysely';

/** How hosts are reached, what may be asked of them, and their order. Both keys are sealed. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  for (const statement of statements) await sql.raw(statement).execute(db);
};

const statements = [
  'ALTER TABLE hosts ADD COLUMN position INTEGER NOT NULL DEFAULT 0',
  `ALTER TABLE hosts ADD COLUMN grants TEXT NOT NULL DEFAULT '["observe","operate","update","exec"]'`,
  'ALTER TABLE hosts ADD COLUMN tls INTEGER NOT NULL DEFAULT 0',
  'ALTER TABLE hosts ADD COLUMN ca TEXT',
  'ALTER TABLE hosts ADD COLUMN certificate TEXT',
  'ALTER TABLE hosts ADD COLUMN client_key TEXT',
  'ALTER TABLE hosts ADD COLUMN fingerprint TEXT',
  'ALTER TABLE hosts ADD COLUMN ssh_key TEXT',
  'ALTER TABLE hosts ADD COLUMN host_key TEXT',
  'UPDATE hosts SET position = id',
];
