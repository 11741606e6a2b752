import type { PhraseReading, Preview, Trigger } from '../../../contract/index.ts';
import { invalidInput } from '../../errors/index.ts';
import { lintCron } from './cron/lint.ts';
import { parseCron } from './cron/parse.ts';
import type { OccurrenceContext } from './occurrences.ts';
import { occurrencesBetween } from './occurrences.ts';
import { readPhrase } from './phrases/read.ts';
import { describeTrigger } from './words.ts';

/** Instants are written with four digits for the year; nothing is due after that. */
const endOfTimeMs = Date.UTC(9999, 11, 31);

/** The next slots of a trigger with what the reader should know of each. */
export const previewTrigger = (
  trigger: Trigger,
  afterMs: number,
  count: number,
  context: OccurrenceContext,
): Preview => {
  const timeZone = (trigger.kind === 'cron' && trigger.timeZone) || context.defaultTimeZone;
  const slots = occurrencesBetween(trigger, afterMs, endOfTimeMs, count, context).map((slot) => ({
    scheduledFor: new Date(slot.at).toISOString(),
    local: Temporal.Instant.fromEpochMilliseconds(slot.at).toZonedDateTimeISO(timeZone).toString(),
    notes: slot.notes.map((note) => note.text),
  }));
  return {
    slots,
    description: describeTrigger(trigger, context.seed),
    timeZone,
    warnings: triggerWarnings(trigger, timeZone, afterMs),
  };
};

/** How many slots show what a phrase was understood as. */
const slotsOfPhrase = 5;

/**
 * What a phrase means, with its next slots. A zone that is given becomes the trigger's own.
 * @throws CHR_INVALID_INPUT when it is not understood
 */
export const previewPhrase = (
  text: string,
  timeZone: string | undefined,
  nowMs: number,
  context: OccurrenceContext,
): PhraseReading => {
  const defaultTimeZone = timeZone ?? context.defaultTimeZone;
  const reading = readPhrase(text, { nowMs, timeZone: defaultTimeZone });
  if (!reading.ok) throw invalidInput([{ path: 'text', message: reading.message }]);
  const { trigger: read } = reading;
  const trigger = timeZone !== undefined && read.kind === 'cron' ? { ...read, timeZone } : read;
  const shown = previewTrigger(trigger, nowMs, slotsOfPhrase, { ...context, defaultTimeZone });
  return { ...shown, trigger, warnings: [...reading.notes, ...shown.warnings] };
};

/** What is legal but probably not meant. */
export const triggerWarnings = (trigger: Trigger, timeZone: string, nowMs: number): string[] => {
  if (trigger.kind === 'interval' && trigger.everyMs <= 60_000) {
    return [`This fires ${Math.floor(3_600_000 / trigger.everyMs)} times an hour.`];
  }
  if (trigger.kind !== 'cron') return [];
  const parsed = parseCron(trigger.expression);
  return parsed.ok ? lintCron(parsed.cron, timeZone, nowMs) : [];
};
