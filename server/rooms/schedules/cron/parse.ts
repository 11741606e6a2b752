import type { Cron } from './cron.ts';
import { parseDayField } from './day-field.ts';
import type { FieldSpec } from './field.ts';
import { FieldFault, fieldSpecs, itemValues } from './field.ts';

/** A cron expression, or what is wrong with it: every faulty field, with the remedy. */
export type CronParse = { ok: true; cron: Cron } | { ok: false; message: string };

const macros: ReadonlyMap<string, string> = new Map([
  ['@hourly', '0 * * * *'],
  ['@daily', '0 0 * * *'],
  ['@midnight', '0 0 * * *'],
  ['@weekly', '0 0 * * 0'],
  ['@monthly', '0 0 1 * *'],
  ['@yearly', '0 0 1 1 *'],
  ['@annually', '0 0 1 1 *'],
]);

/**
 * Reads a cron expression of five fields, of six with seconds first, or a macro; the grammar is
 * docs/reference/cron.md. `seed` is the schedule's identity: `H` stands for another value for each.
 */
export function parseCron(expression: string, seed = ''): CronParse {
  const written = expression.trim().split(/\s+/).join(' ');
  const text = written.startsWith('@') ? macros.get(written.toLowerCase()) : written.toUpperCase();
  if (text === undefined) return { ok: false, message: unknownMacro(written) };
  const fields = text === '' ? [] : text.split(' ');
  if (fields.length !== 5 && fields.length !== 6) return { ok: false, message: wrongCount(fields.length) };
  return parseFields(written, fields.length === 5 ? ['0', ...fields] : fields, seed);
}

function parseFields(expression: string, fields: readonly string[], seed: string): CronParse {
  const [second = '', minute = '', hour = '', dayOfMonth = '', month = '', weekday = ''] = fields;
  const faults: string[] = [];
  const read = <T>(parse: (spec: FieldSpec, text: string, seed: string) => T, spec: FieldSpec, text: string) =>
    collectFault(faults, () => parse(spec, text, seed));
  const seconds = read(parseField, fieldSpecs.second, second);
  const minutes = read(parseField, fieldSpecs.minute, minute);
  const hours = read(parseField, fieldSpecs.hour, hour);
  const daysOfMonth = read(parseDayField, fieldSpecs.dayOfMonth, dayOfMonth);
  const months = read(parseField, fieldSpecs.month, month);
  const weekdays = read(parseDayField, fieldSpecs.weekday, weekday);
  if (!seconds || !minutes || !hours || !daysOfMonth || !months || !weekdays) {
    return { ok: false, message: faults.join('; ') };
  }
  const followsElapsedTime = minute.startsWith('*') || hour.startsWith('*');
  const cron = { expression, seconds, minutes, hours, daysOfMonth, months, weekdays, followsElapsedTime };
  return { ok: true, cron };
}

function collectFault<T>(faults: string[], parse: () => T): T | undefined {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof FieldFault)) throw error;
    faults.push(error.message);
    return undefined;
  }
}

function parseField(spec: FieldSpec, text: string, seed: string): number[] {
  const values = new Set(text.split(',').flatMap((item) => itemValues(spec, item, seed)));
  return [...values].sort((a, b) => a - b);
}

function unknownMacro(written: string): string {
  const remedy = /^@every\b/i.test(written)
    ? 'use an interval trigger'
    : `write one of ${[...macros.keys()].join(' ')}`;
  return `"${written}" is not known: ${remedy}`;
}

function wrongCount(count: number): string {
  const year = count === 7 ? '; a field for the year is not known' : '';
  return `has ${count} ${count === 1 ? 'field' : 'fields'}: write 5 (minute, hour, day of month, month, day of week), or 6 with seconds first${year}`;
}
