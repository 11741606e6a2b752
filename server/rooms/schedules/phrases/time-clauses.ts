import type { Cursor } from './cursor.ts';
import { listOf } from './cursor.ts';
import { fault } from './fault.ts';
import type { Said, SaidTime } from './said.ts';
import { say } from './said.ts';
import { months, units } from './vocabulary.ts';

const dayMinutes = 1440;

/** `7:30`, `6:00 and 18:00`, `3am`, `noon`; a mere number only after `at`. */
export function readTimes(cursor: Cursor, said: Said): boolean {
  const mayBeBare = cursor.word() === 'at';
  const times = cursor.attempt(() => {
    cursor.take('at');
    return listOf(cursor, () => takeTime(cursor) ?? (mayBeBare ? takeHour(cursor) : undefined), 'at');
  });
  if (!times) return false;
  say(said, 'times', times);
  return true;
}

/** `:15`, `:00 and :30`, `minute 15`: minutes of each hour. */
export function readMinutes(cursor: Cursor, said: Said): boolean {
  if (['minute', 'minutes'].includes(cursor.word() ?? '') && cursor.peek(1)?.kind === 'number') cursor.advance();
  const isNamed = ['minute', 'minutes'].includes(cursor.word(-1) ?? '');
  const minutes = listOf(cursor, () => {
    const token = cursor.peek();
    if (token?.kind !== 'minute' && !(isNamed && token?.kind === 'number' && token.value < 60)) return undefined;
    cursor.advance();
    return token.value;
  });
  if (!minutes) return false;
  say(
    said,
    'minutes',
    [...new Set(minutes)].sort((a, b) => a - b),
  );
  return true;
}

/** `from 9 to 17`, `between 9:00 and 17:00`, `9-17`. */
export function readSpan(cursor: Cursor, said: Said): boolean {
  const ends = cursor.attempt(() => {
    const middle = cursor.take('between') ? 'and' : 'to';
    if (middle === 'to') cursor.take('from');
    const from = takeBound(cursor);
    const to = from && cursor.take(middle) ? takeBound(cursor) : undefined;
    return from && to && { from, to };
  });
  if (!ends) return false;
  say(said, 'span', spanOf(ends.from, ends.to));
  return true;
}

interface Bound {
  minutes: number;
  /** A number with neither minutes nor am or pm. */
  isBare: boolean;
  hasHalf: boolean;
  hasSeconds: boolean;
}

function spanOf(from: Bound, to: Bound): { from: number; to: number } {
  if (from.hasSeconds || to.hasSeconds) {
    throw fault('has seconds in a span', 'every hour from 9 to 17', 'every 15 minutes from 9:00 to 17:00');
  }
  const isEarly = (bound: Bound) => bound.isBare && bound.minutes <= 12 * 60;
  const isHalved = (isEarly(from) && to.hasHalf) || (from.hasHalf && isEarly(to));
  if (isHalved || (isEarly(from) && isEarly(to) && to.minutes < from.minutes)) {
    throw fault('does not say which half of the day', 'every hour from 9 to 17', 'every hour from 9am to 5pm');
  }
  if (from.minutes === to.minutes) throw fault('ends when it begins', 'every hour', 'every hour from 9 to 17');
  return { from: from.minutes, to: to.minutes > from.minutes ? to.minutes : to.minutes + dayMinutes };
}

function takeBound(cursor: Cursor): Bound | undefined {
  const token = cursor.peek();
  if (token?.kind === 'number' && token.isShort && token.value <= 24) {
    cursor.advance();
    return { minutes: token.value * 60, isBare: true, hasHalf: false, hasSeconds: false };
  }
  const hasHalf = token?.kind === 'time' && token.hasHalf;
  const time = takeTime(cursor);
  return time && { minutes: time.hour * 60 + time.minute, isBare: false, hasHalf, hasSeconds: time.second !== 0 };
}

function takeTime(cursor: Cursor): SaidTime | undefined {
  const token = cursor.peek();
  if (token?.kind === 'time') {
    cursor.advance();
    return { ...token.time, isBare: false };
  }
  if (cursor.take('noon')) return { hour: 12, minute: 0, second: 0, isBare: false };
  return cursor.take('midnight') ? { hour: 0, minute: 0, second: 0, isBare: false } : undefined;
}

/** The hour of `at 3`, where nothing shows that the number is something else. */
function takeHour(cursor: Cursor): SaidTime | undefined {
  const token = cursor.peek();
  const next = cursor.word(1) ?? '';
  const isOther = next === 'to' || next === 'past' || units.has(next) || months.has(next);
  if (token?.kind !== 'number' || !token.isShort || token.value > 23 || isOther) return undefined;
  cursor.advance();
  return { hour: token.value, minute: 0, second: 0, isBare: true };
}
