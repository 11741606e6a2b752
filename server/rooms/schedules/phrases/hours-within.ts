import { clockText, stepAround } from '../cron/word-lists.ts';
import { ranges } from './cron-fields.ts';
import { fault } from './fault.ts';

const hourMinutes = 60;
const dayMinutes = 1440;

interface Within {
  /** The minutes of each hour, ascending. */
  minutes: readonly number[];
  /** From one hour to the next: 2 for every second hour. */
  hourStep: number;
  /** In minutes of the day; both ends count. */
  span: { from: number; to: number };
  /** The rule holds on some days only. */
  isRestricted: boolean;
}

/**
 * The minute and hour fields that are due within a span and at no other time. Cron has the same minutes in each hour:
 * a slot at the very end of the span that would need others is left out, and a note says so.
 */
export function hoursWithin(within: Within): { fields: string; notes: string[] } {
  const { minutes, hourStep, span } = within;
  const last = lastMinute(span, within.isRestricted);
  const firstHour = Math.floor(span.from / hourMinutes);
  if (Math.floor(last / hourMinutes) === firstHour) return withinHour(minutes, firstHour, span, last);
  if ((minutes[0] ?? 0) < span.from % hourMinutes) throw withinHourFault('begin', span.from);
  const { hours, left } = fullHours(within, firstHour, last);
  if (left.some((at) => at !== span.to)) throw withinHourFault('end', span.to);
  const isCut = left.length > 0 || (last < span.to && span.to < span.from + dayMinutes);
  const final = (hours.at(-1) ?? firstHour) * hourMinutes + (minutes.at(-1) ?? 0);
  const notes = isCut ? [cutNote(final, span.to)] : [];
  return { fields: `${minuteField(minutes)} ${hourField(hours, hourStep)}`, notes };
}

/** The hours in which all minutes are due up to `last`, and what is due in the one that has only some of them. */
function fullHours(
  { minutes, hourStep }: Within,
  firstHour: number,
  last: number,
): { hours: number[]; left: number[] } {
  const hours: number[] = [];
  let left: number[] = [];
  for (let hour = firstHour; hour * hourMinutes <= last; hour += hourStep) {
    const due = minutes.map((minute) => hour * hourMinutes + minute).filter((at) => at <= last);
    if (due.length === minutes.length) hours.push(hour);
    else left = due;
  }
  return { hours, left };
}

/** Where the span goes beyond midnight on some days only, nobody can tell which day its end belongs to. */
function lastMinute({ from, to }: Within['span'], isRestricted: boolean): number {
  if (isRestricted && to > dayMinutes) {
    const what = 'goes beyond midnight on some days only; make a schedule for the evening and one for the morning';
    throw fault(what, 'weekdays every hour from 18 to 23', 'every hour from 22 to 6');
  }
  return to === from + dayMinutes || (isRestricted && to === dayMinutes) ? to - 1 : to;
}

function withinHour(
  minutes: readonly number[],
  hour: number,
  span: Within['span'],
  last: number,
): { fields: string; notes: string[] } {
  const due = minutes.filter(
    (minute) => hour * hourMinutes + minute >= span.from && hour * hourMinutes + minute <= last,
  );
  if (due.length === 0) throw fault('has no time within its span', 'every hour from 9 to 17', 'daily 9:15');
  return { fields: `${minuteField(due)} ${hour % 24}`, notes: [] };
}

function minuteField(minutes: readonly number[]): string {
  const step = stepAround(minutes, hourMinutes);
  if (step === undefined) return ranges(minutes);
  const from = minutes[0] === 0 ? '*' : `${minutes[0]}-59`;
  return step === 1 ? '*' : `${from}/${step}`;
}

/** Hours from 24 on are of the next day: cron's ranges go round. */
function hourField(hours: readonly number[], step: number): string {
  const first = (hours[0] ?? 0) % 24;
  if (hours.length === 1) return String(first);
  if (hours.length * step === 24 && first === 0) return step === 1 ? '*' : `*/${step}`;
  const range = `${first}-${(hours.at(-1) ?? 0) % 24}`;
  return step === 1 ? range : `${range}/${step}`;
}

function withinHourFault(verb: string, at: number): Error {
  const full = Math.floor(at / hourMinutes) % 24;
  const what = `cannot ${verb} at ${text(at)}, because one expression has the same minutes in each hour`;
  return fault(what, `every 15 minutes from ${full} to ${(full + 8) % 24}`, 'every hour from 9 to 17');
}

function cutNote(final: number, to: number): string {
  return `The last slot is at ${text(final)}: one expression cannot add ${text(to)} alone.`;
}

const text = (minutes: number): string => clockText(Math.floor(minutes / hourMinutes) % 24, minutes % hourMinutes);
