import type { ChannelKind } from '../../../contract/channel-targets.ts';
import type { TextKey } from '../../text/t.ts';

/** One field of a channel's form. */
export interface ChannelField {
  name: string;
  /** Where it stands in the target. */
  part: 'config' | 'secrets';
  label: TextKey;
  hint?: TextKey;
  isRequired: boolean;
  /** What its text means; left out: itself. `list` has commas, `pairs` a `Name: value` on each line. */
  form?: 'number' | 'list' | 'pairs' | 'lines';
  /** To be chosen from, the first by default. `true` and `false` are sent as such. */
  choices?: readonly { value: string; label: TextKey }[];
}

const config = (name: string, label: TextKey, more: Partial<ChannelField> = {}): ChannelField => ({
  name,
  part: 'config',
  label,
  isRequired: false,
  ...more,
});
const secret = (name: string, label: TextKey, more: Partial<ChannelField> = {}): ChannelField => ({
  ...config(name, label, { hint: 'channels.sealedHint', isRequired: true, ...more }),
  part: 'secrets',
});
const isRequired = true;
const no = { value: 'false', label: 'channels.no' } as const;
const yes = { value: 'true', label: 'channels.yes' } as const;

const hookUrl = secret('url', 'channels.hookUrl', { hint: 'channels.secretHint' });
const inChannel = config('channel', 'channels.inChannel', { hint: 'channels.inChannelHint' });
const ca = config('ca', 'channels.ca', { hint: 'channels.caHint', form: 'lines' });
const login = [
  config('user', 'channels.user'),
  secret('password', 'channels.password', { isRequired: false }),
] as const;

/** What each kind of channel asks for, in the order of its form. What is not here keeps its default. */
export const channelFields: Record<ChannelKind, readonly ChannelField[]> = {
  ntfy: [
    config('topic', 'channels.topic', { hint: 'channels.topicHint', isRequired }),
    config('server', 'channels.server', { hint: 'channels.ntfyServerHint' }),
    secret('token', 'channels.token', { hint: 'channels.ntfyTokenHint', isRequired: false }),
    config('priority', 'channels.priority', { hint: 'channels.ntfyPriorityHint', form: 'number' }),
    config('tags', 'channels.ntfyTags', { hint: 'channels.ntfyTagsHint', form: 'list' }),
  ],
  email: [
    config('host', 'channels.mailServer', { isRequired }),
    config('security', 'channels.encryption', {
      choices: [
        { value: 'starttls', label: 'channels.starttls' },
        { value: 'tls', label: 'channels.tls' },
        { value: 'none', label: 'channels.plain' },
      ],
    }),
    config('port', 'channels.port', { hint: 'channels.mailPortHint', form: 'number' }),
    ...login,
    config('from', 'channels.from', { isRequired }),
    config('to', 'channels.to', { hint: 'channels.toHint', form: 'list', isRequired }),
    ca,
  ],
  discord: [hookUrl],
  slack: [hookUrl],
  teams: [{ ...hookUrl, hint: 'channels.teamsHint' }],
  mattermost: [hookUrl, inChannel],
  rocketchat: [hookUrl, inChannel],
  telegram: [
    secret('token', 'channels.token', { hint: 'channels.telegramTokenHint' }),
    config('chatId', 'channels.chatId', { hint: 'channels.chatIdHint', isRequired }),
  ],
  matrix: [
    config('server', 'channels.server', { hint: 'channels.matrixServerHint', isRequired }),
    config('room', 'channels.room', { hint: 'channels.roomHint', isRequired }),
    secret('token', 'channels.accessToken', { hint: 'channels.matrixTokenHint' }),
  ],
  pushover: [
    secret('token', 'channels.pushoverToken', { hint: 'channels.pushoverTokenHint' }),
    secret('user', 'channels.pushoverUser', { hint: 'channels.pushoverUserHint' }),
    config('device', 'channels.device', { hint: 'channels.deviceHint' }),
    config('sound', 'channels.sound'),
    config('emergency', 'channels.emergency', { choices: [no, yes] }),
  ],
  gotify: [
    config('server', 'channels.server', { isRequired }),
    secret('token', 'channels.token'),
    config('priority', 'channels.priority', { hint: 'channels.gotifyPriorityHint', form: 'number' }),
  ],
  apprise: [
    config('server', 'channels.server', { hint: 'channels.appriseServerHint', isRequired }),
    secret('key', 'channels.appriseKey', { hint: 'channels.appriseKeyHint' }),
    config('tag', 'channels.appriseTag', { hint: 'channels.appriseTagHint' }),
  ],
  mqtt: [
    config('host', 'channels.broker', { isRequired }),
    config('tls', 'channels.encryption', {
      choices: [
        { value: 'false', label: 'channels.plain' },
        { value: 'true', label: 'channels.tls' },
      ],
    }),
    config('port', 'channels.port', { hint: 'channels.mqttPortHint', form: 'number' }),
    ...login,
    config('topic', 'channels.topic', { hint: 'channels.mqttTopicHint' }),
    config('discovery', 'channels.discovery', { hint: 'channels.discoveryHint' }),
    ca,
  ],
  healthchecks: [secret('url', 'channels.pingUrl', { hint: 'channels.pingUrlHint' })],
  webhook: [
    config('url', 'channels.url', { isRequired }),
    config('method', 'channels.method', {
      choices: [
        { value: 'POST', label: 'channels.post' },
        { value: 'PUT', label: 'channels.put' },
        { value: 'PATCH', label: 'channels.patch' },
      ],
    }),
    config('headers', 'channels.headers', { hint: 'channels.headersHint', form: 'pairs' }),
    secret('bearer', 'channels.bearer', { isRequired: false }),
    secret('signingKey', 'channels.signingKey', { hint: 'channels.signingKeyHint', isRequired: false }),
  ],
};

export const channelKinds = Object.keys(channelFields) as ChannelKind[];

type Value = string | number | boolean | string[] | Record<string, string> | null;

/**
 * The target as it is sent; an empty field is left out, so that a secret that is stored stays.
 * @param forgotten the keys of stored secrets that are to go
 */
export function targetOf(kind: ChannelKind, values: Record<string, string>, forgotten: Record<string, boolean> = {}) {
  const target = { kind, config: {} as Record<string, Value>, secrets: {} as Record<string, Value> };
  for (const field of channelFields[kind]) {
    const key = `${field.part}.${field.name}`;
    const text = values[key]?.trim();
    if (text) target[field.part][field.name] = sent(field, text);
    else if (forgotten[key]) target[field.part][field.name] = null;
  }
  return target;
}

function sent({ form, choices }: ChannelField, text: string): Value {
  if (form === 'number') return Number(text);
  if (form === 'list') return text.split(/[\s,;]+/).filter(Boolean);
  if (form === 'pairs') return Object.fromEntries(text.split('\n').flatMap(pairOf));
  return choices?.some(({ value }) => value === 'true') ? text === 'true' : text;
}

function pairOf(line: string): [string, string][] {
  if (line.trim() === '') return [];
  const [name = '', ...value] = line.split(':');
  return [[name.trim(), value.join(':').trim()]];
}

/** What stands in the form of a channel that is there; of its secrets nothing. */
export function valuesOf(kind: ChannelKind, stored: Record<string, unknown>): Record<string, string> {
  const fields = channelFields[kind].filter(({ name, part }) => part === 'config' && stored[name] !== undefined);
  return Object.fromEntries(fields.map(({ name }) => [`config.${name}`, textOf(stored[name])]));
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.join(', ');
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.entries(value)
    .map(([name, one]) => `${name}: ${one}`)
    .join('\n');
}
