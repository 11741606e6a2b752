import { cronWeekdays } from './day-clauses.ts';
import { fault } from './fault.ts';
import type { Days, Said } from './said.ts';
import type { Unit } from './vocabulary.ts';

/** The last three fields of a cron expression: day of month, month, day of week. */
export function dayFields(said: Said): string {
  const days = periodDays(said);
  const months = said.months ?? periodMonths(said);
  return `${days.date} ${months === undefined ? '*' : ranges(months)} ${days.weekday}`;
}

function periodMonths({ period }: Said): readonly number[] | undefined {
  if (period?.unit === 'year') return [1];
  return period?.unit === 'quarter' ? [1, 4, 7, 10] : undefined;
}

/** Whether a rule holds on some days only. */
export function isRestricted(said: Said): boolean {
  return dayFields(said) !== '* * *';
}

/** Ascending values, three or more neighbours as a range: `1,3-5`. */
export function ranges(values: readonly number[], name: (value: number) => string = String): string {
  const runs: number[][] = [];
  for (const value of values) {
    const run = runs.at(-1);
    if (run?.at(-1) === value - 1) run.push(value);
    else runs.push([value]);
  }
  return runs
    .flatMap((run) => (run.length > 2 ? [`${name(run[0] ?? 0)}-${name(run.at(-1) ?? 0)}`] : run.map(name)))
    .join(',');
}

/** The day fields, after a check that the days and the period fit each other. */
function periodDays(said: Said): { date: string; weekday: string } {
  const { days, period } = said;
  const isLong = period !== undefined && ['month', 'quarter', 'year'].includes(period.unit);
  refuseVagueDay(said, isLong);
  if (days && period) refuseEachDayBeside(days, period.unit);
  if (days && !days.isEach) return fieldsOf(days);
  if (days) refuseMixed(days);
  return { date: isLong ? '1' : '*', weekday: '*' };
}

/** A week, a month or a year of which the phrase does not say the day. */
function refuseVagueDay({ days, period, months, isOfMonth }: Said, isLong: boolean): void {
  const hasWeekdays = days !== undefined && days.weekdays.size > 0;
  if (hasWeekdays && (isLong || isOfMonth)) {
    throw fault('does not say which of these weekdays in the month', 'first monday of the month 4am', 'mondays 4am');
  }
  if (period?.unit === 'week' && !hasWeekdays) {
    throw fault('does not say on which day of the week', 'mondays 7:30', 'every 7 days');
  }
  if (period?.unit === 'year' && (months === undefined) !== (days === undefined)) {
    throw fault('does not say on which day of the year', 'every january 1st 00:00', 'yearly');
  }
}

/** `daily` goes with each day only, and other periods with some. */
function refuseEachDayBeside(days: Days, unit: Unit): void {
  if (days.isEach === (unit === 'day')) return;
  throw fault('says each day, and some days', 'daily 3am', 'weekdays 7:30');
}

function fieldsOf(days: Days): { date: string; weekday: string } {
  refuseMixed(days);
  const { weekdays, moving, dates } = days;
  if (dates.size > 0) return { date: dateField(dates), weekday: '*' };
  return { date: '*', weekday: weekdayField(weekdays, moving) };
}

/** Cron would take either of them, which hardly anyone means. */
function refuseMixed({ isEach, weekdays, moving, dates }: Days): void {
  const kinds = [isEach, weekdays.size + moving.size > 0, dates.size > 0].filter(Boolean);
  if (kinds.length < 2) return;
  const what = 'mixes kinds of days; one schedule has one kind, so make two';
  throw fault(what, 'mondays and thursdays 22:00', '1st and 15th 5:00');
}

function dateField(dates: ReadonlySet<string>): string {
  const isNumber = (date: string) => /^\d+$/.test(date);
  const numbers = [...dates].filter(isNumber).map(Number);
  const others = [...dates].filter((date) => !isNumber(date));
  return [...(numbers.length > 0 ? [ranges(numbers.sort((a, b) => a - b))] : []), ...others].join(',');
}

/** Weeks are written from Monday. */
function weekdayField(weekdays: ReadonlySet<number>, moving: ReadonlySet<string>): string {
  if (weekdays.size === 7 && moving.size === 0) return '*';
  const fromMonday = [...weekdays].map((weekday) => (weekday === 0 ? 7 : weekday)).sort((a, b) => a - b);
  const plain = fromMonday.length > 0 ? [ranges(fromMonday, (weekday) => cronWeekdays[weekday % 7] ?? '')] : [];
  return [...plain, ...moving].join(',');
}
