import type { Cursor } from './cursor.ts';
import { listOf } from './cursor.ts';
import { fault } from './fault.ts';
import type { Days, Said } from './said.ts';
import { say } from './said.ts';
import { dayGroups, ordinalWords, weekdays } from './vocabulary.ts';

/** As cron names them; Sunday is 0. */
export const cronWeekdays: readonly string[] = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

const lastDate = 31;
const none: Days = { isEach: false, weekdays: new Set(), moving: new Set(), dates: new Set() };

/** `weekdays`, `mon,wed`, `first monday`, `1st and 15th`, `last day`, `every day`. */
export function readDays(cursor: Cursor, said: Said): boolean {
  const items = listOf(cursor, () => dayItem(cursor), 'on', 'the', 'every');
  if (!items) return false;
  say(said, 'days', {
    isEach: items.some((item) => item.isEach),
    weekdays: new Set(items.flatMap((item) => [...item.weekdays])),
    moving: new Set(items.flatMap((item) => [...item.moving])),
    dates: new Set(items.flatMap((item) => [...item.dates])),
  });
  return true;
}

function dayItem(cursor: Cursor): Days | undefined {
  return group(cursor) ?? weekdayItem(cursor) ?? numberedDays(cursor) ?? ordinalDays(cursor);
}

function group(cursor: Cursor): Days | undefined {
  const isWorkingDay = ['working', 'business'].includes(cursor.word() ?? '') && isDay(cursor.word(1));
  if (isWorkingDay) cursor.advance(2);
  const found = isWorkingDay ? [1, 2, 3, 4, 5] : cursor.lookUp(dayGroups);
  if (found) return { ...none, weekdays: new Set(found) };
  if (cursor.word(-1) === 'every' && cursor.take('day')) return { ...none, isEach: true };
  return undefined;
}

/** `monday`, or `mon-fri`, which may go round the end of the week. */
function weekdayItem(cursor: Cursor): Days | undefined {
  if (cursor.word() === 'from' && weekdays.has(cursor.word(1) ?? '')) cursor.advance();
  const first = cursor.lookUp(weekdays);
  if (first === undefined) return undefined;
  const last = cursor.attempt(() => (cursor.take('to') ? cursor.lookUp(weekdays) : undefined)) ?? first;
  const count = ((last - first + 7) % 7) + 1;
  return { ...none, weekdays: new Set(Array.from({ length: count }, (_, i) => (first + i) % 7)) };
}

/** `day 15`, `days 1 and 15`. */
function numberedDays(cursor: Cursor): Days | undefined {
  if (!isDay(cursor.word()) || cursor.peek(1)?.kind !== 'number') return undefined;
  cursor.advance();
  const numbers = listOf(cursor, () => {
    const token = cursor.peek();
    if (token?.kind !== 'number') return undefined;
    cursor.advance();
    return token.value;
  });
  return numbers && { ...none, dates: new Set(numbers.map(dateOf)) };
}

type Ordinal = number | 'last';

/** Ordinals and what they count: `first and third monday`, `last day`, `1st`, `1st to 7th`. */
function ordinalDays(cursor: Cursor): Days | undefined {
  const isAfterEvery = cursor.word(-1) === 'every';
  const ordinals = listOf(cursor, () => ordinal(cursor), 'the');
  if (!ordinals) return undefined;
  if (new Set(ordinals).size < ordinals.length) {
    throw fault('counts the same day twice', 'first and third monday 4am', '1st and 15th 5:00');
  }
  const counted = countedDays(cursor, ordinals);
  if (isAfterEvery && ordinals.some((one) => one !== 'last' && one > 1 && one <= 5) && !isInMonth(cursor)) {
    throw fault(
      'can mean each second one, or the second of each month',
      '2nd tuesday of the month 10:00',
      'every 2 days',
    );
  }
  return counted;
}

function countedDays(cursor: Cursor, ordinals: readonly Ordinal[]): Days {
  const weekday = cursor.lookUp(weekdays);
  if (weekday !== undefined) return { ...none, moving: new Set(ordinals.map((one) => nthWeekday(one, weekday))) };
  const isWorkingDay = cursor.attempt(() => group(cursor)?.weekdays.has(1));
  if (isWorkingDay) return { ...none, dates: new Set(ordinals.map(workday)) };
  const dates = [...ordinals, ...(cursor.take('day') ? [] : restOfRange(cursor, ordinals.at(-1)))];
  if (dates.includes('last') && cursor.word(-1) !== 'day') {
    throw fault('does not say the last of what', 'last day of the month 23:30', 'last friday 22:00');
  }
  return { ...none, dates: new Set(dates.map(dateOf)) };
}

/** The days after the first of `1st to 7th`. */
function restOfRange(cursor: Cursor, first: Ordinal | undefined): number[] {
  const last = cursor.attempt(() => (cursor.take('to') ? ordinal(cursor) : undefined));
  if (last === undefined) return [];
  if (typeof first !== 'number' || last === 'last' || last <= first) throw cursor.notUnderstood();
  return Array.from({ length: last - first }, (_, i) => first + 1 + i);
}

function ordinal(cursor: Cursor): Ordinal | undefined {
  const token = cursor.peek();
  if (token?.kind === 'ordinal') {
    cursor.advance();
    return token.value;
  }
  return cursor.take('last') ? 'last' : cursor.lookUp(ordinalWords);
}

function nthWeekday(nth: Ordinal, weekday: number): string {
  const name = cronWeekdays[weekday] ?? '';
  if (nth === 'last') return `${name}L`;
  if (nth >= 1 && nth <= 5) return `${name}#${nth}`;
  throw fault('counts weekdays of a month beyond the fifth', 'first monday 4am', 'last friday 22:00');
}

function workday(nth: Ordinal): string {
  if (nth === 'last') return 'LW';
  if (nth === 1) return '1W';
  const what = 'counts days from Monday to Friday, of which only the first and the last can be told';
  throw fault(what, 'first weekday of the month 8:00', 'last weekday of the month 8:00');
}

function dateOf(day: Ordinal): string {
  if (day === 'last') return 'L';
  if (day >= 1 && day <= lastDate) return String(day);
  throw fault(`has a day ${day}, and no month has`, '15th 8:00', 'last day of the month 23:30');
}

const isDay = (word: string | undefined): boolean => word === 'day' || word === 'days';
const isInMonth = (cursor: Cursor): boolean => cursor.word() === 'of' || cursor.word() === 'in';
