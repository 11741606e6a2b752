import type { Kysely } from 'kysely';
import { sql } from 'kysely';

/** Which newer images were told of: each once for each container, across restarts. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql
    .raw(
      `CREATE TABLE update_notices (
        host_id INTEGER NOT NULL,
        container TEXT NOT NULL,
        digest TEXT NOT NULL,
        told_at BIGINT NOT NULL,
        PRIMARY KEY (host_id, container, digest)
      )`,
    )
    .execute(db);
};
