import { nextOpening } from '../windows/index.ts';
import type { ClaimContext } from './claims.ts';
import { jitterMs } from './jitter.ts';
import type { Roster } from './roster.ts';
import type { ScheduleRecord } from './schedule.ts';

/** What the decision on a schedule's slots rests on, at an instant and beside the runs that are not over. */
export const claimContextOf = (
  record: ScheduleRecord,
  roster: Roster,
  { nowMs, active }: Pick<ClaimContext, 'nowMs' | 'active'>,
): ClaimContext => {
  const { trigger, policies, maxRuns, runsBegun } = record;
  const periodMs = (slotAt: number) => roster.periodOf(record, slotAt);
  return {
    nowMs,
    trigger,
    policies,
    periodMs,
    jitterMs: (slotAt) =>
      policies.jitterMs === 0 ? 0 : jitterMs(record.id, slotAt, policies.jitterMs, periodMs(slotAt)),
    active,
    mayBegin: maxRuns === null ? Number.POSITIVE_INFINITY : maxRuns - runsBegun,
    opensAt: (fromMs) => nextOpening(roster.openingsOf(record), fromMs),
    overrideOf: (slotAt) => roster.overrideOf(record.id, slotAt),
    isPaused: roster.isPaused,
  };
};
