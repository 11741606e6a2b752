import type { TimeWindow, Weekday } from '../../../contract/index.ts';

const weekdays: readonly Weekday[] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
/** Windows repeat weekly: what does not open within a week and a day never does. */
const horizonDays = 8;

/** Windows with the zone that their local times are of. */
export interface Opening {
  windows: readonly TimeWindow[];
  timeZone: string;
}

/** Whether a run may begin at an instant (epoch milliseconds), by all of the openings. */
export const isOpen = (openings: readonly Opening[], atMs: number): boolean =>
  openings.every(({ windows, timeZone }) => isOpenBy(windows, zoned(atMs, timeZone)));

/** The first instant at or after `fromMs` at which a run may begin; null when none comes within a week. */
export const nextOpening = (openings: readonly Opening[], fromMs: number): number | null => {
  if (isOpen(openings, fromMs)) return fromMs;
  const edges = openings.flatMap(({ windows, timeZone }) => edgesOf(windows, zoned(fromMs, timeZone)));
  const later = edges.filter((edge) => edge > fromMs).sort((a, b) => a - b);
  return later.find((edge) => isOpen(openings, edge)) ?? null;
};

const zoned = (atMs: number, timeZone: string): Temporal.ZonedDateTime =>
  Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(timeZone);

const isOpenBy = (windows: readonly TimeWindow[], at: Temporal.ZonedDateTime): boolean => {
  if (windows.some((window) => window.kind === 'block' && contains(window, at))) return false;
  const allowed = windows.filter((window) => window.kind === 'allow');
  return allowed.length === 0 || allowed.some((window) => contains(window, at));
};

/** By the clock on the wall: in the hour that DST repeats a window is open both times. */
const contains = (window: TimeWindow, at: Temporal.ZonedDateTime): boolean => {
  const minute = at.hour * 60 + at.minute;
  const [from, to] = [minutesOf(window.from), minutesOf(window.to)];
  if (from < to) return minute >= from && minute < to && isOn(window, at);
  if (minute >= from) return isOn(window, at);
  return minute < to && isOn(window, at.subtract({ days: 1 }));
};

const isOn = ({ days }: TimeWindow, at: Temporal.ZonedDateTime): boolean =>
  days === undefined || days.some((day) => day === weekdays[at.dayOfWeek - 1]);

/** The instants at which any window begins or ends, around and after `from`. */
const edgesOf = (windows: readonly TimeWindow[], from: Temporal.ZonedDateTime): number[] => {
  const edges: number[] = [];
  for (let day = 0; day <= horizonDays; day++) {
    const date = from.toPlainDate().add({ days: day });
    for (const text of windows.flatMap((window) => [window.from, window.to])) {
      const at = date.toZonedDateTime({ timeZone: from.timeZoneId, plainTime: Temporal.PlainTime.from(text) });
      edges.push(at.epochMilliseconds);
    }
  }
  return edges;
};

const minutesOf = (text: string): number => Number(text.slice(0, 2)) * 60 + Number(text.slice(3));
