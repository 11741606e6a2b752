import type { InferInput } from 'valibot';
import type { ActionName, ActionOptions, Selector } from '../../../contract/actions.ts';
import type { DstPolicy, Policies, Schedule, Step, scheduleInput, Trigger } from '../../../contract/schedules.ts';
import { toInstant, toLocal } from '../../time/zone.ts';

export type TriggerKind = 'cron' | 'once' | 'interval' | 'manual' | 'kept';
/** A schedule as it is sent: what is left out gets its default, or keeps its value. */
export type ScheduleBody = InferInput<typeof scheduleInput>;
export type IntervalUnit = 's' | 'min' | 'h' | 'd';

/** A schedule while it is edited: every field as its control holds it. */
export interface Draft {
  name: string;
  enabled: boolean;
  action: ActionName;
  targets: Selector[];
  kind: TriggerKind;
  expression: string;
  /** Empty: the instance's zone. */
  timeZone: string;
  dst: DstPolicy;
  /** A local time in the schedule's zone, `2026-11-24T07:30`. */
  onceAt: string;
  every: string;
  everyUnit: IntervalUnit;
  waitFor: '' | 'done' | 'running' | 'healthy';
  stepTimeoutS: string;
  stopTimeoutS: string;
  retries: string;
  catchUp: Policies['catchUp'];
  catchUpLimit: string;
  startDeadlineMin: string;
  overlap: Policies['overlap'];
  onNoMatch: Policies['onNoMatch'];
  /** What this editor does not show and gives back as it was. */
  kept: {
    trigger: Trigger | null;
    step: Step | null;
    steps: Step[];
    policies: Partial<Policies>;
    anchor: string | undefined;
  };
}

export const unitMs: Record<IntervalUnit, number> = { s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000 };

export function emptyDraft(): Draft {
  return {
    name: '',
    enabled: true,
    action: 'restart',
    targets: [],
    kind: 'cron',
    expression: '0 3 * * *',
    timeZone: '',
    dst: 'vixie',
    onceAt: '',
    every: '6',
    everyUnit: 'h',
    waitFor: '',
    stepTimeoutS: '',
    stopTimeoutS: '',
    retries: '',
    catchUp: 'latest',
    catchUpLimit: '10',
    startDeadlineMin: '',
    overlap: 'skip',
    onNoMatch: 'fail',
    kept: { trigger: null, step: null, steps: [], policies: {}, anchor: undefined },
  };
}

/** The draft of a schedule that exists; `zone` is the instance's, for a moment without one of its own. */
export function draftOf(schedule: Schedule, zone: string): Draft {
  const [step = null, ...steps] = schedule.steps;
  const { policies } = schedule;
  return {
    ...emptyDraft(),
    ...triggerFields(schedule.trigger, zone),
    name: schedule.name,
    enabled: schedule.enabled,
    action: step?.action ?? 'restart',
    targets: step?.targets ?? [],
    waitFor: step?.waitFor ?? '',
    stepTimeoutS: text(step?.timeoutMs, 1000),
    stopTimeoutS: text(step?.options?.timeoutMs, 1000),
    retries: text(step?.retries, 1),
    catchUp: policies.catchUp,
    catchUpLimit: String(policies.catchUpLimit),
    startDeadlineMin: text(policies.startDeadlineMs ?? undefined, 60_000),
    overlap: policies.overlap,
    onNoMatch: policies.onNoMatch,
    kept: {
      trigger: schedule.trigger,
      step,
      steps,
      policies,
      anchor: schedule.trigger.kind === 'interval' ? schedule.trigger.anchor : undefined,
    },
  };
}

/** What is sent. A field that cannot be read as a number is sent as it is wrong, so that the server says so. */
export function inputOf(draft: Draft, zone: string): ScheduleBody {
  return {
    name: draft.name.trim(),
    enabled: draft.enabled,
    trigger: triggerOf(draft, zone),
    steps: [stepOf(draft), ...draft.kept.steps],
    policies: {
      ...draft.kept.policies,
      catchUp: draft.catchUp,
      catchUpLimit: numberOf(draft.catchUpLimit, 1) ?? 10,
      startDeadlineMs: numberOf(draft.startDeadlineMin, 60_000) ?? null,
      overlap: draft.overlap,
      onNoMatch: draft.onNoMatch,
    },
  };
}

export function triggerOf(draft: Draft, zone: string): Trigger {
  switch (draft.kind) {
    case 'cron': {
      const own = draft.timeZone === '' ? {} : { timeZone: draft.timeZone };
      const dst = draft.dst === 'vixie' ? {} : { dst: draft.dst };
      return { kind: 'cron', expression: draft.expression, ...own, ...dst };
    }
    case 'once': {
      const at = toInstant(draft.onceAt, draft.timeZone || zone);
      return { kind: 'once', at: at === null ? '' : new Date(at).toISOString() };
    }
    case 'interval': {
      const { anchor } = draft.kept;
      const everyMs = numberOf(draft.every, unitMs[draft.everyUnit]) ?? 0;
      return { kind: 'interval', everyMs, ...(anchor ? { anchor } : {}) };
    }
    case 'kept':
      return draft.kept.trigger ?? { kind: 'manual' };
    case 'manual':
      return { kind: 'manual' };
  }
}

function stepOf(draft: Draft): Step {
  const timeoutMs = numberOf(draft.stepTimeoutS, 1000);
  const retries = numberOf(draft.retries, 1);
  const { options: _, waitFor: _wait, timeoutMs: _time, retries: _tries, ...kept } = draft.kept.step ?? {};
  const step: Step = { ...kept, action: draft.action, targets: draft.targets };
  const options = optionsOf(draft);
  if (options) step.options = options;
  if (draft.waitFor !== '') step.waitFor = draft.waitFor;
  if (timeoutMs !== undefined) step.timeoutMs = timeoutMs;
  if (retries !== undefined) step.retries = retries;
  return step;
}

/** The options of the action. Those that are not shown are kept while the action stays, and mean nothing to another. */
function optionsOf(draft: Draft): ActionOptions | undefined {
  const { step } = draft.kept;
  const options: ActionOptions = step?.action === draft.action ? { ...step.options } : {};
  if (draft.action === 'stop' || draft.action === 'restart') {
    const timeoutMs = numberOf(draft.stopTimeoutS, 1000);
    if (timeoutMs === undefined) delete options.timeoutMs;
    else options.timeoutMs = timeoutMs;
  }
  return Object.keys(options).length === 0 ? undefined : options;
}

function triggerFields(trigger: Trigger, zone: string): Partial<Draft> {
  switch (trigger.kind) {
    case 'cron':
      return {
        kind: 'cron',
        expression: trigger.expression,
        timeZone: trigger.timeZone ?? '',
        dst: trigger.dst ?? 'vixie',
      };
    case 'once':
      return { kind: 'once', onceAt: toLocal(Date.parse(trigger.at), zone) };
    case 'interval':
      return { kind: 'interval', ...intervalFields(trigger.everyMs) };
    case 'manual':
      return { kind: 'manual' };
    default:
      return { kind: 'kept' };
  }
}

/** The largest unit that divides the interval. */
function intervalFields(everyMs: number): Pick<Draft, 'every' | 'everyUnit'> {
  const units: IntervalUnit[] = ['d', 'h', 'min', 's'];
  const everyUnit = units.find((unit) => everyMs % unitMs[unit] === 0) ?? 's';
  return { every: String(everyMs / unitMs[everyUnit]), everyUnit };
}

function numberOf(value: string, factor: number): number | undefined {
  if (value.trim() === '') return undefined;
  return Math.round(Number(value) * factor);
}

function text(value: number | undefined, factor: number): string {
  return value === undefined ? '' : String(value / factor);
}
