import * as v from 'valibot';
import { actor, instant, pageQuery } from './common.ts';

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
});
export type Activity = v.InferOutput<typeof activity>;

export const activityQuery = v.strictObject({
  ...pageQuery,
  q: v.optional(v.pipe(v.string(), v.maxLength(200))),
  action: v.optional(v.pipe(v.string(), v.maxLength(100))),
  from: v.optional(instant),
  to: v.optional(instant),
});
export type ActivityQuery = v.InferOutput<typeof activityQuery>;
