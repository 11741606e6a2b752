import * as v from 'valibot';
import { id, instant, name } from './common.ts';
import { notificationEvent } from './notifications.ts';

const someNames = v.optional(
  v.pipe(v.array(v.pipe(v.string(), v.minLength(1), v.maxLength(300))), v.maxLength(200)),
  [],
);

/**
 * Nothing is told meanwhile of what it names: a snooze, or a maintenance that is known beforehand. What happens is
 * recorded, and shown as not sent. Everything named must fit; nothing named: all is silent.
 */
export const silenceInput = v.strictObject({
  reason: name,
  /** Default: now. */
  from: v.optional(instant),
  until: instant,
  events: v.optional(v.array(notificationEvent), []),
  hosts: v.optional(v.array(id), []),
  stacks: someNames,
  tags: someNames,
  schedules: v.optional(v.array(id), []),
  /** Subjects of deliveries: exactly what repeats. */
  subjects: someNames,
});
export type SilenceInput = v.InferOutput<typeof silenceInput>;
/** What an edit may change; what is left out stays. */
export const silencePatch = v.partial(silenceInput);
export type SilencePatch = v.InferOutput<typeof silencePatch>;

export const silence = v.object({
  id: v.number(),
  ...silenceInput.entries,
  from: instant,
  createdBy: v.string(),
  createdAt: instant,
});
export type Silence = v.InferOutput<typeof silence>;

/** `POST …/deliveries/{deliveryId}/snooze`: no more of this for a while. */
export const snoozeInput = v.strictObject({
  forMs: v.pipe(
    v.number(),
    v.integer(),
    v.minValue(60_000, 'must be at least a minute'),
    v.maxValue(30 * 86_400_000, 'must be at most 30 days'),
  ),
});
export type SnoozeInput = v.InferOutput<typeof snoozeInput>;

const linkToken = v.pipe(v.string(), v.minLength(1, 'must not be empty'), v.maxLength(100));
const linkSpans = [3_600_000, 8 * 3_600_000, 24 * 3_600_000] as const;

/** `POST /snooze`: what a link in a message may do, without signing in. */
export const linkedSnoozeInput = v.strictObject({
  token: linkToken,
  forMs: v.picklist(linkSpans, `must be one of ${linkSpans.join(', ')}: an hour, eight, or a day`),
});
export type LinkedSnoozeInput = v.InferOutput<typeof linkedSnoozeInput>;
/** `POST /snooze/look` and `/snooze/end` */
export const linkedSnoozeLook = v.strictObject({ token: linkToken });
/** Nothing but what the message itself said, and until when a link silences it; null: it does not. */
export const linkedSnooze = v.object({ title: v.string(), until: v.nullable(instant) });
export type LinkedSnooze = v.InferOutput<typeof linkedSnooze>;
