import * as v from 'valibot';
import { instant } from './common.ts';

/** Why a copy was made. */
export const backupKind = v.picklist(['daily', 'by-hand', 'before-migration']);
export type BackupKind = v.InferOutput<typeof backupKind>;

/** The name of a copy's file: when it was made stands in it, to the second, in UTC. */
export const backupName = v.pipe(
  v.string(),
  v.regex(/^(daily|by-hand|before-migration)-\d{4}-\d\d-\d\dT\d{6}Z\.db$/, 'must be the name of a copy'),
);

/** A copy of the database. */
export const backup = v.object({ name: v.string(), kind: backupKind, madeAt: instant, bytes: v.number() });
export type Backup = v.InferOutput<typeof backup>;

/** What became of the last copy that was to be made since the program started. */
export const backupResult = v.object({ at: instant, ok: v.boolean(), message: v.string() });
export type BackupResult = v.InferOutput<typeof backupResult>;

export const backups = v.object({
  /** Newest first. */
  items: v.array(backup),
  last: v.nullable(backupResult),
  /** Null: none are made by themselves. */
  nextAt: v.nullable(instant),
  /** Where they are, on the server. */
  directory: v.string(),
});
export type Backups = v.InferOutput<typeof backups>;
