import * as v from 'valibot';
import { instant } from './common.ts';

/** Who watches: a check of Healthchecks, a push monitor of Uptime Kuma, or an address that is called when all is well. */
export const pingKind = v.picklist(
  ['healthchecks', 'uptime_kuma', 'address'],
  'must be healthchecks, uptime_kuma or address',
);
export type PingKind = v.InferOutput<typeof pingKind>;

/** What watches reach is a secret: whoever has it can say that all is well. */
const url = v.pipe(
  v.string(),
  v.maxLength(2000, 'must be at most 2000 characters'),
  v.url('must be an address such as https://hc-ping.com/your-uuid'),
  v.regex(/^https?:\/\//i, 'must begin with http:// or https://'),
);

/** `PUT` of a ping: `url` left out stays as it is. */
export const pingInput = v.strictObject({
  kind: pingKind,
  url: v.optional(url),
  enabled: v.optional(v.boolean(), true),
});
export type PingInput = v.InferOutput<typeof pingInput>;

/** The heartbeat of the whole instance: as often as that, while the scheduler is alive. */
export const heartbeatInput = v.strictObject({
  ...pingInput.entries,
  everyMs: v.optional(
    v.pipe(
      v.number(),
      v.integer(),
      v.minValue(10_000, 'must be at least 10 seconds (10000)'),
      v.maxValue(86_400_000, 'must be at most a day (86400000)'),
    ),
    60_000,
  ),
});
export type HeartbeatInput = v.InferOutput<typeof heartbeatInput>;

export const pingSignal = v.picklist(['start', 'success', 'fail', 'log']);
export type PingSignal = v.InferOutput<typeof pingSignal>;

export const ping = v.object({
  kind: pingKind,
  enabled: v.boolean(),
  /** The server of its address; the rest is a secret. */
  server: v.string(),
  /** Of the heartbeat; null for a schedule's. */
  everyMs: v.nullable(v.number()),
  /** What was signalled last, and what the other side said. */
  last: v.nullable(v.object({ at: instant, signal: pingSignal, ok: v.boolean(), answer: v.string() })),
  /** Signals that are still to be sent: the other side cannot be reached. */
  waiting: v.number(),
});
export type Ping = v.InferOutput<typeof ping>;

/** `GET`: null where there is none. */
export const pingAnswer = v.object({ ping: v.nullable(ping) });
export type PingAnswer = v.InferOutput<typeof pingAnswer>;
