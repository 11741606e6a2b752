import * as v from 'valibot';
import { instant } from './common.ts';
import { run } from './runs.ts';
import { timelineState } from './timeline.ts';

/** Any instant of the minute that is asked about. */
export const whyQuery = v.strictObject({ at: instant });

/** Why something ran, or did not, in one minute of one schedule. */
export const why = v.object({
  /** The minute that was asked about: its first instant. */
  minute: instant,
  /** The answer in sentences. */
  answer: v.string(),
  /** The revision in force at that time; null when there was none. */
  revision: v.nullable(v.number()),
  /** The slots of that minute by the rule in force. */
  slots: v.array(instant),
  /** What became of them, and runs of that minute without a slot: by hand, after another, by an event. */
  runs: v.array(run),
  /** The runs of this schedule that were under way in that minute, of other slots. */
  underWay: v.array(run),
  /** The slots before and after the minute, by the rule in force; null where there is none. */
  previousSlot: v.nullable(instant),
  nextSlot: v.nullable(instant),
  /** What the containers of the schedule were within ten minutes before and after, as their engines told it, by time. */
  around: v.array(timelineState),
});
export type Why = v.InferOutput<typeof why>;
