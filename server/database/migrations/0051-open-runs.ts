import type { Kysely } from 'kysely';

/** Runs that are not over are found by their outcome: the index of these alone was written three times a run, and never read. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await db.schema.dropIndex('runs_open').execute();
};
