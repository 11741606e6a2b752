import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import * as v from 'valibot';
import { channelTarget } from '../../../../contract/index.ts';
import { openMqttBroker } from '../../../../lab/mqtt-broker.ts';
import type { Receiver } from '../../../../lab/receiver.ts';
import { openReceiver } from '../../../../lab/receiver.ts';
import { waitUntil } from '../../../../lab/wait.ts';
import { Outbound } from '../../../outbound/index.ts';
import type { Message } from './channel.ts';
import { deliver } from './registry.ts';

const usual: Message = {
  id: '0199/run.failed/1',
  title: 'Failed: Backup',
  body: 'exit code 3',
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
const snooze = {
  url: 'https://chrontainer.example.org/snooze#tok_en-1',
  call: 'https://chrontainer.example.org/api/v1/snooze',
  token: 'tok_en-1',
};
type Json = Record<string, unknown>;

let receiver: Receiver;
const outbound = new Outbound(() => true);
const { signal } = new AbortController();

before(async () => {
  receiver = await openReceiver();
});
after(() => receiver.close());
beforeEach(() => {
  receiver.received = [];
});

const send = async (target: object, message: Partial<Message> = {}): Promise<string> => {
  receiver.received = [];
  const tried = await deliver({ ...usual, ...message }, v.parse(channelTarget, target), { outbound, signal });
  assert.equal(tried.ok, true, tried.answer);
  return receiver.received[0]?.text ?? '';
};
const hook = () => ({ secrets: { url: `${receiver.url}/hook` } });
const server = (more: object, secrets: object) => ({ config: { server: receiver.url, ...more }, secrets });

test('ntfy gets a button that snoozes at once, and one that asks for how long (docs.ntfy.sh/publish/#action-buttons)', async () => {
  const text = await send({ kind: 'ntfy', config: { server: receiver.url, topic: 'house' } }, { snooze });
  const [open, now, ask, ...more] = (JSON.parse(text) as { actions: Json[] }).actions;
  assert.deepEqual([open?.['action'], open?.['url'], more], ['view', usual.url, []]);
  assert.deepEqual(ask, { action: 'view', label: 'Snooze …', url: snooze.url });
  assert.deepEqual([now?.['action'], now?.['method'], now?.['url']], ['http', 'POST', snooze.call]);
  assert.deepEqual(JSON.parse(String(now?.['body'])), { token: snooze.token, forMs: 3_600_000 });
});

const titled = /"title":"Snooze this","title_link":"URL"/;
const pushoverSecrets = { token: 'a'.repeat(30), user: 'u'.repeat(30) };
const carrying: [name: string, target: () => object, where: RegExp][] = [
  ['Slack', () => ({ kind: 'slack', ...hook() }), titled],
  ['Mattermost', () => ({ kind: 'mattermost', ...hook() }), titled],
  ['Rocket.Chat', () => ({ kind: 'rocketchat', ...hook() }), titled],
  ['Teams', () => ({ kind: 'teams', ...hook() }), /"type":"Action.OpenUrl","title":"Snooze this","url":"URL"/],
  ['Discord', () => ({ kind: 'discord', ...hook() }), /"value":"\[Snooze this\]\(URL\)"/],
  [
    'Telegram',
    () => ({ kind: 'telegram', ...server({ chatId: '-1' }, { token: '42:AAE-x' }) }),
    /\\nSnooze this: URL"/,
  ],
  ['A webhook', () => ({ kind: 'webhook', config: { url: receiver.url } }), /"snoozeUrl":"URL"/],
  // github.com/gotify/android/pull/43: its client makes links of addresses.
  ['Gotify', () => ({ kind: 'gotify', ...server({}, { token: 'T1' }) }), /"message":"[^"]*\\n\\nSnooze this: URL"/],
  // pushover.net/api#urls: addresses in the text become links, besides the one link that a message has.
  ['Pushover', () => ({ kind: 'pushover', ...server({}, pushoverSecrets) }), /"message":"[^"]*\\n\\nSnooze this: URL"/],
  [
    'Matrix',
    () => ({ kind: 'matrix', ...server({ room: '!a:b' }, { token: 't' }) }),
    /"body":"[^"]*\\nSnooze this: URL".*<br><a href=\\"URL\\">Snooze this<\/a>"/,
  ],
  ['Apprise', () => ({ kind: 'apprise', ...server({}, { key: 'k' }) }), /"body":"[^"]*\\nSnooze this: URL"/],
];
for (const [name, target, where] of carrying) {
  for (const body of ['exit code 3', '', 'x'.repeat(20_000)]) {
    test(`${name} carries the link by which a message of ${body.length} characters is snoozed, and no token where there is none`, async () => {
      const text = await send(target(), { snooze, body });
      assert.match(text.replaceAll(snooze.url, 'URL'), where);
      assert.doesNotMatch(await send(target(), { body }), /snooze/i);
    });
  }
}

test('Pushover’s text has at most 1,024 characters with the link at its end (pushover.net/api#limits)', async () => {
  const target = { kind: 'pushover', ...server({}, pushoverSecrets) };
  const { message } = JSON.parse(await send(target, { snooze, body: 'x'.repeat(3000) })) as { message: string };
  assert.equal(message.length, 1024);
  assert.ok(message.endsWith(` …\n\nSnooze this: ${snooze.url}`));
});

test('what listens to a broker gets the link as an attribute, and none where there is none', async () => {
  const broker = await openMqttBroker({});
  try {
    const heard = await broker.listen();
    const target = { kind: 'mqtt', config: { host: 'localhost', port: broker.port } };
    await send(target, { snooze });
    await send(target);
    await waitUntil('all four', 5_000, 10, () => heard.length === 4);
    const links = heard.map(({ payload }) => (JSON.parse(payload) as Json)['snoozeUrl']);
    assert.deepEqual(links, [snooze.url, snooze.url, undefined, undefined]);
  } finally {
    await broker.close();
  }
});
