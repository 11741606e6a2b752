import { dayMs } from './calendar.ts';
import type { Cron } from './cron.ts';
import { isEitherDay } from './cron.ts';
import { dateText, timeText } from './dst-notes.ts';
import { nextSlot } from './next.ts';
import { nextWall } from './wall.ts';
import type { Stretch, Zone } from './zone.ts';
import { zoneOf } from './zone.ts';

/**
 * What is legal but probably not meant, a sentence each: never due, due each minute or more often, both day fields
 * restricted, touched by a clock change of the coming year.
 */
export function lintCron(cron: Cron, timeZone: string, nowMs: number): string[] {
  if (nextSlot(cron, nowMs, timeZone, 'vixie') === null) {
    return ['This can never fire: no month has such a day.'];
  }
  return [...frequencyWarnings(cron), ...dayWarnings(cron), ...clockChangeWarnings(cron, zoneOf(timeZone), nowMs)];
}

function frequencyWarnings(cron: Cron): string[] {
  if (cron.seconds.length === 1) {
    const isEachMinute = cron.minutes.length === 60;
    return isEachMinute
      ? ['This fires 60 times in each hour that matches. Once an hour is 0 in the minute field.']
      : [];
  }
  return [
    `This fires more often than once a minute: ${cron.seconds.length} times in each minute that matches. The first of six fields is the seconds.`,
  ];
}

function dayWarnings(cron: Cron): string[] {
  const { daysOfMonth, weekdays } = cron;
  if (isEitherDay(cron)) {
    return ['Day of month and day of week are both restricted: this runs when either of them matches.'];
  }
  if (daysOfMonth.values.length === 31 || weekdays.values.length === 7) return [];
  return ['One of the day fields starts with *: this runs only when both day fields match.'];
}

function clockChangeWarnings(cron: Cron, zone: Zone, nowMs: number): string[] {
  // Due all day long, an expression of elapsed time loses and gains nothing that anyone would miss.
  if (cron.followsElapsedTime && cron.hours.length === 24) return [];
  const warnings: string[] = [];
  let before = zone.at(nowMs);
  while (before.end < nowMs + 366 * dayMs) {
    const after = zone.at(before.end);
    const warning = clockChangeWarning(cron, zone, before, after);
    if (warning) warnings.push(warning);
    before = after;
  }
  return warnings;
}

function clockChangeWarning(cron: Cron, zone: Zone, before: Stretch, after: Stretch): string | undefined {
  const from = Math.min(before.end + before.offset, after.start + after.offset);
  const to = Math.max(before.end + before.offset, after.start + after.offset);
  const wall = nextWall(cron, from);
  if (wall === null || wall >= to) return undefined;
  const what = after.offset > before.offset ? 'does not exist' : 'occurs twice';
  return `On ${dateText(wall)} ${timeText(wall)} ${what} in ${zone.name}: the DST policy decides what happens.`;
}
