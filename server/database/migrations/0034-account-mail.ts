import type { Kysely } from 'kysely';
import { sql } from 'kysely';

/**
 * Accounts have an e-mail address, which counts once its owner has shown that it is his; links that were sent there; and
 * it is known which accounts have a password that somebody knows: one that a provider made has none until one is set.
 */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  for (const statement of statements) await sql.raw(statement).execute(db);
};

const statements = [
  'ALTER TABLE users ADD COLUMN email TEXT',
  'ALTER TABLE users ADD COLUMN email_verified_at BIGINT',
  'ALTER TABLE users ADD COLUMN has_password INTEGER NOT NULL DEFAULT 1',
  'CREATE UNIQUE INDEX users_verified_email ON users (lower(email)) WHERE email_verified_at IS NOT NULL',
  `UPDATE users SET has_password = 0 WHERE EXISTS (
    SELECT 1 FROM oidc_identities WHERE user_id = users.id AND oidc_identities.created_at - users.created_at BETWEEN 0 AND 5000
  ) AND NOT EXISTS (
    SELECT 1 FROM activity WHERE action = 'user.password' AND target = users.username AND result = 'ok'
  )`,
  `CREATE TABLE mailed_links (
    hash TEXT PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES users(id) ON DELETE CASCADE,
    purpose TEXT NOT NULL,
    address TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
  )`,
  'CREATE INDEX mailed_links_of_user ON mailed_links (user_id, purpose)',
];
