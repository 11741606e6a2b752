import type { Kysely } from 'kysely';
import { sql } from 'kysely';

/** A start finds the few calls that engines may still be at, although their steps are over, without looking through all. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql.raw("CREATE INDEX attempts_outlived ON attempts(run_id) WHERE phase = 'outlived'").execute(db);
};
