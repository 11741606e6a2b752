import { t } from '../text/t.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** A length of time in its two largest units at most: `41 s`, `2 h 31 min`, `3 d 4 h`. */
export function duration(ms: number): string {
  const length = Math.max(0, ms);
  if (length < second) return t('time.ms', { n: Math.round(length) });
  if (length < minute) return t('time.s', { n: tenths(length / second) });
  if (length < hour) return pair(length, minute, 'time.min', second, 'time.s');
  if (length < day) return pair(length, hour, 'time.h', minute, 'time.min');
  return pair(length, day, 'time.d', hour, 'time.h');
}

/** The same in one unit, for lists: `41 s`, `2 h`, `3 d`. */
export function shortDuration(ms: number): string {
  const length = Math.max(0, ms);
  if (length < minute) return t('time.s', { n: Math.max(1, Math.floor(length / second)) });
  if (length < hour) return t('time.min', { n: Math.floor(length / minute) });
  if (length < 1.5 * day) return t('time.h', { n: Math.floor(length / hour) });
  return t('time.d', { n: Math.floor(length / day) });
}

/** `in 12 min`, `4 h ago`, `now`. What lies ahead is rounded up, so that nothing is due in 0 s. */
export function relative(at: number, now: number): string {
  const distance = at - now;
  if (Math.abs(distance) < second) return t('time.now');
  if (distance < 0) return t('time.ago', { d: shortDuration(-distance) });
  const unit = unitFor(distance);
  return t('time.in', { d: shortDuration(Math.ceil(distance / unit) * unit) });
}

function unitFor(distance: number): number {
  if (distance < minute) return second;
  if (distance < 2 * hour) return minute;
  return distance < 1.5 * day ? hour : day;
}

/** How soon the words of `relative` can change: close ones are refreshed each second. */
export function needsSeconds(at: number, now: number): boolean {
  return Math.abs(at - now) < 2 * minute;
}

type UnitKey = 'time.s' | 'time.min' | 'time.h' | 'time.d';

function pair(length: number, large: number, largeKey: UnitKey, small: number, smallKey: UnitKey): string {
  const rounded = Math.round(length / small) * small;
  const whole = Math.floor(rounded / large);
  const rest = Math.round((rounded - whole * large) / small);
  const head = t(largeKey, { n: whole });
  return rest === 0 ? head : `${head} ${t(smallKey, { n: rest })}`;
}

function tenths(seconds: number): number {
  return seconds < 10 ? Math.round(seconds * 10) / 10 : Math.round(seconds);
}
