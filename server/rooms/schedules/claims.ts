import type { Policies, Trigger } from '../../../contract/index.ts';

/** A slot that is processed within this time was not slept through: catch-up rules leave it alone. */
export const onTimeMs = 5_000;
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** What becomes of a due slot. `begin`: a run is begun for it. */
export type Claim = { slotAt: number; startDeadlineAt: number } & (
  | { kind: 'begin' }
  | { kind: 'missed' | 'skipped'; reason: string; message: string }
  | { kind: 'coalesced'; intoSlotAt: number; message: string }
);

/** What the decision on a schedule's due slots rests on. */
export interface ClaimContext {
  nowMs: number;
  trigger: Trigger;
  policies: Policies;
  /** The distance from a slot to the one after it; null when none follows. */
  periodMs(slotAt: number): number | null;
  /** The run of this schedule that is not over, if there is one. */
  activeRunId: string | undefined;
}

/**
 * Decides what becomes of each due slot, oldest first: begun, or recorded as what did not happen and why. Every slot
 * gets exactly one claim.
 */
export const claimSlots = (slots: readonly number[], context: ClaimContext): Claim[] => {
  const judged = slots.map((slotAt) => {
    const startDeadlineAt = slotAt + deadlineMs(slotAt, context);
    return { slotAt, startDeadlineAt, lost: lostReason(slotAt, startDeadlineAt, context) };
  });
  const eligible = judged.filter((slot) => !slot.lost).map((slot) => slot.slotAt);
  const kept = decideEligible(eligible, context);
  return judged.map(({ slotAt, startDeadlineAt, lost }): Claim => {
    const base = { slotAt, startDeadlineAt };
    return lost ? { ...base, kind: 'missed', ...lost } : { ...base, ...(kept.get(slotAt) ?? { kind: 'begin' }) };
  });
};

/** The policy's deadline, or the smaller of an hour and half the period; a day for `once`. */
export const deadlineMs = (slotAt: number, { trigger, policies, periodMs }: ClaimContext): number => {
  if (policies.startDeadlineMs !== null) return policies.startDeadlineMs;
  if (trigger.kind === 'once') return dayMs;
  const period = periodMs(slotAt);
  return period === null ? hourMs : Math.min(hourMs, Math.floor(period / 2));
};

const lostReason = (slotAt: number, startDeadlineAt: number, { nowMs, policies }: ClaimContext) => {
  if (nowMs > startDeadlineAt) {
    return { reason: 'deadline', message: `noticed ${late(nowMs - slotAt)} late, after its start deadline` };
  }
  if (policies.catchUp === 'none' && nowMs - slotAt > onTimeMs) {
    return { reason: 'catch_up', message: `noticed ${late(nowMs - slotAt)} late, and catch-up is off` };
  }
  return null;
};

type Decision = Claim extends infer C ? (C extends unknown ? Omit<C, 'slotAt' | 'startDeadlineAt'> : never) : never;

const decideEligible = (slots: readonly number[], context: ClaimContext): Map<number, Decision> => {
  const { policies, activeRunId, nowMs } = context;
  const isCatchingUp = policies.catchUp === 'all' && slots.some((slot) => nowMs - slot > onTimeMs);
  // What is caught up one after another waits for the run that is under way; what is due now does not.
  if (activeRunId !== undefined && policies.overlap === 'skip' && !isCatchingUp) {
    const message = `run ${activeRunId} was still under way`;
    return new Map(slots.map((slot) => [slot, { kind: 'skipped', reason: 'overlap', message }]));
  }
  const keep = policies.catchUp === 'all' ? policies.catchUpLimit : 1;
  const latest = slots.at(-1) ?? 0;
  const older = slots.slice(0, Math.max(0, slots.length - keep));
  return new Map(
    older.map(
      (slot) => [slot, policies.catchUp === 'all' ? overLimit(keep) : into(latest)] satisfies [number, Decision],
    ),
  );
};

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
