import { locale, t } from '../text/t.ts';
import { toLocal } from './zone.ts';

/** Dates and times in one zone, in the reader's language, always with 24 hours. */
export class TimeFormat {
  readonly timeZone: string;
  /** True when the zone is not the reader's own: then times name it. */
  readonly isForeign: boolean;
  readonly #formats = new Map<string, Intl.DateTimeFormat>();

  constructor(timeZone: string, ownZone = Intl.DateTimeFormat().resolvedOptions().timeZone) {
    this.timeZone = timeZone;
    this.isForeign = timeZone !== ownZone;
  }

  /** `08:43` */
  clock(at: number): string {
    return this.#format(at, 'clock', { hour: '2-digit', minute: '2-digit' });
  }

  /** `08:43:05.799`, for what follows fast. */
  exact(at: number): string {
    const options = { hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3 } as const;
    return this.#format(at, 'exact', options);
  }

  /** `Mon, 23 Nov` */
  day(at: number): string {
    return this.#format(at, 'day', { weekday: 'short', day: 'numeric', month: 'short' });
  }

  /** The clock alone on the day of `now`, `Yesterday`, the weekday within six days, else the date. */
  near(at: number, now: number): string {
    const days = this.#dayNumber(at) - this.#dayNumber(now);
    if (days === 0) return this.clock(at);
    if (days === -1) return t('time.yesterday', { time: this.clock(at) });
    if (days === 1) return t('time.tomorrow', { time: this.clock(at) });
    if (Math.abs(days) < 7) {
      return this.#format(at, 'week', { weekday: 'short', hour: '2-digit', minute: '2-digit' });
    }
    return this.#format(at, 'date', { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' });
  }

  /** Everything: `Mon, 23 Nov 2026, 08:43:05 CET`, with the zone's name where it is not the reader's. */
  absolute(at: number): string {
    const text = this.#format(at, 'absolute', {
      weekday: 'short',
      day: 'numeric',
      month: 'short',
      year: 'numeric',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      timeZoneName: 'short',
    });
    return this.isForeign ? `${text} (${this.timeZone})` : text;
  }

  /** A text of the server with its instants as people write them. */
  inText(text: string): string {
    return text.replace(/\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?Z/g, (instant) => this.absolute(Date.parse(instant)));
  }

  #dayNumber(at: number): number {
    return Date.parse(`${toLocal(at, this.timeZone).slice(0, 10)}T00:00Z`) / 86_400_000;
  }

  #format(at: number, name: string, options: Intl.DateTimeFormatOptions): string {
    const known = this.#formats.get(name);
    if (known) return known.format(at);
    const made = new Intl.DateTimeFormat(locale, { ...options, hourCycle: 'h23', timeZone: this.timeZone });
    this.#formats.set(name, made);
    return made.format(at);
  }
}

/** The parts of a slot's local time, `2026-11-24T07:30:00+01:00[Europe/Berlin]`; null for anything else. Another year is named. */
export function slotParts(
  local: string,
  now = Date.now(),
): { day: string; time: string; seconds: string; offset: string; zone: string } | null {
  const match = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(?::(\d\d)(?:\.\d+)?)?(Z|[+-]\d\d:\d\d)(?:\[(.+)\])?$/.exec(local);
  if (!match) return null;
  const [, date = '', time = '', seconds = '00', offset = '', zone = ''] = match;
  const isThisYear = date.startsWith(String(new Date(now).getUTCFullYear()));
  const day = new Intl.DateTimeFormat(locale, {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    ...(isThisYear ? {} : { year: 'numeric' }),
    timeZone: 'UTC',
  }).format(Date.parse(`${date}T00:00Z`));
  return { day, time, seconds, offset: offset.replace('-', '−'), zone };
}
