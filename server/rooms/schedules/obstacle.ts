import type { Ending, RunRecord } from '../runs/index.ts';
import { isOpen } from '../windows/index.ts';
import type { Roster } from './roster.ts';

/**
 * What stands against a schedule's run at the moment in which it would begin, after it has waited for the run before,
 * its jitter or a later hour: a pause that came meanwhile, or a window that has closed. Null for runs by hand.
 */
export const obstacleOf = (run: RunRecord, roster: Roster, nowMs: number): Ending | null => {
  const schedule =
    run.scheduleId === null || run.origin === 'manual' || run.origin === 'api' ? null : roster.get(run.scheduleId);
  if (!schedule) return null;
  if (roster.isPaused) return { outcome: 'skipped', reason: 'paused', message: 'all schedules were paused' };
  if (isOpen(roster.openingsOf(schedule), nowMs)) return null;
  return { outcome: 'skipped', reason: 'window', message: 'its window had closed before it could begin' };
};
