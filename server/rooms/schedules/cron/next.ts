import type { DstPolicy } from '../../../../contract/schedules.ts';
import type { Cron } from './cron.ts';
import type { SlotNote } from './dst-notes.ts';
import { leftOutNote, movedNote, repeatNotes } from './dst-notes.ts';
import { nextWall } from './wall.ts';
import type { Stretch, Zone } from './zone.ts';
import { reachMs, zoneOf } from './zone.ts';

/** One due time of a schedule. */
export interface Slot {
  /** Epoch milliseconds, always a whole second. */
  readonly at: number;
  /** What a clock change did to this slot, or to local times between the instant asked for and this slot. */
  readonly notes: readonly SlotNote[];
}

/** Instants are written with four digits for the year. */
const lastInstantMs = Date.UTC(9999, 11, 31);

/**
 * The first slot strictly after an instant (epoch milliseconds); null when there is none. The policies are defined
 * in docs/reference/cron.md.
 * @throws RangeError when the zone is unknown
 */
export function nextSlot(cron: Cron, afterMs: number, timeZone: string, dst: DstPolicy): Slot | null {
  if (afterMs > lastInstantMs) return null;
  const zone = zoneOf(timeZone);
  const after = Math.floor(afterMs);
  if (dst === 'vixie' && !cron.followsElapsedTime) return nextReached(cron, after, zone);
  return nextShown(cron, after, zone, dst === 'skip');
}

/**
 * Each due wall time counts once, at the first instant at which the wall clock has reached or passed it: the end of
 * the gap for a time in a gap, the first of two for a time that is repeated.
 */
function nextReached(cron: Cron, afterMs: number, zone: Zone): Slot | null {
  const here = zone.at(afterMs);
  const wall = nextWall(cron, Math.max(zone.markBefore(here), afterMs + here.offset + 1));
  if (wall === null) return null;
  let stretch = here;
  if (wall - here.offset >= here.end) stretch = zone.at(Math.max(here.end, wall - reachMs));
  while (wall - stretch.offset >= stretch.end) stretch = zone.at(stretch.end);
  const at = wall - stretch.offset;
  if (at < stretch.start) return { at: stretch.start, notes: [movedNote(cron, wall, stretch, zone)] };
  return { at, notes: repeatNotes(at, stretch, zone, 'first_only') };
}

/** Due wall times at the instants at which the clock shows them; with `onlyFirst`, not when it was there before. */
function nextShown(cron: Cron, afterMs: number, zone: Zone, onlyFirst: boolean): Slot | null {
  const notes: SlotNote[] = [];
  let from = afterMs + 1;
  for (;;) {
    const stretch = zone.at(from);
    const shown = from + stretch.offset;
    const wall = nextWall(cron, onlyFirst ? Math.max(zone.markBefore(stretch), shown) : shown);
    if (wall === null) return null;
    const at = wall - stretch.offset;
    if (at < stretch.end) {
      notes.push(...repeatNotes(at, stretch, zone, onlyFirst ? 'first_only' : 'both'));
      return { at, notes };
    }
    const next = zone.at(stretch.end);
    if (wall < next.start + next.offset) notes.push(leftOutNote(cron, wall, next, zone));
    from = nextStart(from, wall, stretch);
  }
}

/**
 * Where to look on. A change close by may show again what was shown before, so its stretch is looked at; a far one
 * cannot, and everything up to shortly before the wall time is passed over.
 */
function nextStart(from: number, wall: number, stretch: Stretch): number {
  return stretch.end - from > reachMs ? Math.max(stretch.end, wall - reachMs) : stretch.end;
}
