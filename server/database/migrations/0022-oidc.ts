import type { Kysely } from 'kysely';
import { sql } from 'kysely';

/** The OpenID provider, if there is one, and who is known by it. The client's secret is sealed. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  for (const statement of statements) await sql.raw(statement).execute(db);
};

const statements = [
  `CREATE TABLE oidc_providers (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    label TEXT NOT NULL,
    issuer TEXT NOT NULL,
    client_id TEXT NOT NULL,
    client_secret TEXT NOT NULL,
    scope TEXT NOT NULL,
    default_role TEXT,
    groups_claim TEXT,
    group_roles TEXT NOT NULL,
    enabled INTEGER NOT NULL,
    is_only_way INTEGER NOT NULL
  )`,
  `CREATE TABLE oidc_identities (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id INTEGER NOT NULL REFERENCES users(id) ON DELETE CASCADE,
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (issuer, subject),
    UNIQUE (user_id, issuer)
  )`,
];
