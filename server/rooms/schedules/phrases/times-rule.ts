import type { Trigger } from '../../../../contract/schedules.ts';
import { dayFields, ranges } from './cron-fields.ts';
import { fault } from './fault.ts';
import type { Said, SaidTime } from './said.ts';

/** The cron trigger of a phrase that says at which times of which days. A time alone is each day's. */
export function timesRule(said: Said): Trigger {
  if (said.minutes) throw fault('does not say of which hours', 'at :15 every hour', 'daily 0:15');
  if (said.span) throw fault('does not say how often', 'every 15 minutes from 9 to 17', 'every hour from 9 to 17');
  const days = dayFields(said);
  refuseDoubtfulDate(said);
  return { kind: 'cron', expression: `${timeFields(timesOf(said))} ${days}` };
}

function timesOf({ times, days, period, months }: Said): readonly SaidTime[] {
  if (times === undefined) {
    if (period?.isWord && !days && !months) return [{ hour: 0, minute: 0, second: 0, isBare: false }];
    throw fault('does not say at what time', 'weekdays 7:30', 'last friday 22:00');
  }
  const bare = times.find((time) => time.isBare);
  if (bare && !days && !period) {
    throw fault(`"${bare.hour}" alone is no time of day`, `daily ${bare.hour}:00`, 'every 3 hours');
  }
  return times;
}

/** One expression pairs each hour with each minute, so the times must be all of these pairs. */
function timeFields(times: readonly SaidTime[]): string {
  if (times.some((time) => time.second !== 0)) {
    throw fault('has seconds, which in a rule take a cron expression', '30 0 7 * * *', 'daily 7:00');
  }
  if (times.some((time) => time.hour === 24)) throw fault('24:00 is 0:00 of the next day', 'daily 0:00', 'midnight');
  const ascending = (values: number[]) => [...new Set(values)].sort((a, b) => a - b);
  const hours = ascending(times.map((time) => time.hour));
  const minutes = ascending(times.map((time) => time.minute));
  const saidTimes = new Set(times.map((time) => time.hour * 60 + time.minute));
  if (hours.length * minutes.length !== saidTimes.size) {
    const what = 'has times with different minutes, which takes a schedule for each';
    throw fault(what, 'mon,thu 6:30 and 18:30', 'daily 6:00 and 18:00');
  }
  return `${ranges(minutes)} ${ranges(hours)}`;
}

/** `24 December` may mean the next one, or each. */
function refuseDoubtfulDate({ days, months, isEvery, period }: Said): void {
  const isDate = months?.length === 1 && days?.dates.size === 1;
  if (!isDate || isEvery || period) return;
  throw fault('can mean once or every year', 'every 24 December 18:00', '24 December 2026 18:00');
}
