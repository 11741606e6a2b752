import { isOpen } from '../windows/index.ts';
import type { Roster } from './roster.ts';
import type { ScheduleRecord } from './schedule.ts';

/** A due time to come, by what is known now. */
export interface ForecastSlot {
  schedule: ScheduleRecord;
  /** Epoch milliseconds. */
  at: number;
  /** What stands against it; null where nothing known does. */
  obstacle: 'paused' | 'window' | null;
}

/** One schedule that is due each second must not crowd out the others. */
const mostPerSchedule = 1_000;

/** Tells what will be due. */
export class Forecast {
  #roster: Roster;

  constructor(roster: Roster) {
    this.#roster = roster;
  }

  /** The slots in [fromMs, toMs) of all schedules, in order, at most `limit`. */
  between(fromMs: number, toMs: number, limit: number): ForecastSlot[] {
    const roster = this.#roster;
    const slots = roster.all().flatMap((schedule) => {
      const openings = roster.openingsOf(schedule);
      const left = schedule.maxRuns === null ? mostPerSchedule : schedule.maxRuns - schedule.runsBegun;
      return roster
        .slotsOf(schedule, Math.max(fromMs - 1, schedule.evaluatedUntil), toMs - 1, Math.min(mostPerSchedule, left))
        .map(({ at }) => ({ schedule, at, obstacle: obstacleOf(roster.isPaused, isOpen(openings, at)) }));
    });
    return slots.sort((a, b) => a.at - b.at).slice(0, limit);
  }
}

const obstacleOf = (isPaused: boolean, isWithinWindow: boolean): ForecastSlot['obstacle'] => {
  if (isPaused) return 'paused';
  return isWithinWindow ? null : 'window';
};
