import type { DayField, MovingDay } from './cron.ts';
import type { FieldSpec } from './field.ts';
import { FieldFault, fieldSpecs, itemValues, quote, singleValue } from './field.ts';

/** The day of month or the day of week: what other fields take, and `?`, `L`, `W` and `#`. */
export function parseDayField(spec: FieldSpec, text: string, seed: string): DayField {
  const isStarred = text.startsWith('*') || text === '?';
  const values = new Set<number>();
  const moving: MovingDay[] = [];
  for (const item of text === '?' ? ['*'] : text.split(',')) {
    const day = spec === fieldSpecs.weekday ? movingWeekday(spec, item) : movingDayOfMonth(spec, item);
    if (day) moving.push(day);
    else for (const value of itemValues(spec, item, seed)) values.add(value);
  }
  return { values: [...values].sort((a, b) => a - b), moving, isStarred };
}

function movingDayOfMonth(spec: FieldSpec, item: string): MovingDay | undefined {
  if (item === 'L') return { kind: 'before_last', days: 0 };
  if (item === 'LW' || item === 'WL') return { kind: 'last_workday' };
  const beforeLast = /^L-(\d{1,2})$/.exec(item)?.[1];
  if (beforeLast !== undefined) {
    const days = Number(beforeLast);
    if (days >= 1 && days <= 30) return { kind: 'before_last', days };
    throw new FieldFault(`${quote(spec, item)} is out of range: L-1 to L-30`);
  }
  if (/^\d+W$/.test(item)) return { kind: 'nearest_workday', day: singleValue(spec, item.slice(0, -1)) };
  if (/[LW#]/.test(item)) {
    throw new FieldFault(`${quote(spec, item)} is not understood: write L, L-3, 15W or LW`);
  }
  return undefined;
}

function movingWeekday(spec: FieldSpec, item: string): MovingDay | undefined {
  const [, weekday, nth] = /^(\w+)#(\w+)$/.exec(item) ?? [];
  if (weekday !== undefined && nth !== undefined) {
    if (!/^[1-5]$/.test(nth)) throw new FieldFault(`${quote(spec, item)} is out of range: #1 to #5`);
    return { kind: 'nth_weekday', weekday: singleValue(spec, weekday) % 7, nth: Number(nth) };
  }
  if (item.length > 1 && item.endsWith('L')) {
    return { kind: 'last_weekday', weekday: singleValue(spec, item.slice(0, -1)) % 7 };
  }
  if (item === 'L' || item.includes('#')) {
    throw new FieldFault(
      `${quote(spec, item)} is not understood: write 5L or FRIL for the last Friday, 5#3 for the third`,
    );
  }
  return undefined;
}
