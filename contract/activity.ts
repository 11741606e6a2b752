import * as v from 'valibot';
import { actor, instant, pageQuery } from './common.ts';

/** What became of one field; null: there was nothing, or is nothing any more. Secrets show as `***`. */
export const change = v.object({ field: v.string(), before: v.nullable(v.string()), after: v.nullable(v.string()) });
export type Change = v.InferOutput<typeof change>;

/** One line of the activity log: an action on a container, or a change of configuration. */
export const activity = v.object({
  id: v.number(),
  at: instant,
  actor,
  /** What was done, for example `container.stop`, `schedule.create`, `session.create`. */
  action: v.string(),
  /** What it was done to, for example `web on Local`. */
  target: v.nullable(v.string()),
  result: v.picklist(['ok', 'failed', 'refused']),
  message: v.nullable(v.string()),
  runId: v.nullable(v.string()),
  hostId: v.nullable(v.number()),
  scheduleId: v.nullable(v.number()),
  /** Of a change of configuration, for those who have the right `settings`; null for others, and where there is none. */
  changes: v.nullable(v.array(change)),
});
export type Activity = v.InferOutput<typeof activity>;

export const activityQuery = v.strictObject({
  ...pageQuery,
  q: v.optional(v.pipe(v.string(), v.maxLength(200))),
  action: v.optional(v.pipe(v.string(), v.maxLength(100))),
  /** A part of the name of who did it. */
  actor: v.optional(v.pipe(v.string(), v.maxLength(100))),
  actorKind: v.optional(actor.entries.kind),
  /** A part of what it was done to. */
  target: v.optional(v.pipe(v.string(), v.maxLength(200))),
  result: v.optional(activity.entries.result),
  from: v.optional(instant),
  to: v.optional(instant),
});
export type ActivityQuery = v.InferOutput<typeof activityQuery>;

/** The same filters; more lines at once. */
export const activityExportQuery = v.strictObject({
  ...v.omit(activityQuery, ['limit']).entries,
  format: v.optional(v.picklist(['ndjson', 'csv'], 'must be ndjson or csv'), 'ndjson'),
});

/** Whether the log is as it was written: no line changed, inserted or removed. */
export const auditCheck = v.object({
  isWhole: v.boolean(),
  lines: v.number(),
  /** The ID of the first line that does not fit; null where all do. */
  brokenAt: v.nullable(v.number()),
  /** The hash of the last line: kept elsewhere, it tells also when the log was cut short. */
  head: v.nullable(v.string()),
});
export type AuditCheck = v.InferOutput<typeof auditCheck>;
