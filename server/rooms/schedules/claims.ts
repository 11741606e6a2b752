import type { Policies, Trigger } from '../../../contract/index.ts';
import type { ActiveRun } from '../runs/index.ts';
import { waitsUntil } from '../runs/index.ts';

/** A slot that is processed within this time was not slept through: catch-up rules leave it alone. */
export const onTimeMs = 5_000;
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** What becomes of a due slot. `begin`: a run is begun for it. */
export type Claim = { slotAt: number; notBeforeAt: number; startDeadlineAt: number } & Decision;
type Decision =
  | { kind: 'begin' }
  | { kind: 'missed' | 'skipped'; reason: string; message: string }
  | { kind: 'coalesced'; intoSlotAt: number; message: string };

/** What the decision on a schedule's due slots rests on. */
export interface ClaimContext {
  nowMs: number;
  trigger: Trigger;
  policies: Policies;
  /** The distance from a slot to the one after it; null when none follows. */
  periodMs(slotAt: number): number | null;
  /** How much later than its slot a run is to begin. */
  jitterMs(slotAt: number): number;
  /** The runs of this schedule that are not over, oldest first. */
  active: readonly ActiveRun[];
  /** How many runs the cap still lets begin. */
  mayBegin: number;
  /** The first instant at or after the given one at which the windows let a run begin; null: none comes. */
  opensAt(fromMs: number): number | null;
  /** What somebody decided on a slot: to run it later, or (null) not at all. */
  overrideOf(slotAt: number): { untilAt: number | null; by: string } | undefined;
  /** Everything is paused, instance-wide. */
  isPaused: boolean;
}

/**
 * Decides what becomes of each due slot, oldest first: begun, or recorded as what did not happen and why. Every slot
 * gets exactly one claim.
 */
export const claimSlots = (slots: readonly number[], context: ClaimContext): Claim[] => {
  const judged = slots.map((slotAt) => {
    const override = context.overrideOf(slotAt);
    const notBeforeAt = override?.untilAt ?? slotAt + context.jitterMs(slotAt);
    const startDeadlineAt = notBeforeAt + deadlineMs(slotAt, context);
    const leftOut = override?.untilAt === null ? skippedBy(override.by) : null;
    const lost = context.isPaused ? paused : (leftOut ?? lostDecision(slotAt, startDeadlineAt, context));
    return { slotAt, notBeforeAt, startDeadlineAt, lost };
  });
  const eligible = judged.filter((slot) => !slot.lost).map((slot) => slot.slotAt);
  const kept = decideEligible(eligible, context);
  return judged.map(({ lost, ...slot }) => {
    const decision = lost ?? kept.get(slot.slotAt) ?? begin;
    return decision.kind === 'begin' ? untilOpen(slot, context) : { ...slot, ...decision };
  });
};

/** The policy's deadline, or the smaller of an hour and half the period; a day for `once`. */
export const deadlineMs = (
  slotAt: number,
  { trigger, policies, periodMs }: Pick<ClaimContext, 'trigger' | 'policies' | 'periodMs'>,
): number => {
  if (policies.startDeadlineMs !== null) return policies.startDeadlineMs;
  if (trigger.kind === 'once') return dayMs;
  const period = periodMs(slotAt);
  return period === null ? hourMs : Math.min(hourMs, Math.floor(period / 2));
};

/** With `wait` a run that would begin outside the windows waits for the next one, its deadline put off as much. */
const untilOpen = (slot: Omit<Claim, keyof Decision>, context: ClaimContext): Claim => {
  const earliest = Math.max(slot.notBeforeAt, context.nowMs);
  const opensAt = context.opensAt(earliest) ?? earliest;
  if (opensAt === earliest) return { ...slot, kind: 'begin' };
  const patience = slot.startDeadlineAt - slot.notBeforeAt;
  return { ...slot, kind: 'begin', notBeforeAt: opensAt, startDeadlineAt: opensAt + patience };
};

const begin: Decision = { kind: 'begin' };
const paused: Decision = { kind: 'skipped', reason: 'paused', message: 'all schedules were paused' };

const skippedBy = (by: string): Decision => ({ kind: 'skipped', reason: 'by_hand', message: `skipped by ${by}` });

const lostDecision = (slotAt: number, startDeadlineAt: number, { nowMs, policies }: ClaimContext): Decision | null => {
  const noticed = `noticed ${late(nowMs - slotAt)} late`;
  if (nowMs > startDeadlineAt) {
    return { kind: 'missed', reason: 'deadline', message: `${noticed}, after its start deadline` };
  }
  if (policies.catchUp === 'none' && nowMs - slotAt > onTimeMs) {
    return { kind: 'missed', reason: 'catch_up', message: `${noticed}, and catch-up is off` };
  }
  return null;
};

const decideEligible = (slots: readonly number[], context: ClaimContext): Map<number, Decision> => {
  const isAll = context.policies.catchUp === 'all';
  const keep = isAll ? context.policies.catchUpLimit : 1;
  const older = slots.slice(0, Math.max(0, slots.length - keep));
  const newest = slots.slice(older.length);
  const isCatchingUp = isAll && slots.some((slot) => context.nowMs - slot > onTimeMs);
  const decisions = new Map(newest.map((slot, i) => [slot, decideNewest(slot, i, isCatchingUp, context)]));
  const fate = isAll ? overLimit(keep) : joining(slots.at(-1) ?? 0, decisions);
  for (const slot of older) decisions.set(slot, fate);
  return decisions;
};

const decideNewest = (slot: number, begunBefore: number, isCatchingUp: boolean, context: ClaimContext): Decision => {
  if (begunBefore >= context.mayBegin) return overCap;
  return windowDecision(slot, context) ?? overlapDecision(begunBefore, isCatchingUp, context) ?? begin;
};

/** Null where a run for the slot may begin, or may wait until it may. */
const windowDecision = (slotAt: number, context: ClaimContext): Decision | null => {
  const earliest = Math.max(slotAt + context.jitterMs(slotAt), context.nowMs);
  const opensAt = context.opensAt(earliest);
  if (opensAt === earliest || (opensAt !== null && context.policies.outsideWindow === 'wait')) return null;
  const next =
    opensAt === null ? 'none opens within a week' : `the next one opens at ${new Date(opensAt).toISOString()}`;
  return { kind: 'skipped', reason: 'window', message: `outside its windows; ${next}` };
};

/** What joins a run shares its fate: joined where that is begun, skipped or missed where it is not. */
const joining = (latest: number, decisions: ReadonlyMap<number, Decision>): Decision => {
  const fate = decisions.get(latest) ?? begin;
  return fate.kind === 'begin' ? into(latest) : fate;
};

/** What the runs under way, and those that are begun before in the same go, mean for a slot; null: it may begin. */
const overlapDecision = (begunBefore: number, isCatchingUp: boolean, context: ClaimContext): Decision | null => {
  const { active, policies, nowMs } = context;
  const [first] = active;
  if (policies.overlap === 'queue') {
    const waiting = active.length + begunBefore - 1;
    if (waiting < policies.queueLimit) return null;
    return { kind: 'skipped', reason: 'overlap', message: `${waiting} runs were waiting already` };
  }
  // What is caught up one after another waits for the run that is under way; what is due now does not.
  if (policies.overlap !== 'skip' || !first || isCatchingUp) return null;
  return { kind: 'skipped', reason: 'overlap', message: overlapWords(first, nowMs) };
};

/** Why nothing may begin beside a run. */
export const overlapWords = (active: ActiveRun, nowMs: number): string => {
  const until = waitsUntil(active, nowMs);
  return until === null
    ? `run ${active.id} was still under way`
    : `run ${active.id} was waiting until ${until} to begin`;
};

const overCap: Decision = { kind: 'missed', reason: 'cap', message: 'the schedule has had all its runs' };

const overLimit = (limit: number): Decision => ({
  kind: 'missed',
  reason: 'catch_up_limit',
  message: `only the last ${limit} missed slots are caught up`,
});

const into = (latest: number): Decision => ({
  kind: 'coalesced',
  intoSlotAt: latest,
  message: `run together with the slot of ${new Date(latest).toISOString()}`,
});

const late = (ms: number): string => {
  const seconds = Math.round(ms / 1000);
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
};
