import * as v from 'valibot';
import { channelTarget } from './channel-targets.ts';
import { id, instant, name, pageOf, pageQuery } from './common.ts';
import { origin } from './runs.ts';
import { messageTemplate } from './templates.ts';
import { clockTime, weekday } from './windows.ts';

/** The most messages a day, by the instance's zone; the rest is only shown in the list. Null: no limit. */
const dailyLimit = v.nullable(
  v.pipe(v.number(), v.integer(), v.minValue(1, 'must be at least 1'), v.maxValue(10_000, 'must be at most 10000')),
);

export const channelInput = v.strictObject({
  name,
  enabled: v.optional(v.boolean(), true),
  target: channelTarget,
  /** The words of its messages; null: the program's own. */
  template: v.optional(v.nullable(messageTemplate), null),
  dailyLimit: v.optional(dailyLimit, null),
});
export type ChannelInput = v.InferOutput<typeof channelInput>;

/** What an edit may change. A new `target` replaces the old one, but for secrets that it leaves out; one that is null goes. */
export const channelPatch = v.strictObject({
  name: v.optional(name),
  enabled: v.optional(v.boolean()),
  dailyLimit: v.optional(dailyLimit),
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
  dailyLimit: v.nullable(v.number()),
  createdAt: instant,
});
export type Channel = v.InferOutput<typeof channel>;

/** `GET …/channels` */
export const channelList = v.object({
  ...pageOf(channel).entries,
  /** Whether messages carry links to runs, and to the page that snoozes: the program has to know its own address (`BASE_URL`). */
  hasLinks: v.boolean(),
});
export type ChannelList = v.InferOutput<typeof channelList>;

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

/** What people may want to hear of. */
export const notificationEvents = [
  'run.failed',
  'run.recovered',
  'run.missed',
  'run.skipped',
  'run.succeeded',
  'run.slow',
  'container.died',
  'container.oom',
  'container.unhealthy',
  'container.restart_loop',
  'container.recovered',
  'update.available',
  'update.done',
  'update.rolled_back',
  'host.offline',
  'host.hung',
  'host.online',
  'disk.low',
  'backup.failed',
  'backup.recovered',
  'session.new_place',
  'api_key.expiring',
] as const;
export const notificationEvent = v.picklist(notificationEvents, `must be one of ${notificationEvents.join(', ')}`);
export type NotificationEvent = v.InferOutput<typeof notificationEvent>;

/** A span of local time, in the instance's zone; one whose end is not later than its start goes on into the next day. */
export const quietTime = v.strictObject({
  /** Default: every day. */
  days: v.optional(v.pipe(v.array(weekday), v.minLength(1, 'must name at least one day'), v.maxLength(7))),
  from: clockTime,
  to: clockTime,
});
export type QuietTime = v.InferOutput<typeof quietTime>;

const wordsOfPlaces = v.pipe(v.array(v.pipe(v.string(), v.minLength(1), v.maxLength(200))), v.maxLength(200));

/** Which events are told where. */
export const notificationRuleInput = v.strictObject({
  name,
  enabled: v.optional(v.boolean(), true),
  events: v.pipe(v.array(notificationEvent), v.minLength(1, 'must name at least one event')),
  channels: v.pipe(v.array(id), v.minLength(1, 'must name at least one channel'), v.maxLength(50)),
  /** Only of these; left out or empty: of all. What is in no place is not told where hosts, stacks or tags are named. */
  hosts: v.optional(v.array(id), []),
  stacks: v.optional(wordsOfPlaces, []),
  tags: v.optional(wordsOfPlaces, []),
  schedules: v.optional(v.array(id), []),
  severities: v.optional(v.array(severity), []),
  origins: v.optional(v.array(origin), ['schedule', 'after', 'event', 'webhook']),
  /** A failure is told once, until something of the same kind succeeds. */
  onlyChanges: v.optional(v.boolean(), true),
  /** At most one message about the same thing in this time; what comes in between is counted. */
  foldMs: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(86_400_000)), 600_000),
  /** The words of its messages, before those of the channel; null: the channel's, or the program's own. */
  template: v.optional(v.nullable(messageTemplate), null),
  /** In these times messages wait, and come as one when they are over. */
  quietTimes: v.optional(v.pipe(v.array(quietTime), v.maxLength(20, 'must be at most 20 times')), []),
  /** These come in quiet times, too. */
  loudSeverities: v.optional(v.array(severity), []),
  /** `hourly` and `daily`: what happened comes as one message, at the full hour or at 08:00 of the instance's zone. */
  digest: v.optional(v.picklist(['none', 'hourly', 'daily'], 'must be none, hourly or daily'), 'none'),
});
export type NotificationRuleInput = v.InferOutput<typeof notificationRuleInput>;
export const notificationRulePatch = v.partial(notificationRuleInput);
export type NotificationRulePatch = v.InferOutput<typeof notificationRulePatch>;
export const notificationRule = v.object({ id: v.number(), ...notificationRuleInput.entries, createdAt: instant });
export type NotificationRule = v.InferOutput<typeof notificationRule>;
export const shownRule = v.object({
  ...notificationRule.entries,
  /** What it names and was deleted since. It can be changed all the same; new ones have to be there. */
  gone: v.object({ hosts: v.array(v.number()), schedules: v.array(v.number()) }),
});
export type ShownRule = v.InferOutput<typeof shownRule>;

const deliveryState = v.picklist(['pending', 'sent', 'failed', 'folded', 'gathered']);

export const delivery = v.object({
  id: v.number(),
  channelId: v.number(),
  channel: v.string(),
  event: v.string(),
  severity,
  title: v.string(),
  body: v.string(),
  runId: v.nullable(v.string()),
  /** What it is about: a silence for this one silences what repeats. */
  subject: v.string(),
  /** `folded`: not sent, `answer` says why; `gathered`: told in one message with others. */
  state: deliveryState,
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
  state: v.optional(deliveryState),
});
export type DeliveryQuery = v.InferOutput<typeof deliveryQuery>;
