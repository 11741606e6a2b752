import { spread } from './spread.ts';

/** One of the six fields: its name in messages, its limits, and the names that its values go by, from `min` on. */
export interface FieldSpec {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly names?: readonly string[];
  /** A second number for `min`: 7 for Sunday. */
  readonly alias?: number;
  /** The highest value that `H` takes: 28 for days, so that it exists in each month. */
  readonly spreadMax?: number;
}

/** A field that cannot be understood; the message is for the user. */
export class FieldFault extends Error {}

const weekdayNames = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
const monthNames = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];

export const fieldSpecs = {
  second: { name: 'second', min: 0, max: 59 },
  minute: { name: 'minute', min: 0, max: 59 },
  hour: { name: 'hour', min: 0, max: 23 },
  dayOfMonth: { name: 'day of month', min: 1, max: 31, spreadMax: 28 },
  month: { name: 'month', min: 1, max: 12, names: monthNames },
  weekday: { name: 'day of week', min: 0, max: 6, names: weekdayNames, alias: 7 },
} as const satisfies Record<string, FieldSpec>;

/** The values of one item of a list: `*`, `5`, `MON-FRI`, `10-50/20`, `5/15`, `H`, `H(0-29)/10`, each with its step. */
export function itemValues(spec: FieldSpec, item: string, seed: string): number[] {
  const [base = '', stepText, ...rest] = item.split('/');
  if (rest.length > 0) throw new FieldFault(`${quote(spec, item)} has more than one step`);
  const step = stepText === undefined ? undefined : stepOf(spec, item, stepText);
  if (base.startsWith('H')) return spreadValues(spec, item, base, step, seed);
  const range = rangeOf(spec, item, base, step !== undefined);
  return valuesOf(spec, item, range, step ?? 1);
}

/** A single value: a number, or a name of the field. */
export function singleValue(spec: FieldSpec, text: string): number {
  const named = spec.names?.indexOf(text) ?? -1;
  if (named >= 0) return spec.min + named;
  const highest = spec.alias ?? spec.max;
  if (!/^\d{1,9}$/.test(text)) throw new FieldFault(`${quote(spec, text)} is not understood: ${hint(spec)}`);
  const value = Number(text);
  if (value < spec.min || value > highest) {
    throw new FieldFault(`${quote(spec, text)} is out of range: ${spec.min} to ${highest}`);
  }
  return value;
}

/** The start of each message: the field and what was written. */
export function quote(spec: FieldSpec, text: string): string {
  return `${spec.name} "${text}"`;
}

interface Range {
  from: number;
  to: number;
}

function rangeOf(spec: FieldSpec, item: string, base: string, hasStep: boolean): Range {
  if (base === '*') return { from: spec.min, to: spec.max };
  const [first = '', last, ...rest] = base.split('-');
  if (rest.length > 0) throw new FieldFault(`${quote(spec, item)} is not a range: write it as from-to`);
  const from = singleValue(spec, first);
  if (last !== undefined) return { from, to: singleValue(spec, last) };
  return { from, to: hasStep ? spec.max : from };
}

/** A range whose end lies before its start goes round: FRI-MON, 22-6. */
function valuesOf(spec: FieldSpec, item: string, range: Range, step: number, offset = 0): number[] {
  const size = spec.max - spec.min + 1;
  const from = range.from === spec.alias ? spec.min : range.from;
  const span = range.from === range.to ? 0 : range.to >= from ? range.to - from : range.to - from + size;
  if (step > span + 1) {
    throw new FieldFault(`${quote(spec, item)}: the step ${step} is larger than the range of ${span + 1}`);
  }
  const values: number[] = [];
  for (let i = offset; i <= span; i += step) values.push(spec.min + ((from - spec.min + i) % size));
  return values;
}

function spreadValues(spec: FieldSpec, item: string, base: string, step: number | undefined, seed: string): number[] {
  const match = /^H(?:\(([^()-]+)-([^()-]+)\))?$/.exec(base);
  if (!match) throw new FieldFault(`${quote(spec, item)} is not understood: write H, H(0-29) or H/15`);
  const range =
    match[1] !== undefined && match[2] !== undefined
      ? { from: singleValue(spec, match[1]), to: singleValue(spec, match[2]) }
      : { from: spec.min, to: spec.spreadMax ?? spec.max };
  if (step !== undefined) return valuesOf(spec, item, range, step, spread(seed, spec.name, step));
  const values = valuesOf(spec, item, range, 1);
  return values.slice(spread(seed, spec.name, values.length)).slice(0, 1);
}

function stepOf(spec: FieldSpec, item: string, text: string): number {
  const step = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (step > 0) return step;
  throw new FieldFault(`${quote(spec, item)}: the step must be a whole number from 1 on`);
}

function hint(spec: FieldSpec): string {
  const names = spec.names ? `, or ${spec.names[0]} to ${spec.names.at(-1)}` : '';
  return `write ${spec.min} to ${spec.max}${names}, *, a list 1,2, a range 1-5 or a step */2`;
}
