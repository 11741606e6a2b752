import * as v from 'valibot';
import { channelTarget } from './channel-targets.ts';
import { id, instant, name, pageQuery } from './common.ts';
import { origin } from './runs.ts';
import { messageTemplate } from './templates.ts';

export const channelInput = v.strictObject({
  name,
  enabled: v.optional(v.boolean(), true),
  target: channelTarget,
  /** The words of its messages; null: the program's own. */
  template: v.optional(v.nullable(messageTemplate), null),
});
export type ChannelInput = v.InferOutput<typeof channelInput>;

/** What an edit may change. A new `target` replaces the old one, but for secrets that it leaves out; one that is null goes. */
export const channelPatch = v.strictObject({
  name: v.optional(name),
  enabled: v.optional(v.boolean()),
  target: v.optional(
    v.looseObject({ kind: v.string('must be the kind of the channel'), config: v.optional(v.unknown()) }),
  ),
  template: v.optional(v.nullable(messageTemplate)),
});
export type ChannelPatch = v.InferOutput<typeof channelPatch>;

export const channel = v.object({
  id: v.number(),
  name: v.string(),
  enabled: v.boolean(),
  kind: v.picklist(channelTarget.options.map(({ entries }) => entries.kind.literal)),
  config: v.record(v.string(), v.unknown()),
  /** The names of the secrets that it has. */
  secrets: v.array(v.string()),
  template: v.nullable(messageTemplate),
  createdAt: instant,
});
export type Channel = v.InferOutput<typeof channel>;

export const severity = v.picklist(['info', 'success', 'warning', 'error'], 'must be info, success, warning or error');
export type Severity = v.InferOutput<typeof severity>;

/** `POST …/channels/{id}/test`: what the other side said, as it said it. */
export const channelTest = v.object({
  ok: v.boolean(),
  /** Null when no answer came. */
  status: v.nullable(v.number()),
  answer: v.string(),
});
export type ChannelTest = v.InferOutput<typeof channelTest>;

export const notificationEvent = v.picklist(
  ['run.failed', 'run.recovered', 'run.missed', 'run.skipped', 'run.succeeded'],
  'must be run.failed, run.recovered, run.missed, run.skipped or run.succeeded',
);
export type NotificationEvent = v.InferOutput<typeof notificationEvent>;

/** Which events are told where. */
export const notificationRuleInput = v.strictObject({
  name,
  enabled: v.optional(v.boolean(), true),
  events: v.pipe(v.array(notificationEvent), v.minLength(1, 'must name at least one event')),
  channels: v.pipe(v.array(id), v.minLength(1, 'must name at least one channel'), v.maxLength(50)),
  /** Only of these; left out or empty: of all. */
  hosts: v.optional(v.array(id), []),
  schedules: v.optional(v.array(id), []),
  origins: v.optional(v.array(origin), ['schedule', 'after', 'event', 'webhook']),
  /** A failure is told once, until something of the same kind succeeds. */
  onlyChanges: v.optional(v.boolean(), true),
  /** At most one message about the same thing in this time; what comes in between is counted. */
  foldMs: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(86_400_000)), 600_000),
  /** The words of its messages, before those of the channel; null: the channel's, or the program's own. */
  template: v.optional(v.nullable(messageTemplate), null),
});
export type NotificationRuleInput = v.InferOutput<typeof notificationRuleInput>;
export const notificationRulePatch = v.partial(notificationRuleInput);
export type NotificationRulePatch = v.InferOutput<typeof notificationRulePatch>;
export const notificationRule = v.object({ id: v.number(), ...notificationRuleInput.entries, createdAt: instant });
export type NotificationRule = v.InferOutput<typeof notificationRule>;

export const delivery = v.object({
  id: v.number(),
  channelId: v.number(),
  channel: v.string(),
  event: v.string(),
  severity,
  title: v.string(),
  body: v.string(),
  runId: v.nullable(v.string()),
  /** `folded`: not sent, since the same was told shortly before. */
  state: v.picklist(['pending', 'sent', 'failed', 'folded']),
  attempts: v.number(),
  createdAt: instant,
  sentAt: v.nullable(instant),
  nextTryAt: v.nullable(instant),
  /** What the other side said last. */
  answer: v.nullable(v.string()),
});
export type Delivery = v.InferOutput<typeof delivery>;
export const deliveryQuery = v.strictObject({
  ...pageQuery,
  channel: v.optional(v.pipe(v.string(), v.regex(/^\d+$/, 'must be a channel ID'), v.transform(Number))),
  state: v.optional(v.picklist(['pending', 'sent', 'failed', 'folded'])),
});
export type DeliveryQuery = v.InferOutput<typeof deliveryQuery>;
