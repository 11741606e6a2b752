import type { Kysely } from 'kysely';
import { sql } from 'kysely';

/** What registries said of images, when we saw each digest first, and what people said of registries. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  for (const statement of statements) await sql.raw(statement).execute(db);
};

const statements = [
  `CREATE TABLE image_checks (
    name TEXT NOT NULL PRIMARY KEY,
    checked_at BIGINT NOT NULL,
    next_at BIGINT NOT NULL,
    digest TEXT,
    confirmed_digest TEXT,
    fault TEXT,
    message TEXT
  )`,
  `CREATE TABLE image_digests (
    name TEXT NOT NULL,
    digest TEXT NOT NULL,
    first_seen_at BIGINT NOT NULL,
    contents TEXT,
    PRIMARY KEY (name, digest)
  )`,
  `CREATE TABLE registries (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    host TEXT NOT NULL UNIQUE,
    username TEXT,
    password TEXT,
    realm TEXT,
    insecure INTEGER NOT NULL,
    ca TEXT,
    created_at BIGINT NOT NULL
  )`,
  `CREATE TABLE registry_pauses (
    registry TEXT NOT NULL PRIMARY KEY,
    until_at BIGINT NOT NULL
  )`,
];
