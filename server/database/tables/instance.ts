import type { Generated } from 'kysely';

export interface SettingsTable {
  key: string;
  value: string;
  updated_at: number;
}

export interface ActivityTable {
  id: Generated<number>;
  at: number;
  actor: string;
  action: string;
  target: string | null;
  result: string;
  message: string | null;
  run_id: string | null;
  host_id: number | null;
  schedule_id: number | null;
  /** JSON of contract's `change[]`; null where nothing was configured. */
  changes: string | null;
  /** SHA-256 of the line before and of this one; empty for lines from before the log was chained. */
  hash: Generated<string>;
}
