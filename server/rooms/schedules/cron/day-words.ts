import type { Cron, DayField, MovingDay } from './cron.ts';
import { isEitherDay } from './cron.ts';
import { monthNames, weekdayNames } from './names.ts';
import { joined, listOf, neighbours, ordinal, stepOf } from './word-lists.ts';

/** The days of a cron expression in English; empty when it is due each day. */
export function dayWords(cron: Cron): string {
  const days = whichDays(cron);
  if (cron.months.length === 12) return days;
  const months = listOf(cron.months, (month) => monthNames[month] ?? '');
  return days === '' ? `every day in ${months}` : `${days}, in ${months}`;
}

function whichDays(cron: Cron): string {
  const date = dateWords(cron.daysOfMonth);
  const weekday = weekdayWords(cron.weekdays);
  const [either, both] =
    date && weekday ? [`${date} or ${weekday}`, `${date}, if it is ${weekday}`] : ['', date || weekday];
  return isEitherDay(cron) ? either : both;
}

/** A longer list of evenly spaced days is told as a rule. */
const mostListedDays = 6;

function dateWords(field: DayField): string {
  const { values, moving } = field;
  if (values.length === 31) return '';
  const step = stepOf(values) ?? 1;
  const days =
    values.length > mostListedDays && step > 1
      ? [`every ${ordinal(step)} day from day ${values[0]} to ${values.at(-1)}`]
      : values.length > 0
        ? [`day${values.length === 1 ? '' : 's'} ${listOf(values)}`]
        : [];
  return `on ${joined([...days, ...moving.map(movingWords)])} of the month`;
}

function weekdayWords(field: DayField): string {
  const { values, moving } = field;
  if (values.length === 7) return '';
  const weekdays = values.length > 0 ? [weekdayList(values)] : [];
  if (moving.length === 0) return weekdays.join('');
  return joined([...weekdays, `${joined(moving.map(movingWords))} of the month`]);
}

/** Weeks are told from Monday, so that Saturday and Sunday are neighbours. */
function weekdayList(weekdays: readonly number[]): string {
  const run = weekdays.length > 2 ? neighbours(weekdays, 7) : undefined;
  if (run) return `${weekdayNames[run.first]} to ${weekdayNames[run.last]}`;
  const fromMonday = weekdays.map((weekday) => (weekday === 0 ? 7 : weekday)).sort((a, b) => a - b);
  return listOf(fromMonday, (weekday) => weekdayNames[weekday] ?? '');
}

const nthWords = ['', 'first', 'second', 'third', 'fourth', 'fifth'];

function movingWords(moving: MovingDay): string {
  switch (moving.kind) {
    case 'before_last':
      return moving.days === 0 ? 'the last day' : `the ${ordinal(moving.days)} day before the last day`;
    case 'last_workday':
      return 'the last day from Monday to Friday';
    case 'nearest_workday':
      return `the day from Monday to Friday nearest day ${moving.day}`;
    case 'nth_weekday':
      return `the ${nthWords[moving.nth]} ${weekdayNames[moving.weekday]}`;
    case 'last_weekday':
      return `the last ${weekdayNames[moving.weekday]}`;
  }
}
