import type { Schedule } from '../../../contract/schedules.ts';
import { isTrouble } from '../runs/outcome.ts';

export interface ScheduleFilter {
  q: string;
  state: string;
}

export function scheduleFilterFrom(query: URLSearchParams): ScheduleFilter {
  return { q: query.get('q') ?? '', state: query.get('state') ?? '' };
}

/** The schedules that the filter lets through: the soonest first, those without a next run by name at the end. */
export function arrange(all: Schedule[], filter: ScheduleFilter, deed: (schedule: Schedule) => string): Schedule[] {
  const words = filter.q.toLowerCase().split(/\s+/).filter(Boolean);
  return all
    .filter((schedule) => hasState(schedule, filter.state))
    .filter((schedule) => {
      const text = `${schedule.name} ${schedule.description} ${deed(schedule)}`.toLowerCase();
      return words.every((word) => text.includes(word));
    })
    .sort((a, b) => soon(a) - soon(b) || a.name.localeCompare(b.name));
}

function hasState(schedule: Schedule, state: string): boolean {
  switch (state) {
    case 'on':
      return schedule.enabled;
    case 'off':
      return !schedule.enabled;
    case 'trouble':
      return schedule.lastRun !== null && isTrouble(schedule.lastRun.outcome);
    default:
      return true;
  }
}

function soon({ enabled, nextRunAt }: Schedule): number {
  if (!enabled) return Number.MAX_SAFE_INTEGER;
  return nextRunAt === null ? Number.MAX_SAFE_INTEGER - 1 : Date.parse(nextRunAt);
}
