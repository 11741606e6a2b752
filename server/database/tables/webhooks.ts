import type { Generated } from 'kysely';

export interface WebhooksTable {
  id: Generated<number>;
  user_id: number;
  name: string;
  enabled: number;
  /** JSON of contract's `webhookDeed`. */
  does: string;
  allow_get: number;
  /** JSON of addresses and networks; none: all. */
  allowed_addresses: string;
  per_minute: number;
  prefix: string;
  /** SHA-256 of the token, in hexadecimal. */
  hash: string;
  /** Sealed; null where calls need no signature. */
  secret: string | null;
  count: Generated<number>;
  last_triggered_at: number | null;
  created_at: number;
}

export interface WebhookCallsTable {
  id: Generated<number>;
  webhook_id: number;
  at: number;
  address: string;
  result: string;
  message: string | null;
  run_id: string | null;
}

export interface WebhookSignaturesTable {
  webhook_id: number;
  signature: string;
  at: number;
}
