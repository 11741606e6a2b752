import * as v from 'valibot';
import { actionName } from './actions.ts';
import { actor, instant, pageQuery } from './common.ts';

/** `pending` and `running` are the only states that are not final. */
export const outcome = v.picklist([
  'pending',
  'running',
  'succeeded',
  'failed',
  'timed_out',
  'cancelled',
  'skipped',
  'missed',
  'coalesced',
  'interrupted',
]);
export type Outcome = v.InferOutput<typeof outcome>;
export type FinalOutcome = Exclude<Outcome, 'pending' | 'running'>;

export const origin = v.picklist(['schedule', 'manual', 'webhook', 'api', 'event', 'after']);
export type Origin = v.InferOutput<typeof origin>;

export const runSummary = v.object({
  id: v.string(),
  outcome,
  scheduledFor: v.nullable(instant),
  startedAt: v.nullable(instant),
  finishedAt: v.nullable(instant),
});
export type RunSummary = v.InferOutput<typeof runSummary>;

export const runTarget = v.object({
  /** Null where the step acts on no host, as `wait` and `http` do. */
  hostId: v.nullable(v.number()),
  /** Null where the step acts on no container, as `prune` does. */
  container: v.nullable(v.string()),
  outcome,
  attempts: v.number(),
  /** The engine's words, or what was seen; null while there is nothing to say. */
  message: v.nullable(v.string()),
  /** The code of the reason for a target that was left alone, for example `condition`; else null. */
  reason: v.nullable(v.string()),
  /** The target that it depends on, and had to wait for; null where it depends on none. */
  after: v.nullable(v.string()),
  /** Of a command or a container that has ended; null for other steps. */
  exitCode: v.nullable(v.number()),
  startedAt: v.nullable(instant),
  finishedAt: v.nullable(instant),
});
/** `restore`: what the run touched was put back to the state it had before; always the last step. */
export const runStep = v.object({
  action: v.union([actionName, v.literal('restore')]),
  outcome,
  targets: v.array(runTarget),
});

/** The record of what became of a slot, or of a call by hand. */
export const run = v.object({
  id: v.string(),
  scheduleId: v.nullable(v.number()),
  /** The schedule's name when the run was made; null for a run without schedule. */
  scheduleName: v.nullable(v.string()),
  revision: v.nullable(v.number()),
  origin,
  actor,
  scheduledFor: v.nullable(instant),
  createdAt: instant,
  /** Of a pending run: it begins no earlier, because of a window, its jitter or somebody's decision; else null. */
  waitsUntil: v.nullable(instant),
  startedAt: v.nullable(instant),
  finishedAt: v.nullable(instant),
  outcome,
  /** The code of the reason, for example `overlap`; null where the outcome says it all. */
  reason: v.nullable(v.string()),
  /** The reason in a sentence. */
  message: v.nullable(v.string()),
  /** The run after which this one came, or what happened to which container; null for runs by time or by hand. */
  cause: v.nullable(v.string()),
  /** The run that stands for this one, when it was coalesced. */
  coalescedInto: v.nullable(v.string()),
  steps: v.array(runStep),
});
export type Run = v.InferOutput<typeof run>;
export type RunStep = v.InferOutput<typeof runStep>;
export type RunTarget = v.InferOutput<typeof runTarget>;

/** A piece of what a command or a container of a run wrote. */
export const outputPiece = v.object({
  /** The step's and the target's place in the run, from 0. */
  step: v.number(),
  target: v.number(),
  stream: v.picklist(['stdout', 'stderr']),
  text: v.string(),
  at: instant,
});
export type OutputPiece = v.InferOutput<typeof outputPiece>;

/** What is kept of the output: `truncated` when the middle of a target's output was too much to be kept. */
export const runOutput = v.object({
  items: v.array(outputPiece),
  truncated: v.boolean(),
  nextCursor: v.nullable(v.string()),
});
export type RunOutput = v.InferOutput<typeof runOutput>;

const place = v.optional(v.pipe(v.string(), v.regex(/^\d{1,6}$/, 'must be a whole number'), v.transform(Number)));
export const outputQuery = v.strictObject({
  ...pageQuery,
  step: place,
  target: place,
  /** Only pieces that hold this text. */
  q: v.optional(v.pipe(v.string(), v.maxLength(200))),
  /** With `true`: server-sent events until the run is over. */
  follow: v.optional(v.picklist(['true', 'false'])),
});
export type OutputQuery = v.InferOutput<typeof outputQuery>;

export const runQuery = v.strictObject({
  ...pageQuery,
  schedule: v.optional(v.pipe(v.string(), v.regex(/^\d+$/, 'must be a schedule ID'), v.transform(Number))),
  host: v.optional(v.pipe(v.string(), v.regex(/^\d+$/, 'must be a host ID'), v.transform(Number))),
  container: v.optional(v.pipe(v.string(), v.maxLength(255))),
  outcome: v.optional(outcome),
  origin: v.optional(origin),
  from: v.optional(instant),
  to: v.optional(instant),
  /**
   * A text in names and messages and, with the right to logs, in what commands and containers wrote. A page looks
   * through a few thousand runs at most: it may be short, and `nextCursor` goes on.
   */
  q: v.optional(v.pipe(v.string(), v.trim(), v.maxLength(200))),
});
export type RunQuery = v.InferOutput<typeof runQuery>;
