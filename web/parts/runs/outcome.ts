import type { Outcome, Run, RunStep } from '../../../contract/runs.ts';
import type { MarkKind } from '../../primitives/mark-kind.ts';
import { list, t, tn } from '../../text/t.ts';
import type { ContainerKey } from '../containers/identity.ts';
import { keyOf } from '../containers/identity.ts';

export const outcomeMarks: Record<Outcome, MarkKind> = {
  pending: 'planned',
  running: 'busy',
  succeeded: 'succeeded',
  failed: 'failed',
  timed_out: 'failed',
  interrupted: 'attention',
  missed: 'missed',
  skipped: 'skipped',
  coalesced: 'skipped',
  cancelled: 'skipped',
};

export const outcomes: Outcome[] = [
  'succeeded',
  'failed',
  'timed_out',
  'missed',
  'skipped',
  'coalesced',
  'cancelled',
  'interrupted',
  'running',
  'pending',
];

export function isFinal(outcome: Outcome): boolean {
  return outcome !== 'pending' && outcome !== 'running';
}

/** Skipped, coalesced and cancelled were decided so; these four were not. */
export function isTrouble(outcome: Outcome): boolean {
  return outcome === 'failed' || outcome === 'timed_out' || outcome === 'missed' || outcome === 'interrupted';
}

/** The instant that a run is listed by: when it was due, or else when it was asked for. */
export function whenOf(run: Run): number {
  return Date.parse(run.scheduledFor ?? run.startedAt ?? run.createdAt);
}

/** Why a run ended as it did, in the words of the engine where there are any. */
export function reasonOfRun(run: Run): string | null {
  const targets = run.steps.flatMap((step) => step.targets);
  const troubled = targets.find((target) => target.message !== null && target.outcome !== 'succeeded');
  return troubled?.message ?? run.message ?? null;
}

const knownReasons = [
  'overlap',
  'window',
  'paused',
  'deadline',
  'catch_up',
  'catch_up_limit',
  'cap',
  'no_target',
  'disabled_host',
  'condition',
  'dependency',
  'internal',
] as const;

/** The rule that decided what became of a run, in plain words; null where the outcome or the message says it all. */
export function reasonWords(run: Pick<Run, 'reason' | 'message'>): string | null {
  const known = knownReasons.find((reason) => reason === run.reason);
  if (!known) return null;
  const words = t(`reason.${known}`);
  if (!run.message) return words;
  const [said, message] = [words.toLowerCase(), run.message.toLowerCase()];
  return said.startsWith(message) || message.startsWith(said.replace(/\.$/, '')) ? null : words;
}

/** The schedule and the minute to ask why a run did not happen; null where there is nothing to ask. */
export function questionOf(run: Run): { id: number; why: string } | null {
  const isAsked = run.outcome === 'skipped' || run.outcome === 'missed';
  if (!isAsked || run.scheduleId === null || run.scheduledFor === null) return null;
  return { id: run.scheduleId, why: run.scheduledFor };
}

/** Until when a run waits before it begins; null where it has begun, or its time has come. */
export function waitsUntilOf({ waitsUntil }: Pick<Run, 'waitsUntil'>, now: number): number | null {
  const at = waitsUntil === null ? Number.NaN : Date.parse(waitsUntil);
  return at > now ? at : null;
}

/** What a run did: `Restart web`, `Stop 3 containers`, or its schedule's name. */
export function titleOf(run: Run): string {
  return run.scheduleName ?? deedOf(run);
}

/** The action and its targets, without the schedule's name. */
export function deedOf(run: Run): string {
  const step = run.steps[0];
  if (!step) return t('runs.noSteps');
  const action = t(`action.${step.action}`);
  const steps = run.steps.filter((one) => one.action !== 'restore');
  const alike = steps.filter((one) => one.action === step.action);
  // A container that a step made has a name that says nothing.
  const all = step.action === 'run' ? [] : alike.flatMap((one) => one.targets.map((target) => target.container));
  // A step such as a pause acts on no container.
  const names = [...new Set(all)].filter((name) => name !== null);
  const what = names.length <= 2 ? list(names) : tn('unit.containers', names.length);
  // A run that was missed or skipped never looked for its targets.
  const deed = names.length === 0 ? t(`stepKind.${step.action}`) : t('runs.deed', { action, what });
  const others = steps.length - alike.length;
  return others === 0 ? deed : tn('runs.deedMore', others, { deed });
}

/** Why a step has no targets. */
export function withoutTargets(run: Pick<Run, 'startedAt' | 'reason'>, step: Pick<RunStep, 'outcome'>): string {
  if (!isFinal(step.outcome)) return t('runs.notYet');
  if (run.startedAt === null) return t('runs.nothingDone');
  const foundNone = step.outcome === 'failed' || (step.outcome === 'skipped' && run.reason === 'no_target');
  return t(foundNone ? 'runs.noTargets' : 'runs.notBegun');
}

/** The container that a target of a run was; null for a step that acts on none. */
export function keyOfTarget(target: { hostId: number | null; container: string | null }): ContainerKey | null {
  return target.hostId === null || target.container === null ? null : keyOf(target.hostId, target.container);
}

/** How late a run started after its slot, in milliseconds; null where it has no slot or never started. */
export function latenessMs(run: Run): number | null {
  if (!run.scheduledFor || !run.startedAt) return null;
  return Math.max(0, Date.parse(run.startedAt) - Date.parse(run.scheduledFor));
}

export function lengthMs(run: { startedAt: string | null; finishedAt: string | null }): number | null {
  if (!run.startedAt || !run.finishedAt) return null;
  return Date.parse(run.finishedAt) - Date.parse(run.startedAt);
}
