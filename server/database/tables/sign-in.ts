import type { Generated } from 'kysely';

export interface MailedLinksTable {
  /** SHA-256 of what the link holds. */
  hash: string;
  user_id: number;
  /** What it is good for: `password` or `email`. */
  purpose: string;
  address: string;
  created_at: number;
  expires_at: number;
}

export interface OidcProvidersTable {
  /** Always 1: there is one at most. */
  id: number;
  label: string;
  issuer: string;
  client_id: string;
  /** Sealed: the provider asks for it. */
  client_secret: string;
  scope: string;
  /** Null: whoever is not known stays outside. */
  default_role: string | null;
  groups_claim: string | null;
  /** JSON: which group has which role, the first that fits counts. */
  group_roles: string;
  enabled: number;
  is_only_way: number;
  /** `oidc`, `google` or `github`. */
  kind: Generated<string>;
  hosted_domain: string | null;
}

export interface OidcIdentitiesTable {
  id: Generated<number>;
  user_id: number;
  issuer: string;
  subject: string;
  created_at: number;
}

export interface TotpSecretsTable {
  /** The account's. */
  id: number;
  /** Sealed: to check a code it has to be read. */
  secret: string;
  /** When a code first showed that the app has it; null: until then it is not asked for. */
  confirmed_at: number | null;
  /** The step of thirty seconds whose code was used last: none up to it counts again. */
  last_step: Generated<number>;
  created_at: number;
}

export interface RecoveryCodesTable {
  id: Generated<number>;
  user_id: number;
  /** SHA-256, in hexadecimal: with 80 bits there is nothing to guess. */
  hash: string;
  used_at: number | null;
}

export interface PasskeysTable {
  id: Generated<number>;
  user_id: number;
  name: string;
  credential_id: string;
  /** COSE, as base64url. */
  public_key: string;
  /** By which the authenticator knows the account; the same for all of its passkeys. */
  user_handle: string;
  /** The host name that it was made at, and works at. */
  site: string;
  /** How often the authenticator says that it was used; many always say 0. */
  counter: number;
  /** JSON: how the browser reaches it. */
  transports: string;
  created_at: number;
  last_used_at: number | null;
}
