/** A stretch of time in which a zone keeps one offset: from `start` to before `end`, in epoch milliseconds. */
export interface Stretch {
  /** -Infinity before the first change that is known. */
  readonly start: number;
  /** Infinity after the last one. */
  readonly end: number;
  /** Local time minus UTC, in milliseconds. */
  readonly offset: number;
}

/**
 * More than the offsets of one zone ever differ by (a day and an hour), with room to spare: two instants that are
 * further apart than this keep their order on the wall clock.
 */
export const reachMs = 48 * 3_600_000;

/** The stretches looked up last: about eight years of a zone with two changes a year. */
const keptStretches = 16;

/** A zone's offsets, looked up when first needed and kept. */
export class Zone {
  readonly name: string;
  readonly #stretches: Stretch[] = [];

  /** @throws RangeError when the zone is unknown */
  constructor(name: string) {
    this.name = name;
    lookUp(name, 0);
  }

  /** The stretch that holds the instant: whole epoch milliseconds. */
  at(instantMs: number): Stretch {
    for (const stretch of this.#stretches) {
      if (instantMs >= stretch.start && instantMs < stretch.end) return stretch;
    }
    if (this.#stretches.length === keptStretches) this.#stretches.pop();
    const found = lookUp(this.name, instantMs);
    this.#stretches.unshift(found);
    return found;
  }

  /**
   * How far the wall clock had come before the stretch began: wall times below it were passed already. In a
   * repeated hour it is ahead of the clock.
   */
  markBefore(stretch: Stretch): number {
    let mark = Number.NEGATIVE_INFINITY;
    const reach = stretch.start - reachMs;
    for (let start = stretch.start; start > reach; ) {
      const earlier = this.at(start - 1);
      mark = Math.max(mark, earlier.end + earlier.offset);
      start = earlier.start;
    }
    return mark;
  }
}

/** Filled by use; as many zones as the runtime knows at most. What it holds never changes while the program runs. */
const zones = new Map<string, Zone>();

/** The zone of an IANA name. @throws RangeError when it is unknown */
export function zoneOf(name: string): Zone {
  const known = zones.get(name);
  if (known) return known;
  const zone = new Zone(name);
  zones.set(name, zone);
  return zone;
}

/** Whether the name is an IANA time zone, spelled as in the database: an offset such as +02:00 is none. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    return new Temporal.ZonedDateTime(0n, name).timeZoneId === name;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

function lookUp(name: string, instantMs: number): Stretch {
  const zoned = Temporal.Instant.fromEpochMilliseconds(instantMs).toZonedDateTimeISO(name);
  // `previous` is strictly earlier, and a change at the instant itself is the start.
  const start = zoned.add({ milliseconds: 1 }).getTimeZoneTransition('previous');
  const end = zoned.getTimeZoneTransition('next');
  return {
    start: start?.epochMilliseconds ?? Number.NEGATIVE_INFINITY,
    end: end?.epochMilliseconds ?? Number.POSITIVE_INFINITY,
    offset: zoned.offsetNanoseconds / 1e6,
  };
}
