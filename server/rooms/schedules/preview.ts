import type { Preview, Trigger } from '../../../contract/index.ts';
import { lintCron } from './cron/lint.ts';
import { parseCron } from './cron/parse.ts';
import type { OccurrenceContext } from './occurrences.ts';
import { occurrencesBetween } from './occurrences.ts';
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
    warnings: warnings(trigger, timeZone, afterMs),
  };
};

const warnings = (trigger: Trigger, timeZone: string, nowMs: number): string[] => {
  if (trigger.kind !== 'cron') return [];
  const parsed = parseCron(trigger.expression);
  return parsed.ok ? lintCron(parsed.cron, timeZone, nowMs) : [];
};
