const formats = new Map<string, Intl.DateTimeFormat>();

/** A wall clock: what stands on it in a zone at an instant, as if it were UTC, in milliseconds. */
export function wallClock(at: number, timeZone: string): number {
  const parts: Record<string, number> = {};
  for (const part of wallFormat(timeZone).formatToParts(at)) parts[part.type] = Number(part.value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/** The offset of a zone at an instant, in milliseconds east of UTC. */
export function offsetAt(at: number, timeZone: string): number {
  return wallClock(at, timeZone) - Math.floor(at / 1000) * 1000;
}

/**
 * The instant of a local time such as `2026-11-24T07:30`, or null when it is no time.
 * In an hour that occurs twice it is the first; a time that is left out moves on by the gap.
 */
export function toInstant(local: string, timeZone: string): number | null {
  const wall = Date.parse(`${local}${local.length === 16 ? ':00' : ''}Z`);
  if (Number.isNaN(wall)) return null;
  const day = 86_400_000;
  const before = wall - offsetAt(wall - day, timeZone);
  const after = wall - offsetAt(wall + day, timeZone);
  const fitting = [Math.min(before, after), Math.max(before, after)].find((at) => wallClock(at, timeZone) === wall);
  return fitting ?? before;
}

/** An instant as the value of a `datetime-local` field: `2026-11-24T07:30`. */
export function toLocal(at: number, timeZone: string): string {
  return new Date(wallClock(at, timeZone)).toISOString().slice(0, 16);
}

/** Midnight at the start of the day of an instant. */
export function startOfDay(at: number, timeZone: string): number {
  return toInstant(`${toLocal(at, timeZone).slice(0, 10)}T00:00`, timeZone) ?? at;
}

/** `+01:00` of an instant in a zone. */
export function offsetText(at: number, timeZone: string): string {
  const minutes = Math.round(offsetAt(at, timeZone) / 60_000);
  const size = Math.abs(minutes);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${minutes < 0 ? '−' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

/** The zones that the browser knows, and UTC, which some leave out. */
export function knownZones(): string[] {
  return [...new Set(['UTC', ...Intl.supportedValuesOf('timeZone')])];
}

function wallFormat(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  formats.set(timeZone, made);
  return made;
}
