import type { Trigger } from '../../../../contract/schedules.ts';
import { parseCron } from '../cron/parse.ts';
import { Cursor } from './cursor.ts';
import { readDate, readDelay, readMonths } from './date-clauses.ts';
import { readDays } from './day-clauses.ts';
import { inPlainWords } from './everyday.ts';
import { fault, PhraseFault } from './fault.ts';
import type { PhraseContext } from './moment-rule.ts';
import { momentRule, onceAt } from './moment-rule.ts';
import { readRate } from './rate-clauses.ts';
import { rateRule } from './rate-rule.ts';
import type { Said } from './said.ts';
import { readMinutes, readSpan, readTimes } from './time-clauses.ts';
import { timesRule } from './times-rule.ts';

/** A trigger and what the reader should know of it, or what was not understood, with two phrases that would be. */
export type PhraseReading = { ok: true; trigger: Trigger; notes: string[] } | { ok: false; message: string };

/** Longer texts are refused. */
export const mostCharacters = 200;

/**
 * Reads when something is due from a phrase in English, a cron expression or an instant; the phrases are those of
 * docs/guide/scheduling.md. What can be read in two ways is refused. A cron trigger names no zone: it follows the
 * schedule's.
 */
export function readPhrase(text: string, context: PhraseContext): PhraseReading {
  if (text.length > mostCharacters) return { ok: false, message: `must be at most ${mostCharacters} characters` };
  const written = text.trim().replace(/\.$/, '');
  if (/^@\S|\*/.test(written)) return readCron(written);
  if (parseCron(written).ok) return readCron(written);
  try {
    return { ok: true, notes: [], ...readWords(written, context) };
  } catch (error) {
    if (!(error instanceof PhraseFault)) throw error;
    return { ok: false, message: error.message };
  }
}

function readCron(expression: string): PhraseReading {
  const parsed = parseCron(expression);
  if (!parsed.ok) return parsed;
  return { ok: true, trigger: { kind: 'cron', expression: parsed.cron.expression }, notes: [] };
}

function readWords(written: string, context: PhraseContext): { trigger: Trigger; notes?: string[] } {
  const exact = exactInstant(written);
  if (exact !== undefined) return { trigger: onceAt(exact, context) };
  const said = readClauses(new Cursor(inPlainWords(written)));
  const moment = momentRule(said, context);
  if (moment) return { trigger: moment };
  return said.rate ? rateRule(said, said.rate) : { trigger: timesRule(said) };
}

/** In this order: `every 15 minutes` before the days, `9-17` before the times. */
const readers = [readRate, readDelay, readSpan, readTimes, readMinutes, readDate, readMonths, readDays];

function readClauses(cursor: Cursor): Said {
  const said: Said = {};
  if (cursor.isAtEnd) throw fault('must not be empty', 'weekdays 7:30', 'every 15 minutes from 9 to 17');
  while (!cursor.isAtEnd) {
    const isRead = readers.some((read) => read(cursor, said)) || cursor.take('at', 'on', 'the', 'and');
    if (!isRead) throw cursor.notUnderstood();
  }
  return said;
}

const instantPattern =
  /^(?:(?:on|at)\s{1,9})?(\d{4}-\d{2}-\d{2})[t ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)\s?(z|[+-]\d{2}:?\d{2})$/i;

/** An instant with its offset from UTC, in epoch milliseconds; undefined when the text is none. */
function exactInstant(written: string): number | undefined {
  const [, date, time, offset] = instantPattern.exec(written) ?? [];
  if (date === undefined) return undefined;
  try {
    return Temporal.Instant.from(`${date}T${time}${offset}`).epochMilliseconds;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw fault(`there is no instant ${written}`, '2026-12-24T18:00:00Z', '2026-12-24 18:00');
  }
}
