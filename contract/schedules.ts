import * as v from 'valibot';
import { actionName, actionOptions, selector } from './actions.ts';
import { actor, durationMs, id, instant, name, pageQuery } from './common.ts';
import { condition } from './conditions.ts';
import { runSummary } from './runs.ts';
import { timeWindows } from './windows.ts';

/** What happens to fixed local times in the hour that DST skips or repeats; see docs/reference/cron.md. */
export const dstPolicy = v.picklist(['vixie', 'literal', 'skip'], 'must be vixie, literal or skip');
export type DstPolicy = v.InferOutput<typeof dstPolicy>;

const outcomeFilter = v.picklist(['success', 'failure', 'any'], 'must be success, failure or any');

/** What may happen to a container that a schedule can wait for. */
export const triggerEvent = v.picklist(
  ['unhealthy', 'healthy', 'died', 'oom', 'started', 'update_available'],
  'must be unhealthy, healthy, died, oom, started or update_available',
);
export type TriggerEvent = v.InferOutput<typeof triggerEvent>;

/** When a schedule is due. */
export const trigger = v.variant(
  'kind',
  [
    v.strictObject({
      kind: v.literal('cron'),
      expression: v.pipe(v.string(), v.trim(), v.minLength(1, 'must not be empty'), v.maxLength(200)),
      timeZone: v.optional(v.pipe(v.string(), v.maxLength(64))),
      dst: v.optional(dstPolicy),
    }),
    v.strictObject({ kind: v.literal('once'), at: instant }),
    v.strictObject({
      kind: v.literal('interval'),
      everyMs: v.pipe(durationMs, v.minValue(1000, 'must be at least a second (1000)')),
      anchor: v.optional(instant),
    }),
    v.strictObject({ kind: v.literal('after'), scheduleId: id, on: outcomeFilter }),
    v.strictObject({
      kind: v.literal('event'),
      event: triggerEvent,
      /** The containers whose events count. */
      source: v.pipe(v.array(selector), v.minLength(1, 'must name at least one source'), v.maxLength(100)),
      /** Only of `died`: the exit codes that count; default: all but 0. */
      exitCodes: v.optional(v.pipe(v.array(v.pipe(v.number(), v.integer())), v.maxLength(50))),
      /** Events that come sooner after the last run's start are passed over. */
      minSpacingMs: v.optional(v.pipe(durationMs, v.maxValue(86_400_000, 'must be at most a day')), 60_000),
    }),
    v.strictObject({ kind: v.literal('manual') }),
  ],
  'must be one of cron, once, interval, after, event, manual',
);
export type Trigger = v.InferOutput<typeof trigger>;

/** What a step waits for after its action, before it counts as succeeded. */
export const waitFor = v.union(
  [
    v.picklist(['done', 'running', 'healthy', 'exited']),
    v.strictObject({ delayMs: v.pipe(durationMs, v.maxValue(86_400_000, 'must be at most a day (86400000)')) }),
  ],
  'must be done, running, healthy, exited or {delayMs}',
);

export const step = v.strictObject({
  action: actionName,
  /** The containers of a step that acts on containers; other kinds of steps have none. */
  targets: v.optional(v.pipe(v.array(selector), v.maxLength(100)), []),
  /** The host of a step that acts on a host, as run does; other kinds of steps have none. */
  hostId: v.optional(id),
  options: v.optional(actionOptions),
  waitFor: v.optional(waitFor),
  timeoutMs: v.optional(v.pipe(durationMs, v.minValue(1000), v.maxValue(86_400_000, 'must be at most a day'))),
  retries: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(10))),
  onFailure: v.optional(v.picklist(['stop', 'continue'])),
  /**
   * Of restart: what becomes of running containers that depend on a target, because they use its network (or its
   * process or IPC namespace) or by compose's `depends_on`. They are restarted after it, in order; default: nothing.
   */
  dependants: v.optional(v.picklist(['restart'], 'must be restart, or left out')),
});
export type Step = v.InferOutput<typeof step>;

/** The policies of a schedule; each has a default that needs no thought. */
export const policies = v.strictObject({
  /** Slots that passed while the program was down: run none of them, the latest, or all in order. */
  catchUp: v.optional(v.picklist(['none', 'latest', 'all']), 'latest'),
  /** At most so many slots are caught up with `all`; the rest are recorded as missed. */
  catchUpLimit: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1000)), 10),
  /** A slot later than this is missed; null: the smaller of an hour and half the period (once: a day). */
  startDeadlineMs: v.optional(v.nullable(v.pipe(durationMs, v.minValue(1000))), null),
  /** A slot that comes due while the schedule's own run goes on. */
  overlap: v.optional(
    v.picklist(['skip', 'queue', 'cancel_previous', 'allow'], 'must be skip, queue, cancel_previous or allow'),
    'skip',
  ),
  /** With `queue`: at most so many runs wait; a slot beyond that is skipped. */
  queueLimit: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100)), 5),
  /** A run begins up to so much later than its slot, by a hash of the slot; never past the next one. */
  jitterMs: v.optional(v.pipe(durationMs, v.maxValue(3_600_000, 'must be at most an hour (3600000)')), 0),
  /** How long a run may take in all; null: as long as its steps. */
  timeoutMs: v.optional(v.nullable(v.pipe(durationMs, v.minValue(1000), v.maxValue(86_400_000))), null),
  /** After so many failed runs in a row the schedule is disabled, with the reason shown; null: never. */
  pauseAfterFailures: v.optional(v.nullable(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100))), null),
  /** When runs may begin, in the schedule's zone; none: always. */
  windows: v.optional(timeWindows, []),
  /** A slot outside the windows, its own or the instance's: recorded as skipped, or begun when the next one opens. */
  outsideWindow: v.optional(v.picklist(['skip', 'wait'], 'must be skip or wait'), 'skip'),
  /**
   * What must be so of a container when a run comes to it first; one of which it is not so is left alone by the whole
   * run. All of them must hold.
   */
  conditions: v.optional(v.pipe(v.array(condition), v.maxLength(10, 'must be at most 10 conditions')), []),
  /** Its runs are kept for so many days, but for the last twenty; null: as the settings say. */
  keepRunsDays: v.optional(v.nullable(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(3650))), null),
  /** At most so many of its runs are kept; null: as the settings say. */
  keepRuns: v.optional(
    v.nullable(v.pipe(v.number(), v.integer(), v.minValue(20, 'must be at least 20'), v.maxValue(1_000_000))),
    null,
  ),
  /** When a step finds no target. */
  onNoMatch: v.optional(v.picklist(['fail', 'skip']), 'fail'),
});
export type Policies = v.InferOutput<typeof policies>;

export const scheduleInput = v.strictObject({
  name,
  enabled: v.optional(v.boolean(), true),
  trigger,
  steps: v.pipe(v.array(step), v.minLength(1, 'must hold at least one step'), v.maxLength(20)),
  policies: v.optional(policies, {}),
  /** No slot before this instant; null: from now on. */
  startsAt: v.optional(v.nullable(instant), null),
  /** No slot after this instant; null: for good. */
  endsAt: v.optional(v.nullable(instant), null),
  /** After so many begun runs there are no more slots; null: no cap. */
  maxRuns: v.optional(v.nullable(v.pipe(v.number(), v.integer(), v.minValue(1))), null),
  /** Whether every container that a run touched is put back, in the end, to the state it had before. */
  restore: v.optional(v.boolean(), false),
});
export type ScheduleInput = v.InferOutput<typeof scheduleInput>;

/** What an edit may change; a field that is left out keeps its value. */
export const schedulePatch = v.partial(scheduleInput);

export const schedule = v.object({
  id: v.number(),
  revision: v.number(),
  name: v.string(),
  enabled: v.boolean(),
  trigger,
  steps: v.array(step),
  policies,
  startsAt: v.nullable(instant),
  endsAt: v.nullable(instant),
  maxRuns: v.nullable(v.number()),
  restore: v.boolean(),
  /** How many runs its slots have begun: what `maxRuns` counts. */
  runsBegun: v.number(),
  /** Why the program itself disabled it; null when it did not. */
  pausedReason: v.nullable(v.string()),
  /** Why it can never begin by itself, where that is so: the schedule that it comes after was deleted. */
  warning: v.optional(v.nullable(v.string())),
  nextRunAt: v.nullable(instant),
  lastRun: v.nullable(runSummary),
  /** The last outcomes, oldest first, at most 20: the strip of the list. */
  recent: v.array(runSummary),
  /** The trigger in words, for example `At 07:30, Monday to Friday`. */
  description: v.string(),
  createdAt: instant,
  updatedAt: instant,
});
export type Schedule = v.InferOutput<typeof schedule>;

/** A schedule that was just saved. */
export const savedSchedule = v.object({
  ...schedule.entries,
  /** What is legal but probably not meant, and which other schedules are due in the minute of its next slot. */
  warnings: v.array(v.string()),
});

export const scheduleQuery = v.strictObject({
  ...pageQuery,
  q: v.optional(v.pipe(v.string(), v.maxLength(200))),
  host: v.optional(v.pipe(v.string(), v.regex(/^\d+$/), v.transform(Number))),
  container: v.optional(v.pipe(v.string(), v.maxLength(255))),
});

/** What a schedule was at one of its edits, and who made it so. */
export const scheduleRevision = v.object({
  revision: v.number(),
  at: instant,
  actor,
  document: v.pick(schedule, [
    'name',
    'enabled',
    'trigger',
    'steps',
    'policies',
    'startsAt',
    'endsAt',
    'maxRuns',
    'restore',
  ]),
});
export type ScheduleRevision = v.InferOutput<typeof scheduleRevision>;

/** A deleted schedule, which can be brought back for 30 days. */
export const deletedSchedule = v.object({
  id: v.number(),
  name: v.string(),
  description: v.string(),
  deletedAt: instant,
});
export type DeletedSchedule = v.InferOutput<typeof deletedSchedule>;

/** What somebody decided on one slot to come. */
export const slotOverride = v.object({
  slot: instant,
  kind: v.picklist(['skip', 'postpone']),
  /** When a postponed slot is to run; null for one that is skipped. */
  until: v.nullable(instant),
  by: v.string(),
});
export type SlotOverride = v.InferOutput<typeof slotOverride>;

export const slotOverrideRequest = v.variant(
  'kind',
  [v.strictObject({ kind: v.literal('skip') }), v.strictObject({ kind: v.literal('postpone'), until: instant })],
  'must be skip or postpone',
);
export type SlotOverrideRequest = v.InferOutput<typeof slotOverrideRequest>;

export const bulkSwitchRequest = v.strictObject({
  ids: v.pipe(v.array(id), v.minLength(1, 'must name at least one schedule'), v.maxLength(1000)),
  enabled: v.boolean(),
});

const count = v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100, 'must be at most 100')), 5);
export const previewRequest = v.strictObject({ trigger, from: v.optional(instant), count });
export const previewQuery = v.strictObject({
  count: v.optional(v.pipe(v.string(), v.regex(/^\d{1,3}$/), v.transform(Number), v.minValue(1), v.maxValue(100)), '5'),
});

/** One due time to come. */
export const slot = v.object({
  scheduledFor: instant,
  /** Local time with offset and zone, for example `2026-11-24T07:30:00+01:00[Europe/Berlin]`. */
  local: v.string(),
  /** What the reader should know, for example what DST does to this slot. */
  notes: v.array(v.string()),
});
export const preview = v.object({
  slots: v.array(slot),
  description: v.string(),
  timeZone: v.string(),
  /** What is legal but probably not meant, for example an expression that can never fire. */
  warnings: v.array(v.string()),
});
export type Preview = v.InferOutput<typeof preview>;
