import type { InferInput } from 'valibot';
import type { Schedule, scheduleInput } from '../../../contract/schedules.ts';
import { t } from '../../text/t.ts';
import { toLocal } from '../../time/zone.ts';
import { numberOf, textOfNumber, unreadable } from './number-text.ts';
import type { PolicyDraft } from './policy-draft.ts';
import { emptyPolicies, policiesOf, policyDraftOf } from './policy-draft.ts';
import type { StepDraft } from './step-draft.ts';
import { emptyStep, stepDraftOf, stepOf } from './step-draft.ts';
import type { TriggerDraft } from './trigger-draft.ts';
import { emptyTrigger, instantOf, triggerDraftOf, triggerOf } from './trigger-draft.ts';
import { splitWords } from './word-list.ts';

/** A schedule as it is sent: what is left out gets its default, or keeps its value. */
export type ScheduleBody = InferInput<typeof scheduleInput>;

/** A schedule while it is edited: every field as its control holds it. */
export interface Draft {
  name: string;
  enabled: boolean;
  trigger: TriggerDraft;
  steps: StepDraft[];
  policies: PolicyDraft;
  /** Local times in the schedule's zone. */
  startsAt: string;
  endsAt: string;
  maxRuns: string;
  restore: boolean;
  kept: { startsAt: string | null; endsAt: string | null };
}

export function emptyDraft(): Draft {
  return {
    name: '',
    enabled: true,
    trigger: emptyTrigger(),
    steps: [emptyStep(0)],
    policies: emptyPolicies(),
    startsAt: '',
    endsAt: '',
    maxRuns: '',
    restore: false,
    kept: { startsAt: null, endsAt: null },
  };
}

/** The draft of a schedule that exists; `zone` is the instance's, for what is without one of its own. */
export function draftOf(schedule: Schedule, zone: string): Draft {
  const { name, enabled, startsAt, endsAt } = schedule;
  const trigger = triggerDraftOf(schedule.trigger, zone);
  const local = (at: string | null) => (at === null ? '' : toLocal(Date.parse(at), trigger.timeZone || zone));
  return {
    name,
    enabled,
    trigger,
    steps: schedule.steps.map(stepDraftOf),
    policies: policyDraftOf(schedule.policies),
    startsAt: local(startsAt),
    endsAt: local(endsAt),
    maxRuns: textOfNumber(schedule.maxRuns),
    restore: schedule.restore,
    kept: { startsAt, endsAt },
  };
}

/** What is sent. A number that cannot be read is NaN in it: see `faultsOf`. */
export function inputOf(draft: Draft, zone: string): ScheduleBody {
  const own = draft.trigger.timeZone || zone;
  return {
    name: draft.name.trim(),
    enabled: draft.enabled,
    trigger: triggerOf(draft.trigger, zone),
    steps: draft.steps.map(stepOf),
    policies: policiesOf(draft.policies),
    startsAt: instantOf(draft.startsAt, draft.kept.startsAt, own),
    endsAt: instantOf(draft.endsAt, draft.kept.endsAt, own),
    maxRuns: numberOf(draft.maxRuns) ?? null,
    restore: draft.restore,
  };
}

/** What is wrong before anything is sent, by path: what the server would not see as it was written. */
export function faultsOf(draft: Draft, input: ScheduleBody): Map<string, string> {
  const faults = new Map(unreadable(input).map((path) => [path, t('fault.number')]));
  if (faults.has('trigger.scheduleId')) faults.set('trigger.scheduleId', t('fault.schedule'));
  for (const [index, step] of draft.steps.entries()) {
    for (const field of ['command', 'entrypoint'] as const) {
      const isUsed = step.action === 'run' || (step.action === 'exec' && field === 'command');
      if (isUsed && splitWords(step[field]).isOpen) faults.set(`steps.${index}.options.${field}`, t('fault.quote'));
    }
  }
  return faults;
}

/** The fields in which two bodies differ: what was not touched is not sent, and keeps its value. */
export function changesOf(input: ScheduleBody, before: ScheduleBody): Partial<ScheduleBody> {
  const previous = new Map<string, unknown>(Object.entries(before));
  const isChanged = ([key, value]: [string, unknown]) => JSON.stringify(value) !== JSON.stringify(previous.get(key));
  return Object.fromEntries(Object.entries(input).filter(isChanged));
}
