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
