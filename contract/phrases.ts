import * as v from 'valibot';
import { preview, trigger } from './schedules.ts';

/** When something is due, in plain English: `weekdays 7:30`. A cron expression or an instant will do as well. */
export const phraseRequest = v.strictObject({
  text: v.pipe(v.string(), v.trim(), v.minLength(1, 'must not be empty'), v.maxLength(200)),
  /** The zone that the schedule is to have; left out: the instance's. */
  timeZone: v.optional(v.pipe(v.string(), v.maxLength(64))),
});

/** What a phrase was understood as: the trigger, told back in words, with its next slots. */
export const phraseReading = v.object({ trigger, ...preview.entries });
export type PhraseReading = v.InferOutput<typeof phraseReading>;
