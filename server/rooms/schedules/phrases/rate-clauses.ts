import type { Cursor } from './cursor.ts';
import { fault } from './fault.ts';
import type { Said } from './said.ts';
import { say } from './said.ts';
import type { Unit } from './vocabulary.ts';
import { periodWords, units } from './vocabulary.ts';

/** `every 15 minutes`, `every hour`, `hourly`, `monthly`; of `every monday` the first word. */
export function readRate(cursor: Cursor, said: Said): boolean {
  refuseCounts(cursor);
  const word = cursor.lookUp(periodWords);
  if (word) {
    sayPeriod(said, word, true);
    return true;
  }
  if (!cursor.take('every')) return false;
  if (cursor.isAtEnd) throw cursor.notUnderstood();
  said.isEvery = true;
  readCount(cursor, said);
  return true;
}

/** What stands behind `every`, when it is a duration. */
function readCount(cursor: Cursor, said: Said): void {
  if (cursor.take('other')) {
    throw fault('"every other" does not say which ones', 'every 2 days', 'first and third monday 4am');
  }
  if (cursor.take('half')) return readHalf(cursor, said);
  const token = cursor.peek();
  const unit = units.get(cursor.word(token?.kind === 'number' ? 1 : 0) ?? '');
  if (token?.kind === 'number') {
    if (unit === undefined) return;
    cursor.advance(2);
    return token.value === 1 ? sayPeriod(said, unit, false) : say(said, 'rate', { count: token.value, unit });
  }
  // `every second monday`, and `every day`, are left to the reader of days.
  if (unit === undefined || unit === 'day' || (unit === 'second' && isCountingDays(cursor))) return;
  cursor.advance();
  sayPeriod(said, unit, false);
}

function readHalf(cursor: Cursor, said: Said): void {
  cursor.skip('a', 'an');
  if (!cursor.take('hour')) throw cursor.notUnderstood();
  say(said, 'rate', { count: 30, unit: 'minute' });
}

/** Whether something other than a time or the end follows `second`. */
function isCountingDays(cursor: Cursor): boolean {
  const next = cursor.word(1);
  return next !== undefined && !['on', 'from', 'between', 'and', 'in'].includes(next);
}

function sayPeriod(said: Said, unit: Unit, isWord: boolean): void {
  if (unit === 'second' || unit === 'minute' || unit === 'hour') return say(said, 'rate', { count: 1, unit });
  say(said, 'period', { unit, isWord });
}

/** `twice a day` says how many times, and not which. */
function refuseCounts(cursor: Cursor): void {
  const isCount = ['once', 'twice', 'thrice'].includes(cursor.word() ?? '');
  const token = cursor.peek();
  const isTimes = token?.kind === 'number' && cursor.word(1) === 'times';
  if (isCount || isTimes)
    throw fault('says how many times, but not at which', 'daily 6:00 and 18:00', 'every 12 hours');
}
