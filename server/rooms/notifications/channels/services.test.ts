import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import * as v from 'valibot';
import { channelTarget } from '../../../../contract/index.ts';
import type { Received, Receiver } from '../../../../lab/receiver.ts';
import { openReceiver } from '../../../../lab/receiver.ts';
import { Outbound } from '../../../outbound/index.ts';
import type { Message } from './channel.ts';
import { deliver } from './registry.ts';

/** What an attacker calls a container, or writes into a log. */
const hostile =
  '@everyone @all @here @channel <@123> <!channel> <at>Ada</at> **b** _i_ `c` ~s~ [x](https://evil.example) <b>&"\' ![p](u)';

const usual: Message = {
  id: '0199/run.failed/1',
  title: `Failed: ${hostile}`,
  body: `restart ${hostile} on Local: no such container\n\n${hostile}`,
  severity: 'error',
  event: 'run.failed',
  at: Date.UTC(2026, 10, 26, 6, 0, 0),
  sentAt: Date.UTC(2026, 10, 26, 6, 0, 5),
  runId: '0199d3a0-0000-7000-8000-000000000001',
  url: 'https://chrontainer.example.org/runs/0199d3a0-0000-7000-8000-000000000001',
  snooze: null,
  request: null,
  facts: null,
};

let receiver: Receiver;
const outbound = new Outbound(() => true);
const { signal } = new AbortController();

before(async () => {
  receiver = await openReceiver();
});
after(() => receiver.close());
beforeEach(() => {
  receiver.received = [];
  receiver.answer = { status: 200 };
});

const send = async (target: object, message: Partial<Message> = {}): Promise<Received & { json: Json }> => {
  const tried = await deliver({ ...usual, ...message }, v.parse(channelTarget, target), { outbound, signal });
  assert.equal(tried.ok, true, tried.answer);
  const [only] = receiver.received;
  assert.ok(only);
  return { ...only, json: only.text.startsWith('{') ? (JSON.parse(only.text) as Json) : {} };
};

/** What a service gets, to be looked into. */
type Json = Record<string, unknown>;
const listOf = (value: unknown): Json[] => value as Json[];
const hook = () => ({ url: `${receiver.url}/hook` });

test('Discord gets an embed in the colour of the outcome, and mentions nobody (discord.com/developers/docs/resources/webhook)', async () => {
  const { json, method, headers } = await send({ kind: 'discord', secrets: hook() });
  assert.deepEqual([method, headers['content-type']], ['POST', 'application/json']);
  assert.deepEqual(json['allowed_mentions'], { parse: [] });
  const [embed = {}] = listOf(json['embeds']);
  assert.deepEqual(
    [embed['color'], embed['url'], embed['timestamp']],
    [0xc21725, usual.url, '2026-11-26T06:00:00.000Z'],
  );
  const text = `${embed['title']}${embed['description']}`;
  assert.doesNotMatch(text.replaceAll(/\\./g, ''), /[@<>*_`~[\]()]/, 'what has a meaning has a backslash before it');
  assert.equal('content' in json, false);
});

for (const [severity, color] of [
  ['success', 0x05773b],
  ['warning', 0x9c6100],
  ['info', 0x4d535b],
] as const) {
  test(`Discord's embed has another colour for ${severity}`, async () => {
    const { json } = await send({ kind: 'discord', secrets: hook() }, { severity });
    assert.equal(listOf(json['embeds'])[0]?.['color'], color);
  });
}

test('Slack gets text that means nothing but itself (docs.slack.dev/messaging/formatting-message-text#escaping)', async () => {
  const { json } = await send({ kind: 'slack', secrets: hook() });
  const [attachment = {}] = listOf(json['attachments']);
  assert.deepEqual([json['mrkdwn'], attachment['mrkdwn_in'], attachment['color']], [false, [], '#c21725']);
  for (const text of [json['text'], attachment['text'], attachment['fallback']]) {
    assert.doesNotMatch(String(text), /[<>]|&(?!amp;|lt;|gt;)/);
  }
  assert.deepEqual([attachment['title'], attachment['title_link']], ['Open the run', usual.url]);
});

test('Teams gets one Adaptive Card whose text is no Markdown (learn.microsoft.com/connectors/teams, adaptivecards.io TextRun)', async () => {
  const { json } = await send({ kind: 'teams', secrets: hook() });
  const [attachment = {}, ...others] = listOf(json['attachments']);
  assert.deepEqual([json['type'], others.length], ['message', 0]);
  assert.equal(attachment['contentType'], 'application/vnd.microsoft.card.adaptive');
  const card = attachment['content'] as Json;
  assert.deepEqual([card['type'], card['version']], ['AdaptiveCard', '1.4']);
  const blocks = listOf(card['body']);
  assert.ok(blocks.every(({ type }) => type === 'RichTextBlock'));
  const runs = blocks.flatMap(({ inlines }) => listOf(inlines));
  assert.deepEqual([runs[0]?.['text'], runs[0]?.['color']], [usual.title, 'attention']);
  assert.equal(runs.length, 1 + usual.body.split('\n').length);
  assert.equal('entities' in (card['msteams'] as Json), false, 'without an entity <at> mentions nobody');
  assert.deepEqual(card['actions'], [{ type: 'Action.OpenUrl', title: 'Open the run', url: usual.url }]);
});

test('Mattermost gets an attachment without mentions and Markdown (developers.mattermost.com/integrate/reference/message-attachments)', async () => {
  const { json } = await send({ kind: 'mattermost', config: { channel: 'ops' }, secrets: hook() });
  const [attachment = {}] = listOf(json['attachments']);
  assert.deepEqual([json['channel'], attachment['color'], attachment['title_link']], ['ops', '#c21725', usual.url]);
  for (const text of [attachment['title'], attachment['text'], attachment['fallback']]) {
    assert.doesNotMatch(String(text), /@[a-z0-9]/i, 'no name follows an @ at once');
  }
  assert.doesNotMatch(String(attachment['text']).replaceAll(/\\./g, ''), /[<>*_`~[\]()]/);
});

test('Rocket.Chat gets the lines as code, and mentions nobody (docs.rocket.chat, incoming webhooks)', async () => {
  const { json } = await send({ kind: 'rocketchat', secrets: hook() }, { body: 'a ``` b @all\n*c*' });
  const [attachment = {}] = listOf(json['attachments']);
  assert.equal(json['parseUrls'], false);
  assert.doesNotMatch(String(json['text']), /@[a-z0-9]|\]\(|<[@!a-z]/i);
  assert.match(String(attachment['text']), /^```\n.*\n```$/s);
  const inside = String(attachment['text']).slice(3, -3);
  assert.doesNotMatch(inside, /```|@[a-z0-9]/i, 'nothing ends the block of code, and no name follows an @');
});

test('Telegram gets text without a parse mode, and quietly what is no failure (core.telegram.org/bots/api#sendmessage)', async () => {
  const target = {
    kind: 'telegram',
    config: { server: receiver.url, chatId: '-100123' },
    secrets: { token: '42:AAE-x' },
  };
  const { json, path } = await send(target);
  assert.equal(path, '/bot42:AAE-x/sendMessage');
  assert.deepEqual([json['chat_id'], json['disable_notification'], 'parse_mode' in json], ['-100123', false, false]);
  assert.doesNotMatch(String(json['text']), /@[a-z]/i);
  assert.deepEqual(json['link_preview_options'], { is_disabled: true });
  receiver.received = [];
  assert.equal((await send(target, { severity: 'success' })).json['disable_notification'], true);
});

test('Pushover gets its token, user and a priority, and no HTML (pushover.net/api)', async () => {
  const [token, user] = ['a'.repeat(30), 'u'.repeat(30)];
  const target = { kind: 'pushover', config: { server: receiver.url, sound: 'siren' }, secrets: { token, user } };
  const { json, path } = await send(target, { body: 'x'.repeat(3000) });
  assert.equal(path, '/1/messages.json');
  assert.deepEqual([json['token'], json['user'], json['priority'], json['sound']], [token, user, 1, 'siren']);
  assert.deepEqual([json['url'], json['url_title']], [usual.url, 'Open the run']);
  assert.equal(json['timestamp'], usual.at / 1000);
  assert.ok(String(json['message']).length <= 1024 && String(json['title']).length <= 250);
  assert.deepEqual(['html' in json, 'monospace' in json], [false, false]);
});

test('Pushover rings until somebody confirms where that is wished, and only for failures (pushover.net/api#priority)', async () => {
  const secrets = { token: 'a'.repeat(30), user: 'u'.repeat(30) };
  const target = { kind: 'pushover', config: { server: receiver.url, emergency: true }, secrets };
  const { json } = await send(target);
  assert.deepEqual([json['priority'], json['retry'], json['expire']], [2, 60, 3600]);
  receiver.received = [];
  assert.equal((await send(target, { severity: 'warning' })).json['priority'], 0);
});

test('Matrix gets a message with the message as its transaction, so that a second try shows it once (spec.matrix.org, m.room.message)', async () => {
  const target = {
    kind: 'matrix',
    config: { server: `${receiver.url}/`, room: '!ab/c:example.org' },
    secrets: { token: 'syt_x' },
  };
  const { json, path, method, headers } = await send(target);
  const txn = encodeURIComponent(usual.id);
  assert.deepEqual(
    [method, path, headers.authorization],
    ['PUT', `/_matrix/client/v3/rooms/!ab%2Fc%3Aexample.org/send/m.room.message/${txn}`, 'Bearer syt_x'],
  );
  assert.deepEqual([json['msgtype'], json['format'], json['m.mentions']], ['m.text', 'org.matrix.custom.html', {}]);
  const tags = String(json['formatted_body']).match(/<[^>]*>/g) ?? [];
  assert.deepEqual([...new Set(tags)], ['<strong>', '</strong>', '<br>', `<a href="${usual.url}">`, '</a>']);
  receiver.received = [];
  const again = await send(target);
  assert.equal(again.path, path);
});

test('Apprise gets plain text to escape for each of its services (github.com/caronc/apprise-api)', async () => {
  const target = { kind: 'apprise', config: { server: receiver.url, tag: 'ops' }, secrets: { key: 'home' } };
  const { json, path } = await send(target);
  assert.equal(path, '/notify/home');
  assert.deepEqual([json['type'], json['format'], json['tag'], json['title']], ['failure', 'text', 'ops', usual.title]);
});

for (const [severity, path] of [
  ['error', '/ping/uuid/fail'],
  ['success', '/ping/uuid'],
  ['warning', '/ping/uuid/log'],
] as const) {
  test(`Healthchecks gets ${severity} at ${path} with the run's ID (healthchecks.io/docs/http_api)`, async () => {
    const got = await send({ kind: 'healthchecks', secrets: { url: `${receiver.url}/ping/uuid` } }, { severity });
    assert.deepEqual([got.method, got.path], ['POST', `${path}?rid=${usual.runId}`]);
    assert.ok(got.text.startsWith(usual.title));
  });
}

test('ntfy gets topic, priority, tags and a button, and no Markdown (docs.ntfy.sh/publish/#publish-as-json)', async () => {
  const config = { server: receiver.url, topic: 'home' };
  const { json, headers } = await send({ kind: 'ntfy', config, secrets: { token: 'tk_1' } });
  assert.deepEqual([json['topic'], json['priority'], json['tags']], ['home', 5, ['rotating_light']]);
  assert.deepEqual([headers.authorization, 'markdown' in json], ['Bearer tk_1', false]);
  assert.deepEqual(json['actions'], [{ action: 'view', label: 'Open the run', url: usual.url }]);
  receiver.received = [];
  const own = await send({ kind: 'ntfy', config: { ...config, priority: 2, tags: ['whale', 'nas'] } });
  assert.deepEqual([own.json['priority'], own.json['tags']], [2, ['rotating_light', 'whale', 'nas']]);
});

test('Gotify gets a priority that rings for failures, and no Markdown (gotify.net/docs/pushmsg)', async () => {
  const target = { kind: 'gotify', config: { server: receiver.url }, secrets: { token: 'T1' } };
  const { json, path, headers } = await send(target);
  assert.deepEqual([path, headers['x-gotify-key'], json['priority']], ['/message', 'T1', 8]);
  assert.deepEqual(json['extras'], { 'client::notification': { click: { url: usual.url } } });
});

test('a webhook is called with the method and the headers that were given, and with the ID of the message', async () => {
  const config = { url: `${receiver.url}/x`, method: 'PATCH', headers: { 'X-Team': 'ops' } };
  const { json, method, headers } = await send({ kind: 'webhook', config });
  assert.deepEqual([method, headers['x-team'], json['id'], json['title']], ['PATCH', 'ops', usual.id, usual.title]);
});

test('what a service refuses is told in its own words, and not tried again where that cannot help', async () => {
  const target = v.parse(channelTarget, { kind: 'mattermost', secrets: hook() });
  receiver.answer = { status: 404, body: '{"message":"Invalid webhook"}' };
  const gone = await deliver(usual, target, { outbound, signal });
  assert.deepEqual(gone, { ok: false, status: 404, answer: '404 {"message":"Invalid webhook"}', mayRetry: false });
  receiver.answer = { status: 429, body: 'slow down' };
  assert.equal((await deliver(usual, target, { outbound, signal })).mayRetry, true);
});

test('how long a service wants to be left alone is read from its header, or from its body as it writes it', async () => {
  const target = v.parse(channelTarget, { kind: 'mattermost', secrets: hook() });
  const pauseOf = async (status: number, body: string, headers: Record<string, string> = {}) => {
    receiver.answer = { status, body, headers };
    return (await deliver(usual, target, { outbound, signal })).pauseMs;
  };
  // RFC 9110, 10.2.3; discord.com/developers/docs/topics/rate-limits; core.telegram.org/bots/api#responseparameters;
  // spec.matrix.org, client-server API, "Rate limiting".
  assert.equal(await pauseOf(429, '{"retry_after":64.57}', { 'retry-after': '65' }), 65_000);
  assert.equal(await pauseOf(429, '{"message":"slow","retry_after":1.5,"global":false}'), 1_500);
  assert.equal(await pauseOf(429, '{"ok":false,"error_code":429,"parameters":{"retry_after":7}}'), 7_000);
  assert.equal(await pauseOf(429, '{"errcode":"M_LIMIT_EXCEEDED","retry_after_ms":2000}'), 2_000);
  assert.equal(await pauseOf(503, '', { 'retry-after': '999999' }), 24 * 3_600_000);
  assert.equal(await pauseOf(429, 'slow down'), undefined);
  assert.equal(await pauseOf(403, '', { 'retry-after': '60' }), undefined);
});

const faulty: [target: object, path: string, message: RegExp][] = [
  [{ kind: 'pushover', secrets: { token: 'short', user: 'u'.repeat(30) } }, 'secrets.token', /30 characters/],
  [
    { kind: 'matrix', config: { server: 'https://m.example', room: '#a:b' }, secrets: { token: 't' } },
    'config.room',
    /begins with !/,
  ],
  [{ kind: 'teams', secrets: { url: 'ftp://x.example' } }, 'secrets.url', /http:\/\/ or https:\/\//],
  [{ kind: 'email', config: { host: 'mail', from: 'ada', to: ['a@b'] } }, 'config.from', /ada@example.org/],
  [{ kind: 'email', config: { host: 'mail', from: 'a@b\r\nBcc: c@d', to: ['a@b'] } }, 'config.from', /ada@example.org/],
  [{ kind: 'mqtt', config: { host: 'h', topic: 'a/#' } }, 'config.topic', /without #/],
  [{ kind: 'apprise', config: { server: 'http://a' }, secrets: { key: '../x' } }, 'secrets.key', /letters, digits/],
  [{ kind: 'ntfy', config: { topic: 'x', priority: 9 } }, 'config.priority', /at most 5/],
];
for (const [target, path, message] of faulty) {
  test(`a bad ${path} of ${(target as { kind: string }).kind} is named`, () => {
    const { issues = [] } = v.safeParse(channelTarget, target);
    const told = issues.find((issue) => v.getDotPath(issue) === path);
    assert.match(told?.message ?? `nothing at ${path}`, message);
  });
}
