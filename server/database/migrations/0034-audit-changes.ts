import type { Kysely } from 'kysely';
import { sql } from 'kysely';

/** What became of the fields, before and after, beside the words of a line; lines from before have none. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql.raw('ALTER TABLE activity ADD COLUMN changes TEXT').execute(db);
};
