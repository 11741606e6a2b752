import type { Outcome, Trigger } from '../../../contract/index.ts';
import type { ActiveRun, Ending, RunRecord } from '../runs/index.ts';
import { newRunId } from '../runs/index.ts';
import { overlapWords } from './claims.ts';
import { planOf, scheduleActor } from './plan.ts';
import type { Roster } from './roster.ts';
import type { ScheduleRecord } from './schedule.ts';

const failures: readonly Outcome[] = ['failed', 'timed_out', 'interrupted'];
const hourMs = 3_600_000;

/** Whether a run that ended so is what an `after` trigger waits for. What never ran ended nothing. */
export const isAwaited = (on: 'success' | 'failure' | 'any', outcome: Outcome): boolean => {
  if (on === 'success') return outcome === 'succeeded';
  if (on === 'failure') return failures.includes(outcome);
  return outcome === 'succeeded' || outcome === 'cancelled' || failures.includes(outcome);
};

/** What makes the runs of schedules that come after others. */
export interface Succession {
  roster: Roster;
  nowMs: number;
  /** The runs of a schedule that are not over, oldest first. */
  activeOf(scheduleId: number): readonly ActiveRun[];
}

/** The runs that come after one that has ended: recorded in the same commit as its end. */
export const followUpsOf = (run: RunRecord, ending: Ending, succession: Succession): RunRecord[] => {
  if (run.scheduleId === null) return [];
  const { roster } = succession;
  const followers = roster
    .waiting()
    .filter(
      ({ enabled, trigger }) =>
        enabled &&
        trigger.kind === 'after' &&
        trigger.scheduleId === run.scheduleId &&
        isAwaited(trigger.on, ending.outcome),
    );
  const cause = `after run ${run.id} of ${run.scheduleName ?? 'a schedule'}: ${ending.outcome}`;
  return followers.map((schedule) => unslotted(schedule, 'after', cause, succession));
};

/** A run that has no slot: begun, or recorded as skipped where the schedule's own run is under way or all is paused. */
export const unslotted = (
  schedule: ScheduleRecord,
  origin: 'after' | 'event',
  cause: string,
  { roster, nowMs, activeOf }: Succession,
): RunRecord => {
  const [active] = activeOf(schedule.id);
  const overlap = active && schedule.policies.overlap === 'skip' ? overlapWords(active, nowMs) : null;
  const message = roster.isPaused ? 'all schedules were paused' : overlap;
  return {
    id: newRunId(),
    scheduleId: schedule.id,
    scheduleName: schedule.name,
    revision: schedule.revision,
    origin,
    actor: scheduleActor(schedule),
    scheduledFor: null,
    createdAt: nowMs,
    startedAt: null,
    finishedAt: message === null ? null : nowMs,
    outcome: message === null ? 'pending' : 'skipped',
    reason: message === null ? null : roster.isPaused ? 'paused' : 'overlap',
    message,
    coalescedInto: null,
    cause,
    notBeforeAt: null,
    startDeadlineAt: nowMs + (schedule.policies.startDeadlineMs ?? hourMs),
    plan: planOf(schedule, null),
  };
};

/** What to say of a schedule that comes after one that is not there any more; null where it is. */
export const inVain = (roster: Roster, { trigger }: ScheduleRecord): string | null => {
  if (trigger.kind !== 'after' || roster.get(trigger.scheduleId)) return null;
  return `it comes after schedule ${trigger.scheduleId}, which was deleted: it runs only by hand until it has another trigger, or that one is brought back`;
};

/**
 * The chain of names by which a schedule would come after itself, for example `a → b → a`; null when it would not.
 * `id` is null for a schedule that is being made: nothing can come after it yet.
 */
export const describeCycle = (roster: Roster, id: number | null, trigger: Trigger): string | null => {
  if (id === null) return null;
  const own = roster.get(id)?.name ?? String(id);
  const names = [own];
  const seen = new Set<number>();
  for (let current: Trigger | undefined = trigger; current?.kind === 'after'; ) {
    const before: ScheduleRecord | undefined = roster.get(current.scheduleId);
    names.unshift(before?.name ?? String(current.scheduleId));
    if (current.scheduleId === id) return names.join(' → ');
    if (seen.has(current.scheduleId)) return null;
    seen.add(current.scheduleId);
    current = before?.trigger;
  }
  return null;
};
