import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import type * as v from 'valibot';
import type { channelInput } from '../../../../contract/index.ts';
import type { Receiver } from '../../../../lab/receiver.ts';
import { badly, TellingStage } from '../../../../lab/telling-stage.ts';
import { waitUntil } from '../../../../lab/wait.ts';
import type { Stage } from '../../../stage.ts';
import { ada } from '../../../stage.ts';

let scene: TellingStage;
let receiver: Receiver;
let stage: Stage;

before(async () => {
  scene = await TellingStage.open();
  ({ receiver, stage } = scene);
});
after(() => scene.close());
beforeEach(async () => {
  receiver.received = [];
  const { notifications } = stage.rooms;
  for (const { id } of notifications.rules.all()) await notifications.rules.remove(id, ada);
  for (const { id } of notifications.channels.list()) await notifications.removeChannel(id, ada);
});

type Template = v.InferInput<typeof channelInput>['template'];
const hook = async (name: string, template: Template, headers: Record<string, string> = {}): Promise<number> => {
  const target = { kind: 'webhook', config: { url: `${receiver.url}/${name}`, headers } };
  return (await scene.channel({ name, target, template })).id;
};
const rule = (channels: number[], template: Template) =>
  scene.rule({ events: ['run.failed'], channels, origins: ['manual'], foldMs: 0, template });
const failing = async (): Promise<void> => {
  await scene.runOf(await scene.schedule('Nightly', badly));
};
const told = async (count = 1) => {
  await waitUntil('the messages', 20_000, 20, () => receiver.received.length >= count);
  return receiver.received;
};
const jsonOf = (text: string | undefined): Record<string, string> => JSON.parse(text ?? '{}');

test('a channel’s words are used for what rules want, and a rule’s before the channel’s, each part by itself', async () => {
  const own = { title: '{{ schedule.name }} broke', body: 'on {{ host }}, {{ container }}' };
  const channel = await hook('own', own);
  const { id } = await rule([channel], null);
  await failing();
  const [first] = await told();
  assert.deepEqual([jsonOf(first?.text)['title'], jsonOf(first?.text)['body']], ['Nightly broke', 'on Local, web']);
  receiver.received = [];
  await stage.rooms.notifications.rules.change(
    id,
    { template: { title: 'RED {{ event }}', body: null, request: null } },
    ada,
  );
  await failing();
  const [second] = await told();
  assert.deepEqual([jsonOf(second?.text)['title'], jsonOf(second?.text)['body']], ['RED run.failed', 'on Local, web']);
});

test('what a step tells stays in its own words, and goes in a webhook’s request all the same', async () => {
  const template = { title: 'never', body: 'never', request: 'text={{ title }}+{{ body }}&at={{ at }}' };
  const channel = await hook('form', template, { 'Content-Type': 'application/x-www-form-urlencoded' });
  await stage.run({ action: 'notify', options: { title: 'Hello', message: 'a & b', channels: [channel] } });
  const [only] = await told();
  assert.match(only?.text ?? '', /^text=Hello\+a%20%26%20b&at=\d{4}-.*Z$/);
  assert.equal(only?.headers['content-type'], 'application/x-www-form-urlencoded');
});

test('a template that went bad loses no message: the program’s words go out, with the fault', async () => {
  const channel = await hook('bad', { title: '{{ event }}', body: 'x' });
  await rule([channel], null);
  const bad = JSON.stringify({ title: 'fine', body: '{{ gone.away }}', request: null });
  await stage.db.updateTable('notification_channels').set({ template: bad }).where('id', '=', channel).execute();
  await stage.crashAndReturn();
  await failing();
  const [only] = await told();
  const { title, body } = jsonOf(only?.text);
  assert.equal(title, 'fine');
  assert.match(body ?? '', /^restart web on Local: /);
  assert.match(body ?? '', /\(The template of the body failed in line 1: undefined variable: gone\)$/);
});

test('a faulty template is refused when it is saved, by channel and by rule, new and changed', async () => {
  const refusal = { code: 'CHR_INVALID_INPUT', message: /template\.body: line 2, column \d+: / };
  const bad = { title: null, body: 'a\n{{ b | c }}', request: null };
  await assert.rejects(hook('new', bad), refusal);
  const channel = await hook('changed', null);
  const { channels, rules } = stage.rooms.notifications;
  await assert.rejects(channels.change(channel, { template: bad }, ada), refusal);
  await assert.rejects(rule([channel], bad), refusal);
  const { id } = await rule([channel], null);
  await assert.rejects(rules.change(id, { template: bad }, ada), refusal);
  const kept = { title: '{{ event }}', body: null, request: null };
  assert.deepEqual((await channels.change(channel, { template: kept }, ada)).template, kept);
  assert.equal((await channels.change(channel, { template: null }, ada)).template, null);
});

test('a channel that becomes one of another kind may not keep a webhook’s request', async () => {
  const channel = await hook('kind', { request: '{"a": "{{ title }}"}' });
  const target = { kind: 'ntfy', config: { server: receiver.url, topic: 'x' } };
  const change = stage.rooms.notifications.channels.change(channel, { target }, ada);
  await assert.rejects(change, { message: /template\.request/ });
});

test('a test goes out in the channel’s words, on an example, and says that it is one', async () => {
  const channel = await hook('test', { title: '{{ schedule.name }}: {{ exitCode }}' });
  await stage.rooms.notifications.test(channel, ada);
  assert.equal(jsonOf(receiver.received[0]?.text)['title'], 'Test: Nightly backup: 3');
  assert.match(jsonOf(receiver.received[0]?.text)['body'] ?? '', /^The channel test works/);
});
