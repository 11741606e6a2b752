import type { Selector } from '../../../contract/index.ts';
import type { Roster } from './roster.ts';
import type { ScheduleRecord } from './schedule.ts';

const minuteMs = 60_000;
/** More are not looked through while somebody types: ten thousand rules take too long to evaluate. */
const mostLookedAt = 2_000;
const mostNamed = 3;

/** Another schedule that is due in the same minute, and whether it means the same container. */
interface Collision {
  other: ScheduleRecord;
  isSame: boolean;
}

/** Which other schedules are due in the minute of a slot, in a sentence; null where there are none. */
export const collisionNote = (
  record: ScheduleRecord,
  slotAt: number,
  roster: Roster,
  sees: (other: ScheduleRecord) => boolean,
): string | null => {
  const found = collisionsOf(record, slotAt, roster).filter(({ other }) => sees(other));
  if (found.length === 0) return null;
  const same = found.filter(({ isSame }) => isSame);
  return same.length > 0
    ? `in the same minute, on the same container: ${namesOfAll(same)}`
    : `in the same minute: ${namesOfAll(found)}`;
};

const namesOfAll = (found: readonly Collision[]): string => {
  const named = found.slice(0, mostNamed).map(({ other }) => other.name);
  const more = found.length - named.length;
  return `${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
};

const collisionsOf = (record: ScheduleRecord, slotAt: number, roster: Roster): Collision[] => {
  const fromMs = Math.floor(slotAt / minuteMs) * minuteMs;
  const isDue = (other: ScheduleRecord) =>
    other.id !== record.id &&
    other.nextSlotAt !== null &&
    other.nextSlotAt < fromMs + minuteMs &&
    // The next one is known; only what is due before as well has to be evaluated.
    (other.nextSlotAt >= fromMs || roster.slotsOf(other, fromMs - 1, fromMs + minuteMs - 1, 1).length > 0);
  const due = roster.all().slice(0, mostLookedAt).filter(isDue);
  const own = namesOf(record);
  return due.map((other) => ({ other, isSame: namesOf(other).some((name) => own.includes(name)) }));
};

/** Only what is named outright: what a tag or a pattern means then, nobody knows now. */
const namesOf = ({ steps }: ScheduleRecord): string[] =>
  steps.flatMap((step) => step.targets.flatMap((target: Selector) => keysOf(target)));

const keysOf = (target: Selector): string[] => ('container' in target ? [`${target.hostId}/${target.container}`] : []);
