import type { DstPolicy } from '../../../../../contract/schedules.ts';
import type { NaiveCron } from './naive-cron.ts';

/** For tests only: a zone's wall clock, read once a minute, in milliseconds as if it were UTC. */
export interface MinuteWalk {
  /** The first instant that is read. */
  readonly start: number;
  readonly walls: Float64Array;
}

const minute = 60_000;
const hour = 3_600_000;
const day = 86_400_000;

/** Two days are walked before `from`, to know what the clock has shown already. Offsets must be whole minutes. */
export function walkMinutes(zone: string, from: number, to: number): MinuteWalk {
  const start = Math.floor(from / day) * day - 2 * day;
  const walls = new Float64Array((Math.floor((to - start) / hour) + 1) * 60);
  let after = offsetAt(zone, start);
  for (let i = 0; i < walls.length; i += 60) {
    const at = start + i * minute;
    const before = after;
    after = offsetAt(zone, at + hour);
    // No zone changes twice within an hour, so that equal ends mean one offset.
    const isConstant = before === after;
    for (let m = 0; m < 60; m += 1) {
      const instant = at + m * minute;
      walls[i + m] = instant + (isConstant ? before : offsetAt(zone, instant));
    }
  }
  return { start, walls };
}

/** The slots after `from` and up to `to`, by looking at each minute. */
export function slotsByWalking(cron: NaiveCron, walk: MinuteWalk, dst: DstPolicy, from: number, to: number): number[] {
  const isDue = dueMinutes(cron);
  const slots = new Set<number>();
  let mark = (walk.walls[0] ?? 0) - minute;
  let at = walk.start - minute;
  for (const wall of walk.walls) {
    at += minute;
    if (dst === 'vixie' && !cron.isWildcard && isAnyDue(isDue, mark + minute, wall)) slots.add(at);
    if (isDue(wall) && (wall > mark || firesAgain(cron, dst))) {
      for (const second of cron.seconds) slots.add(at + second * 1000);
    }
    mark = Math.max(mark, wall);
  }
  return [...slots].filter((at) => at > from && at <= to);
}

/** Whether a time that the clock has shown before counts again. */
function firesAgain(cron: NaiveCron, dst: DstPolicy): boolean {
  return dst === 'literal' || (dst === 'vixie' && cron.isWildcard);
}

/** Whether one of the minutes that the clock has jumped over is due. */
function isAnyDue(isDue: (wall: number) => boolean, from: number, before: number): boolean {
  for (let wall = from; wall < before; wall += minute) if (isDue(wall)) return true;
  return false;
}

function dueMinutes(cron: NaiveCron): (wall: number) => boolean {
  const days = new Map<number, boolean>();
  return (wall) => {
    const number = Math.floor(wall / day);
    if (!cron.minutesOfDay[(wall - number * day) / minute]) return false;
    let isDue = days.get(number);
    if (isDue === undefined) {
      isDue = cron.isDay(new Temporal.PlainDate(1970, 1, 1).add({ days: number }));
      days.set(number, isDue);
    }
    return isDue;
  };
}

function offsetAt(zone: string, at: number): number {
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).offsetNanoseconds / 1e6;
}
