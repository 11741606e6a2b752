import type { Kysely } from 'kysely';
import { sql } from 'kysely';

/** Which images were rolled back on which containers: they are not taken again by themselves. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql
    .raw(
      `CREATE TABLE update_blocks (
        host_id INTEGER NOT NULL,
        container TEXT NOT NULL,
        digest TEXT NOT NULL,
        reason TEXT NOT NULL,
        run_id TEXT NOT NULL,
        blocked_at BIGINT NOT NULL,
        PRIMARY KEY (host_id, container, digest)
      )`,
    )
    .execute(db);
};
