import * as v from 'valibot';

export const clockTime = v.pipe(
  v.string(),
  v.regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time of day from 00:00 to 23:59'),
);

export const weekday = v.picklist(
  ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'],
  'must be mon, tue, wed, thu, fri, sat or sun',
);
export type Weekday = v.InferOutput<typeof weekday>;

/**
 * A span of local time in which runs are allowed, or blocked. One whose end is not later than its start goes on into the
 * next day and belongs to the day on which it starts; from 00:00 to 00:00 is the whole day.
 */
export const timeWindow = v.strictObject({
  kind: v.picklist(['allow', 'block'], 'must be allow or block'),
  /** Default: every day. */
  days: v.optional(v.pipe(v.array(weekday), v.minLength(1, 'must name at least one day'), v.maxLength(7))),
  from: clockTime,
  to: clockTime,
});
export type TimeWindow = v.InferOutput<typeof timeWindow>;

/** Outside of all `allow` windows, or inside a `block` window, nothing begins. */
export const timeWindows = v.pipe(v.array(timeWindow), v.maxLength(20, 'must be at most 20 windows'));
