import { civilDate, dayMs, hourMs, minuteMs, secondMs } from './calendar.ts';
import type { Cron } from './cron.ts';
import { monthNames } from './names.ts';
import { nextWall } from './wall.ts';
import { clockText, joined } from './word-lists.ts';
import type { Stretch, Zone } from './zone.ts';
import { reachMs } from './zone.ts';

/** What a clock change does to a slot, as a sentence for the reader. */
export interface SlotNote {
  readonly kind: 'moved' | 'left_out' | 'first_of_two' | 'repeated';
  readonly text: string;
}

/** For a slot at the end of a gap that stands for local times inside it. `after` is the stretch after the gap. */
export function movedNote(cron: Cron, firstWall: number, after: Stretch, zone: Zone): SlotNote {
  const end = after.start + after.offset;
  const day = dayOf(end) === dayOf(firstWall) ? '' : ` on ${dateText(end)}`;
  return {
    kind: 'moved',
    text: `${missing(cron, firstWall, end, zone)}: due once at ${timeText(end)}${day}, the first moment after`,
  };
}

/** For local times in a gap that the policy leaves out. */
export function leftOutNote(cron: Cron, firstWall: number, after: Stretch, zone: Zone): SlotNote {
  const end = after.start + after.offset;
  return { kind: 'left_out', text: `${missing(cron, firstWall, end, zone)}: left out` };
}

/** For a local time that occurs twice: none when it does not. */
export function repeatNotes(at: number, stretch: Stretch, zone: Zone, due: 'first_only' | 'both'): readonly SlotNote[] {
  const wall = at + stretch.offset;
  const note = (kind: SlotNote['kind'], what: string) => [
    { kind, text: `${timeText(wall)} occurs twice on ${dateText(wall)} in ${zone.name}: ${what}` },
  ];
  if (stretch.end - at < reachMs && isShownIn(zone.at(stretch.end), wall)) {
    if (due === 'first_only') return note('first_of_two', 'due the first time only');
    return note('repeated', 'due both times, this is the first');
  }
  if (at - stretch.start < reachMs && wall < zone.markBefore(stretch)) {
    return note('repeated', 'due both times, this is the second');
  }
  return [];
}

/** A local time as `07:30`, with seconds only when there are some. */
export function timeText(wall: number): string {
  const time = wall - dayOf(wall) * dayMs;
  const minute = Math.floor((time % hourMs) / minuteMs);
  return clockText(Math.floor(time / hourMs), minute, Math.floor((time % minuteMs) / secondMs));
}

/** A local date as `29 March 2026`. */
export function dateText(wall: number): string {
  const { year, month, day } = civilDate(dayOf(wall));
  return `${day} ${monthNames[month]} ${year}`;
}

function isShownIn(later: Stretch, wall: number): boolean {
  return wall >= later.start + later.offset;
}

function dayOf(wall: number): number {
  return Math.floor(wall / dayMs);
}

/** The due times of a gap, at most three of them by name. */
function missing(cron: Cron, firstWall: number, gapEnd: number, zone: Zone): string {
  const names: string[] = [];
  let wall: number | null = firstWall;
  while (wall !== null && wall < gapEnd && names.length < 3) {
    names.push(timeText(wall));
    wall = nextWall(cron, wall + secondMs);
  }
  const hasMore = wall !== null && wall < gapEnd;
  const verb = names.length === 1 ? 'does' : 'do';
  const listed = hasMore ? `${names.join(', ')} and others` : joined(names);
  return `${listed} ${verb} not exist on ${dateText(firstWall)} in ${zone.name}`;
}
