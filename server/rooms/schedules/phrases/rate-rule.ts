import type { Trigger } from '../../../../contract/schedules.ts';
import { dayFields, isRestricted } from './cron-fields.ts';
import { fault } from './fault.ts';
import { hoursWithin } from './hours-within.ts';
import type { Said } from './said.ts';
import type { Unit } from './vocabulary.ts';

const unitMs: Partial<Record<Unit, number>> = {
  second: 1000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
  week: 604_800_000,
};
const mostMs = 3660 * 86_400_000;

type Rate = NonNullable<Said['rate']>;

/** The trigger of a phrase that says how often: cron where its fields can say it, otherwise an interval. */
export function rateRule(said: Said, stated: Rate): { trigger: Trigger; notes: string[] } {
  refuseOthers(said);
  const everyMs = (unitMs[stated.unit] ?? Number.NaN) * stated.count;
  if (Number.isNaN(everyMs)) {
    throw fault(
      `cannot count ${stated.unit}s from a month that is not named`,
      'quarterly',
      '1st of january and july 5:00',
    );
  }
  if (everyMs === 0 || everyMs > mostMs) throw fault('must be from a second to ten years', 'every 10 days', 'hourly');
  const rate = largestUnit(stated);
  const isPlain = !said.days && !said.period && !said.months && !said.minutes && !said.span;
  const cycle = { second: 60, minute: 60, hour: 24 }[rate.unit as string] ?? 0;
  const isCron = rate.count < cycle && cycle % rate.count === 0;
  if (isCron) return cronRate(said, rate);
  if (isPlain) return { trigger: { kind: 'interval', everyMs }, notes: [] };
  const what = `every ${stated.count} ${stated.unit}s is an interval, which has no hours and no days`;
  throw fault(what, 'every 15 minutes from 9 to 17', `every ${stated.count} ${stated.unit}s`);
}

/** 120 minutes are two hours. */
function largestUnit({ count, unit }: Rate): Rate {
  if (unit === 'second' && count % 60 === 0) return largestUnit({ count: count / 60, unit: 'minute' });
  return unit === 'minute' && count % 60 === 0 ? { count: count / 60, unit: 'hour' } : { count, unit };
}

function cronRate(said: Said, rate: Rate): { trigger: Trigger; notes: string[] } {
  if (said.minutes && rate.unit !== 'hour') {
    throw fault('says its minutes twice', 'at :15 every hour', 'every 15 minutes');
  }
  const days = dayFields(said);
  const seconds = rate.unit === 'second' ? `${everyField(rate.count)} ` : '';
  if (!said.span) {
    const hours = rate.unit === 'hour' ? everyField(rate.count) : '*';
    const expression = `${seconds}${plainMinutes(said, rate)} ${hours} ${days}`;
    return { trigger: { kind: 'cron', expression }, notes: [] };
  }
  const within = hoursWithin({ ...rateIn(said, rate), span: said.span, isRestricted: isRestricted(said) });
  return { trigger: { kind: 'cron', expression: `${seconds}${within.fields} ${days}` }, notes: within.notes };
}

function plainMinutes({ minutes }: Said, { count, unit }: Rate): string {
  if (unit === 'minute') return everyField(count);
  return unit === 'hour' ? (minutes ?? [0]).join(',') : '*';
}

/** The minutes of the hour, and the step from one hour to the next, of a rate that keeps to a span. */
function rateIn({ minutes, span }: Said, { count, unit }: Rate): { minutes: readonly number[]; hourStep: number } {
  if (unit === 'hour') return { minutes: minutes ?? [(span?.from ?? 0) % 60], hourStep: count };
  const step = unit === 'minute' ? count : 1;
  const first = (span?.from ?? 0) % step;
  return { minutes: Array.from({ length: 60 / step }, (_, i) => first + i * step), hourStep: 1 };
}

function refuseOthers({ times, period }: Said): void {
  if (times) throw fault('says how often, and at what time', 'every 15 minutes from 9 to 17', 'daily 6:00 and 18:00');
  if (period && period.unit !== 'day') throw fault('says how often twice', 'every 15 minutes', 'monthly');
}

const everyField = (count: number): string => (count === 1 ? '*' : `*/${count}`);
