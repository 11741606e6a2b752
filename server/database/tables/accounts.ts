import type { Generated } from 'kysely';

export interface UsersTable {
  id: Generated<number>;
  username: string;
  password_hash: string;
  /** The name of a role, built in or of one's own. */
  role: string;
  enabled: Generated<number>;
  created_at: number;
  last_login_at: number | null;
  /** What the account likes; null: what the browser or the instance has. */
  language: string | null;
  time_zone: string | null;
  theme: string | null;
  email: string | null;
  /** Null: nobody has shown yet that the address is his. */
  email_verified_at: number | null;
  /** 0: the account came by a provider, and nobody knows its password. */
  has_password: Generated<number>;
}

export interface RolesTable {
  id: Generated<number>;
  name: string;
  /** JSON of contract's `permission[]`. */
  permissions: string;
  /** JSON of contract's `scope[]`; null: everywhere. */
  scopes: string | null;
  created_at: number;
  updated_at: number;
}

export interface SessionsTable {
  /** SHA-256 of the reference in the cookie, in hexadecimal: the database alone opens no session. */
  hash: string;
  user_id: number;
  created_at: number;
  last_used_at: number;
  address: string;
  user_agent: string;
  /** When the password was typed last: what reaches far asks for it again after a while. */
  confirmed_at: Generated<number>;
}

export interface ApiKeysTable {
  id: Generated<number>;
  user_id: number;
  name: string;
  /** The key's beginning, by which its owner knows it. */
  prefix: string;
  /** SHA-256 of the key, in hexadecimal: the database alone opens nothing. */
  hash: string;
  /** JSON: read, write, admin; and rights of its own beside them. */
  scopes: string;
  permissions: string;
  /** JSON of host IDs; null: all hosts. */
  hosts: string | null;
  created_at: number;
  expires_at: number | null;
  last_used_at: number | null;
  revoked_at: number | null;
}

export interface IdempotencyKeysTable {
  /** The caller's key, with who called and what: the same key of another caller is another key. */
  key: string;
  /** SHA-256 of the request, so that one key cannot stand for two requests. */
  request_hash: string;
  status: number;
  body: string;
  created_at: number;
}
