import type { Kysely } from 'kysely';
import { sql } from 'kysely';

/** Each line of the activity log holds a hash of itself and the line before; those before this have none. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql.raw("ALTER TABLE activity ADD COLUMN hash TEXT NOT NULL DEFAULT ''").execute(db);
};
