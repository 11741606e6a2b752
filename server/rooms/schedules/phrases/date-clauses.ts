import type { Cursor } from './cursor.ts';
import { listOf } from './cursor.ts';
import { fault } from './fault.ts';
import type { Days, Said } from './said.ts';
import { say } from './said.ts';
import type { Unit } from './vocabulary.ts';
import { months, units, weekdays } from './vocabulary.ts';

/** `2026-12-24`, `today`, `tomorrow`. */
export function readDate(cursor: Cursor, said: Said): boolean {
  const token = cursor.peek();
  if (token?.kind === 'date') {
    cursor.advance();
    say(said, 'date', token.text);
    return true;
  }
  refuseNextWeekday(cursor);
  const isTomorrow = cursor.take('tomorrow');
  if (!isTomorrow && !cursor.take('today', 'tonight')) return false;
  say(said, 'date', isTomorrow ? 1 : 0);
  return true;
}

/** `in 2 hours`, `in 1 hour and 30 minutes`, `in an hour`, `in half an hour`. */
export function readDelay(cursor: Cursor, said: Said): boolean {
  const delay = cursor.attempt(() => (cursor.take('in') ? listOf(cursor, () => duration(cursor)) : undefined));
  if (!delay) return false;
  say(said, 'delay', delay);
  return true;
}

function duration(cursor: Cursor): { count: number; unit: Unit } | undefined {
  if (cursor.take('half')) {
    cursor.skip('a', 'an');
    return cursor.take('hour') ? { count: 30, unit: 'minute' } : undefined;
  }
  const token = cursor.peek();
  const count = token?.kind === 'number' ? token.value : ['a', 'an'].includes(cursor.word() ?? '') ? 1 : undefined;
  const unit = units.get(cursor.word(1) ?? '');
  if (count === undefined || unit === undefined) return undefined;
  cursor.advance(2);
  return { count, unit };
}

/** `of the month`, `in june and july`, `january 1st`, `24 december 2026`. */
export function readMonths(cursor: Cursor, said: Said): boolean {
  return readOfPeriod(cursor, said) || readMonthNames(cursor, said) || readYear(cursor, said);
}

/** `of the month`, `of each quarter`. */
function readOfPeriod(cursor: Cursor, said: Said): boolean {
  const unit = cursor.attempt(() => {
    if (!cursor.take('of', 'in')) return undefined;
    cursor.skip('the', 'every', 'a');
    return cursor.take('month') ? 'month' : cursor.take('quarter') ? 'quarter' : undefined;
  });
  if (unit === undefined) return false;
  said.isOfMonth = true;
  if (unit === 'quarter') say(said, 'months', [1, 4, 7, 10]);
  return true;
}

function readMonthNames(cursor: Cursor, said: Said): boolean {
  const dayBefore = cursor.attempt(() => (months.has(cursor.word(1) ?? '') ? dayNumber(cursor) : undefined));
  const found = cursor.attempt(() => {
    cursor.skip('of', 'in');
    return listOf(cursor, () => monthItem(cursor), 'of', 'in');
  });
  if (!found) return false;
  say(
    said,
    'months',
    [...new Set(found.flat())].sort((a, b) => a - b),
  );
  const day = dayBefore ?? cursor.attempt(() => dayNumber(cursor));
  if (day !== undefined) say(said, 'days', onDate(day));
  return true;
}

/** `june`, or `november to february`, which goes round the end of the year. */
function monthItem(cursor: Cursor): number[] | undefined {
  const first = cursor.lookUp(months);
  if (first === undefined) return undefined;
  const last = cursor.attempt(() => (cursor.take('to') ? cursor.lookUp(months) : undefined)) ?? first;
  const count = ((last - first + 12) % 12) + 1;
  return Array.from({ length: count }, (_, i) => ((first - 1 + i) % 12) + 1);
}

/** The number beside a month, when it is not the beginning of a duration or of a span. */
function dayNumber(cursor: Cursor): number | undefined {
  const token = cursor.peek();
  const next = cursor.word(1) ?? '';
  if (token?.kind !== 'number' || !token.isShort || next === 'to' || units.has(next)) return undefined;
  cursor.advance();
  return token.value;
}

/** A number of four digits behind a month. */
function readYear(cursor: Cursor, said: Said): boolean {
  const token = cursor.peek();
  if (said.months === undefined || token?.kind !== 'number' || token.isShort || token.value > 9999) return false;
  cursor.advance();
  say(said, 'year', token.value);
  return true;
}

function onDate(day: number): Days {
  if (day < 1 || day > 31) throw fault(`has a day ${day}, and no month has`, '24 December 2026 18:00', '15th 8:00');
  return { isEach: false, weekdays: new Set(), moving: new Set(), dates: new Set([String(day)]) };
}

/** Nobody agrees on which Friday the next one is. */
function refuseNextWeekday(cursor: Cursor): void {
  const word = cursor.word() ?? '';
  const isNamed = ['next', 'this', 'coming'].includes(word) && weekdays.has(cursor.word(1) ?? '');
  if (isNamed) throw fault(`"${word} ${cursor.word(1)}" can mean two days`, '2026-12-24 18:00', 'tomorrow 8:00');
}
