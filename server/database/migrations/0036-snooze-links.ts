import type { Kysely } from 'kysely';
import { sql } from 'kysely';

/** What messages carry so that whoever reads one can snooze it: hashes of the links, and what each is about. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  for (const statement of statements) await sql.raw(statement).execute(db);
};

const statements = [
  `CREATE TABLE snooze_links (
    hash TEXT NOT NULL PRIMARY KEY,
    subject TEXT NOT NULL,
    title TEXT NOT NULL,
    expires_at BIGINT NOT NULL
  )`,
  'CREATE INDEX snooze_links_expiry ON snooze_links(expires_at)',
];
