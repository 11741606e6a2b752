import type { Kysely } from 'kysely';
import { sql } from 'kysely';

/** Old output is looked for by its age. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql.raw('CREATE INDEX run_outputs_at ON run_outputs(at)').execute(db);
};
