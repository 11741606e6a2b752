import type { Trigger } from '../../../../contract/schedules.ts';
import { fault, PhraseFault } from './fault.ts';
import type { Said, SaidTime } from './said.ts';

/** Now, and the zone whose clock the phrase means. */
export interface PhraseContext {
  readonly nowMs: number;
  /** An IANA name. */
  readonly timeZone: string;
}

/** Instants are written with four digits for the year. */
const lastMs = Date.UTC(9999, 11, 31);

/** The trigger of a phrase that names one instant; undefined when it names none. */
export function momentRule(said: Said, context: PhraseContext): Trigger | undefined {
  const now = Temporal.Instant.fromEpochMilliseconds(context.nowMs).toZonedDateTimeISO(context.timeZone);
  if (said.delay) return onceAt(afterDelay(said, said.delay, now), context);
  const date = said.date === undefined ? namedDate(said) : dateOf(said.date, now);
  if (date === undefined) return undefined;
  refuseRules(said, said.date === undefined ? [] : ['days', 'months']);
  return onceAt(localInstant(date, timeOf(said), context.timeZone), context);
}

/** An instant that is still to come. */
export function onceAt(atMs: number, { nowMs }: PhraseContext): Trigger {
  if (atMs <= nowMs) throw fault('lies in the past', 'tomorrow 8:00', 'in 2 hours');
  if (!(atMs < lastMs)) throw fault('lies too far ahead', 'tomorrow 8:00', 'in 2 hours');
  return { kind: 'once', at: new Date(atMs).toISOString() };
}

type Delay = NonNullable<Said['delay']>;

/** Hours are elapsed time; days keep the time of day, or take the one that is named. */
function afterDelay(said: Said, delay: Delay, now: Temporal.ZonedDateTime): number {
  refuseRules(said, ['days', 'months', 'date']);
  const largest = Math.max(...delay.map(({ count }) => count));
  if (largest > 1_000_000) throw fault('lies too far ahead', 'tomorrow 8:00', 'in 2 hours');
  const isInDays = delay.every(({ unit }) => ['day', 'week', 'month', 'year'].includes(unit));
  let at = now;
  for (const { count, unit } of delay) {
    at = at.add(unit === 'quarter' ? { months: 3 * count } : { [`${unit}s`]: count });
  }
  if (!said.times) return at.epochMilliseconds;
  if (!isInDays) throw fault('says a time of day twice', 'in 2 hours', 'in 3 days at 8:00');
  return localInstant(at.toPlainDate(), timeOf(said), now.timeZoneId);
}

function dateOf(date: string | number, now: Temporal.ZonedDateTime): Temporal.PlainDate {
  return typeof date === 'number' ? now.toPlainDate().add({ days: date }) : existing(date);
}

/** `24 December 2026`; undefined without a year. */
function namedDate({ year, months, days }: Said): Temporal.PlainDate | undefined {
  if (year === undefined) return undefined;
  const [date = '', ...more] = days?.dates ?? [];
  const isOne = months?.length === 1 && more.length === 0 && /^\d+$/.test(date);
  if (!isOne || days?.weekdays.size || days?.moving.size || days?.isEach) {
    throw fault('has a year, but not one date', '24 December 2026 18:00', '2026-12-24 18:00');
  }
  return existing([String(year).padStart(4, '0'), pair(months[0] ?? 0), pair(Number(date))].join('-'));
}

function existing(text: string): Temporal.PlainDate {
  try {
    return Temporal.PlainDate.from(text);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw fault(`there is no day ${text}`, '2026-12-24 18:00', 'tomorrow 8:00');
  }
}

/** A local time that clock changes skip or repeat is refused: it is not one instant. */
function localInstant(date: Temporal.PlainDate, time: SaidTime, timeZone: string): number {
  const local = date.toPlainDateTime({ hour: time.hour, minute: time.minute, second: time.second });
  const earlier = local.toZonedDateTime(timeZone, { disambiguation: 'earlier' });
  const later = local.toZonedDateTime(timeZone, { disambiguation: 'later' });
  if (earlier.epochMilliseconds === later.epochMilliseconds) return earlier.epochMilliseconds;
  const exact = (at: Temporal.ZonedDateTime) => at.toString({ timeZoneName: 'never', smallestUnit: 'second' });
  const isSkipped = !earlier.toPlainDateTime().equals(local);
  const what = isSkipped ? 'does not exist' : 'occurs twice';
  throw fault(`${local.toString()} ${what} in ${timeZone}, because the clocks change`, exact(earlier), exact(later));
}

function timeOf({ times }: Said): SaidTime {
  const [time, ...more] = times ?? [];
  if (!time) throw fault('does not say at what time', 'tomorrow 8:00', '2026-12-24 18:00');
  if (more.length > 0) throw fault('says more than one time for one date', 'tomorrow 8:00', 'daily 6:00 and 18:00');
  if (time.hour === 24) throw fault('24:00 is 0:00 of the next day', 'tomorrow 0:00', '2026-12-24 00:00');
  return time;
}

/** One instant and a rule do not go together. */
function refuseRules(said: Said, others: readonly (keyof Said)[]): void {
  const parts = ['isEvery', 'rate', 'period', 'minutes', 'span', 'isOfMonth', ...others] as const;
  if (!parts.some((part) => said[part] !== undefined)) return;
  throw new PhraseFault('names one instant and a rule: write for example "tomorrow 8:00" or "daily 8:00"');
}

const pair = (value: number): string => String(value).padStart(2, '0');
