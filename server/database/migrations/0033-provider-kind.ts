import type { Kysely } from 'kysely';
import { sql } from 'kysely';

/** Providers are of a kind; those set up before speak OpenID Connect. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql.raw("ALTER TABLE oidc_providers ADD COLUMN kind TEXT NOT NULL DEFAULT 'oidc'").execute(db);
  await sql.raw('ALTER TABLE oidc_providers ADD COLUMN hosted_domain TEXT').execute(db);
};
