import { dayNumber, monthLength, weekdayOf } from './calendar.ts';
import type { Cron, DayField, MovingDay } from './cron.ts';
import { isEitherDay } from './cron.ts';

/** The days of a month on which the expression is due, as bits: bit 1 is the first day. */
export function dueDays(cron: Cron, year: number, month: number): number {
  const length = monthLength(year, month);
  const firstWeekday = weekdayOf(dayNumber(year, month, 1));
  const shape: MonthShape = { length, firstWeekday };
  const byDate = movingBits(cron.daysOfMonth, shape) | valueBits(cron.daysOfMonth.values);
  const byWeekday = movingBits(cron.weekdays, shape) | weekdayBits(cron.weekdays.values, shape);
  const days = isEitherDay(cron) ? byDate | byWeekday : byDate & byWeekday;
  return days & ((2 << length) - 2);
}

interface MonthShape {
  length: number;
  /** The weekday of the first day; Sunday is 0. */
  firstWeekday: number;
}

function valueBits(days: readonly number[]): number {
  let bits = 0;
  for (const day of days) bits |= 1 << day;
  return bits;
}

/** Bits 1, 8, 15, 22 and 29: a weekday that the month begins with. */
const everySeventhDay = (1 << 1) | (1 << 8) | (1 << 15) | (1 << 22) | (1 << 29);

function weekdayBits(weekdays: readonly number[], month: MonthShape): number {
  let bits = 0;
  for (const weekday of weekdays) bits |= everySeventhDay << (firstDayOf(weekday, month) - 1);
  return bits;
}

function movingBits(field: DayField, month: MonthShape): number {
  let bits = 0;
  for (const moving of field.moving) {
    const day = dayOf(moving, month);
    if (day >= 1 && day <= month.length) bits |= 1 << day;
  }
  return bits;
}

/** The day of this month, or a number outside the month when it does not have the day. */
function dayOf(moving: MovingDay, month: MonthShape): number {
  switch (moving.kind) {
    case 'before_last':
      return month.length - moving.days;
    case 'last_workday':
      return nearestWorkday(month.length, month);
    case 'nearest_workday':
      return moving.day > month.length ? 0 : nearestWorkday(moving.day, month);
    case 'nth_weekday':
      return firstDayOf(moving.weekday, month) + 7 * (moving.nth - 1);
    case 'last_weekday': {
      const first = firstDayOf(moving.weekday, month);
      return first + 7 * Math.floor((month.length - first) / 7);
    }
  }
}

function firstDayOf(weekday: number, month: MonthShape): number {
  return 1 + ((weekday - month.firstWeekday + 7) % 7);
}

/** Monday to Friday nearest the day, never in another month: the first, a Saturday, gives Monday the third. */
function nearestWorkday(day: number, month: MonthShape): number {
  const weekday = (month.firstWeekday + day - 1) % 7;
  if (weekday === 6) return day === 1 ? 3 : day - 1;
  if (weekday === 0) return day === month.length ? day - 2 : day + 1;
  return day;
}
