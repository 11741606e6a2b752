import * as v from 'valibot';

const secret = v.pipe(v.string(), v.minLength(1, 'must not be empty'), v.maxLength(2000));
const text = (longest: number) =>
  v.pipe(
    v.string(),
    v.minLength(1, 'must not be empty'),
    v.maxLength(longest),
    v.regex(/^[^\r\n]*$/, 'must be one line'),
  );
const url = v.pipe(
  v.string(),
  v.maxLength(2000),
  v.url('must be an address such as https://example.org/hook'),
  v.regex(/^https?:\/\//i, 'must begin with http:// or https://'),
);
const headers = v.record(
  v.pipe(v.string(), v.regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/, 'must be the name of a header')),
  v.pipe(v.string(), v.maxLength(2000), v.regex(/^[\t\x20-\x7e]*$/, 'must be one line of plain characters')),
);
const numberFrom = (least: number, most: number) =>
  v.pipe(
    v.number(`must be a number from ${least} to ${most}`),
    v.integer('must be a whole number'),
    v.minValue(least, `must be at least ${least}`),
    v.maxValue(most, `must be at most ${most}`),
  );
const nothing = v.optional(v.strictObject({}), {});
/** Whoever has the address of a channel's webhook can write there. */
const byUrl = v.strictObject({ url });
const hostName = v.pipe(
  v.string(),
  v.regex(
    /^[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$|^[0-9a-fA-F:]{2,45}$/,
    'must be the name of a server, or its address',
  ),
);
const mailbox = v.pipe(
  v.string(),
  v.maxLength(254),
  v.regex(/^[^\s@<>,;:"()[\]\\]+@[^\s@<>,;:"()[\]\\]+$/, 'must be an address such as ada@example.org'),
);
const certificates = v.pipe(
  v.string(),
  v.maxLength(20_000),
  v.regex(/-----BEGIN CERTIFICATE-----/, 'must be certificates in PEM form'),
);
/** MQTT 3.1.1, 4.7: a topic that is published to has no wildcards. */
const topic = v.pipe(v.string(), v.regex(/^[^\s#+/$][^\s#+]{0,99}$/, 'must be a topic without #, + and spaces'));

/**
 * Where messages go, by kind. `secrets` are write-only: they are sealed in the database, and no answer has them. Left
 * out of an edit they stay as they are.
 */
export const channelTarget = v.variant(
  'kind',
  [
    v.strictObject({
      kind: v.literal('webhook'),
      config: v.strictObject({
        url,
        method: v.optional(v.picklist(['POST', 'PUT', 'PATCH'], 'must be POST, PUT or PATCH'), 'POST'),
        headers: v.optional(headers, {}),
      }),
      /** `bearer` is sent as Authorization, `signingKey` signs the body (see docs/guide/notifications.md). */
      secrets: v.optional(v.strictObject({ bearer: v.optional(secret), signingKey: v.optional(secret) }), {}),
    }),
    v.strictObject({
      kind: v.literal('ntfy'),
      config: v.strictObject({
        server: v.optional(url, 'https://ntfy.sh'),
        topic: v.pipe(v.string(), v.regex(/^[-_A-Za-z0-9]{1,64}$/, 'must be letters, digits, - and _, at most 64')),
        /** Left out: 5 for failures, 4 for warnings, else 3. */
        priority: v.optional(numberFrom(1, 5)),
        /** Beside the one that says how it went. */
        tags: v.optional(
          v.pipe(v.array(v.pipe(v.string(), v.regex(/^[^\s,]{1,64}$/, 'must be one word'))), v.maxLength(10)),
        ),
      }),
      secrets: v.optional(v.strictObject({ token: v.optional(secret) }), {}),
    }),
    v.strictObject({ kind: v.literal('discord'), config: nothing, secrets: byUrl }),
    v.strictObject({ kind: v.literal('slack'), config: nothing, secrets: byUrl }),
    v.strictObject({ kind: v.literal('teams'), config: nothing, secrets: byUrl }),
    v.strictObject({
      kind: v.literal('mattermost'),
      /** Where the webhook may choose: another channel than its own. */
      config: v.optional(v.strictObject({ channel: v.optional(text(100)) }), {}),
      secrets: byUrl,
    }),
    v.strictObject({
      kind: v.literal('rocketchat'),
      config: v.optional(v.strictObject({ channel: v.optional(text(100)) }), {}),
      secrets: byUrl,
    }),
    v.strictObject({
      kind: v.literal('gotify'),
      config: v.strictObject({ server: url, priority: v.optional(numberFrom(1, 10), 5) }),
      secrets: v.strictObject({ token: secret }),
    }),
    v.strictObject({
      kind: v.literal('telegram'),
      config: v.strictObject({
        server: v.optional(url, 'https://api.telegram.org'),
        chatId: v.pipe(v.string(), v.regex(/^(-?\d{1,20}|@\w{1,64})$/, 'must be the ID of a chat, or @channel')),
      }),
      secrets: v.strictObject({
        token: v.pipe(secret, v.regex(/^\d+:[\w-]+$/, 'must be a token as BotFather gives it')),
      }),
    }),
    v.strictObject({
      kind: v.literal('pushover'),
      config: v.optional(
        v.strictObject({
          server: v.optional(url, 'https://api.pushover.net'),
          device: v.optional(
            v.pipe(v.string(), v.regex(/^[\w,-]{1,200}$/, 'must be the names of devices, with commas')),
          ),
          sound: v.optional(v.pipe(v.string(), v.regex(/^[\w-]{1,40}$/, 'must be the name of a sound'))),
          /** A failure rings until somebody confirms it, for an hour at most. */
          emergency: v.optional(v.boolean(), false),
        }),
        {},
      ),
      secrets: v.strictObject({
        token: v.pipe(secret, v.regex(/^[A-Za-z0-9]{30}$/, 'must be the 30 characters of an application')),
        user: v.pipe(secret, v.regex(/^[A-Za-z0-9]{30}$/, 'must be the 30 characters of a user or a group')),
      }),
    }),
    v.strictObject({
      kind: v.literal('matrix'),
      config: v.strictObject({
        server: url,
        room: v.pipe(
          v.string(),
          v.maxLength(255),
          v.regex(/^![^\s]+$/, 'must be the ID of a room, which begins with !'),
        ),
      }),
      secrets: v.strictObject({ token: secret }),
    }),
    v.strictObject({
      kind: v.literal('apprise'),
      config: v.strictObject({ server: url, tag: v.optional(text(200)) }),
      /** The key of a stored configuration: whoever has it can use it. */
      secrets: v.strictObject({
        key: v.pipe(secret, v.regex(/^[\w-]{1,128}$/, 'must be letters, digits, - and _, at most 128')),
      }),
    }),
    v.strictObject({ kind: v.literal('healthchecks'), config: nothing, secrets: byUrl }),
    v.strictObject({
      kind: v.literal('email'),
      config: v.strictObject({
        host: hostName,
        /** Left out: 465 with `tls`, else 587. */
        port: v.optional(numberFrom(1, 65_535)),
        /** `starttls` demands it: a server that does not offer it gets nothing. */
        security: v.optional(v.picklist(['starttls', 'tls', 'none'], 'must be starttls, tls or none'), 'starttls'),
        user: v.optional(text(320)),
        from: mailbox,
        to: v.pipe(v.array(mailbox), v.minLength(1, 'must name at least one address'), v.maxLength(20)),
        /** Certificates that count beside the system's. */
        ca: v.optional(certificates),
      }),
      secrets: v.optional(v.strictObject({ password: v.optional(secret) }), {}),
    }),
    v.strictObject({
      kind: v.literal('mqtt'),
      config: v.strictObject({
        host: hostName,
        /** Left out: 8883 with `tls`, else 1883. */
        port: v.optional(numberFrom(1, 65_535)),
        tls: v.optional(v.boolean(), false),
        user: v.optional(text(320)),
        topic: v.optional(topic, 'chrontainer'),
        /** Announces what is told to Home Assistant, under this prefix; left out: not. */
        discovery: v.optional(topic),
        ca: v.optional(certificates),
      }),
      secrets: v.optional(v.strictObject({ password: v.optional(secret) }), {}),
    }),
  ],
  'must be webhook, ntfy, discord, slack, teams, mattermost, rocketchat, gotify, telegram, pushover, matrix, apprise, healthchecks, email or mqtt',
);
export type ChannelTarget = v.InferOutput<typeof channelTarget>;
export type ChannelKind = ChannelTarget['kind'];
