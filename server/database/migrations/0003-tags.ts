import type { Kysely } from 'kysely';
import { sql } from 'kysely';

/** Tags, addresses and notes of containers, by host and name. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  for (const statement of statements) await sql.raw(statement).execute(db);
};

const statements = [
  `CREATE TABLE tags (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    color TEXT NOT NULL,
    rules TEXT NOT NULL
  )`,
  `CREATE TABLE container_tags (
    host_id INTEGER NOT NULL REFERENCES hosts(id) ON DELETE CASCADE,
    container TEXT NOT NULL,
    tag_id INTEGER NOT NULL REFERENCES tags(id) ON DELETE CASCADE,
    PRIMARY KEY (host_id, container, tag_id)
  )`,
  `CREATE TABLE container_notes (
    host_id INTEGER NOT NULL REFERENCES hosts(id) ON DELETE CASCADE,
    container TEXT NOT NULL,
    stack TEXT,
    service TEXT,
    web_url TEXT,
    notes TEXT NOT NULL,
    PRIMARY KEY (host_id, container)
  )`,
];
