import { civilDate, dayMs, dayNumber, secondMs } from './calendar.ts';
import type { Cron } from './cron.ts';
import { dueDays } from './days.ts';

/**
 * The first due wall time at or after one, both in wall milliseconds (calendar.ts); null when there is none ever.
 * Nothing of zones is known here: each wall time exists once.
 */
export function nextWall(cron: Cron, fromWallMs: number): number | null {
  const from = Math.ceil(fromWallMs / secondMs) * secondMs;
  const today = Math.floor(from / dayMs);
  const day = nextDueDay(cron, today);
  if (day === null) return null;
  const time = day === today ? nextTimeOfDay(cron, (from - today * dayMs) / secondMs) : firstTimeOfDay(cron);
  if (time !== null) return day * dayMs + time * secondMs;
  const later = nextDueDay(cron, today + 1);
  return later === null ? null : later * dayMs + firstTimeOfDay(cron) * secondMs;
}

/** The Gregorian calendar repeats after 400 years, so a day that does not come in them never comes. */
const monthsOfCycle = 400 * 12;

function nextDueDay(cron: Cron, fromDay: number): number | null {
  let { year, month, day } = civilDate(fromDay);
  for (let count = 0; count <= monthsOfCycle; count += 1) {
    if (cron.months.includes(month)) {
      // Shifting by at most 31 leaves the bits of `day` and later.
      const rest = (dueDays(cron, year, month) >>> day) << day;
      if (rest !== 0) return dayNumber(year, month, 31 - Math.clz32(rest & -rest));
    }
    day = 1;
    month = month === 12 ? 1 : month + 1;
    if (month === 1) year += 1;
  }
  return null;
}

function firstTimeOfDay(cron: Cron): number {
  return (cron.hours[0] ?? 0) * 3600 + (cron.minutes[0] ?? 0) * 60 + (cron.seconds[0] ?? 0);
}

/** The first due second of the day at or after one; null when the day has no more. */
function nextTimeOfDay(cron: Cron, from: number): number | null {
  const hour = Math.floor(from / 3600);
  const minute = Math.floor(from / 60) % 60;
  if (cron.hours.includes(hour)) {
    if (cron.minutes.includes(minute)) {
      const second = atOrAfter(cron.seconds, from % 60);
      if (second !== undefined) return hour * 3600 + minute * 60 + second;
    }
    const laterMinute = atOrAfter(cron.minutes, minute + 1);
    if (laterMinute !== undefined) return hour * 3600 + laterMinute * 60 + (cron.seconds[0] ?? 0);
  }
  const laterHour = atOrAfter(cron.hours, hour + 1);
  if (laterHour === undefined) return null;
  return laterHour * 3600 + (cron.minutes[0] ?? 0) * 60 + (cron.seconds[0] ?? 0);
}

function atOrAfter(values: readonly number[], from: number): number | undefined {
  for (const value of values) if (value >= from) return value;
  return undefined;
}
