import * as v from 'valibot';
import { actionName } from './actions.ts';
import { instant } from './common.ts';
import { containerState, health } from './containers.ts';
import { origin, outcome } from './runs.ts';

export const timelineQuery = v.strictObject({
  from: instant,
  to: instant,
  host: v.optional(v.pipe(v.string(), v.regex(/^\d+$/, 'must be a host ID'), v.transform(Number))),
  container: v.optional(v.pipe(v.string(), v.maxLength(255))),
});
export type TimelineQuery = v.InferOutput<typeof timelineQuery>;

const target = v.object({ hostId: v.number(), container: v.string() });

/** What ran: a mark, or a bar from its start to its end. */
export const timelineRun = v.object({
  id: v.string(),
  scheduleId: v.nullable(v.number()),
  name: v.nullable(v.string()),
  origin,
  outcome,
  action: actionName,
  /** The slot, or when the run was made. */
  at: instant,
  startedAt: v.nullable(instant),
  finishedAt: v.nullable(instant),
  targets: v.array(target),
});

/** What will run, by what is known now. */
export const timelineSlot = v.object({
  scheduleId: v.number(),
  name: v.string(),
  action: actionName,
  at: instant,
  /** The containers that the first step means now. */
  targets: v.array(target),
  /** What stands against it, for example `paused` or `window`; null where nothing known does. */
  obstacle: v.nullable(v.picklist(['paused', 'window'])),
});

/** What a container was, from an instant until its next entry. */
export const timelineState = v.object({
  hostId: v.number(),
  container: v.string(),
  at: instant,
  /** Null while its host could not be asked. */
  state: v.nullable(containerState),
  health: v.nullable(health),
  exitCode: v.nullable(v.number()),
});
export type TimelineState = v.InferOutput<typeof timelineState>;

/** What ran and what will run, on one axis. */
export const timeline = v.object({
  from: instant,
  to: instant,
  now: instant,
  runs: v.array(timelineRun),
  slots: v.array(timelineSlot),
  states: v.array(timelineState),
  /** True where there was more than fits: ask for a shorter span. */
  isTruncated: v.boolean(),
});
export type Timeline = v.InferOutput<typeof timeline>;
