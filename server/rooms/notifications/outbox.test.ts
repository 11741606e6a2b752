import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, beforeEach, test } from 'node:test';
import * as v from 'valibot';
import { channelInput } from '../../../contract/index.ts';
import type { Receiver } from '../../../lab/receiver.ts';
import { openReceiver } from '../../../lab/receiver.ts';
import { waitUntil } from '../../../lab/wait.ts';
import { ada, Stage } from '../../stage.ts';

/** More than are looked at in one go. */
const many = 150;

let talkative: Receiver;
let other: Receiver;
let stage: Stage;

before(async () => {
  [talkative, other] = [await openReceiver(), await openReceiver()];
  stage = await Stage.open('unix:///nowhere/docker.sock');
  await stage.rooms.settings.update({ allowPrivateAddresses: true }, ada);
});
after(async () => {
  await stage.close();
  for (const receiver of [talkative, other]) receiver.close();
});
beforeEach(() => {
  for (const receiver of [talkative, other]) receiver.received.length = 0;
});

const hook = async ({ url }: Pick<Receiver, 'url'>, name: string): Promise<number> => {
  const input = v.parse(channelInput, { name, target: { kind: 'webhook', config: { url } } });
  return (await stage.rooms.notifications.channels.create(input, ada)).id;
};
const queue = (channel: number, title: string): Promise<string[]> =>
  stage.rooms.notifications.notices.queue({
    ...{ key: `${channel}/${title}`, title, body: 'b', severity: 'info', runId: 'r', channels: [channel] },
  });
const queueMany = async (channel: number): Promise<string[]> => {
  const titles = Array.from({ length: many }, (_, i) => `message ${i}`);
  for (const title of titles) await queue(channel, title);
  return titles;
};
const arrivedAt = ({ received }: Receiver): string[] =>
  received.map(({ text }) => v.parse(v.object({ title: v.string() }), JSON.parse(text)).title);
const pendingOf = async (channel: number): Promise<number> =>
  (await stage.rooms.notifications.deliveries.list({ channel, state: 'pending', limit: 200 })).items.length;

test('a channel that hangs with many messages holds up none of another channel', async () => {
  const [stuck, free] = [await hook(talkative, 'stuck'), await hook(other, 'free')];
  talkative.answer = null;
  await queueMany(stuck);
  await waitUntil('the first call, which hangs', 10_000, 5, () => talkative.received.length > 0);
  await queue(free, 'urgent');
  await waitUntil('the other channel to get its own', 10_000, 5, () => other.received.length === 1);
  assert.equal(await pendingOf(stuck), many);
  talkative.answer = { status: 200 };
  for (const id of [stuck, free]) await stage.rooms.notifications.removeChannel(id, ada);
});

test('a channel gets each of many messages once and in their order, one after the other', async () => {
  const channel = await hook(talkative, 'patient');
  const titles = await queueMany(channel);
  await waitUntil('all of them', 90_000, 20, async () => (await pendingOf(channel)) === 0);
  assert.deepEqual(arrivedAt(talkative), titles);
  await stage.rooms.notifications.removeChannel(channel, ada);
});

test('a channel that is told to wait is left alone for that time, with all its messages', async () => {
  const channel = await hook(other, 'limited');
  other.answer = { status: 429, headers: { 'retry-after': '1' } };
  await queue(channel, 'refused');
  await waitUntil('the refusal', 10_000, 5, () => other.received.length === 1);
  const refusedAt = Date.now();
  other.answer = { status: 200 };
  await queue(channel, 'behind it');
  await waitUntil('the end of the pause', 10_000, 5, () => other.received.length > 1);
  const pausedMs = Date.now() - refusedAt;
  assert.ok(pausedMs > 900, `nothing was to be sent for a second, and it was after ${pausedMs} ms`);
  await waitUntil('all of them', 10_000, 5, async () => (await pendingOf(channel)) === 0);
  assert.deepEqual(arrivedAt(other).sort(), ['behind it', 'refused', 'refused']);
  await stage.rooms.notifications.removeChannel(channel, ada);
});

test('a message that somebody sends once more while it is being sent is sent once more', async () => {
  const release: (() => void)[] = [];
  const slow = createServer((request, response) => {
    request.resume();
    release.push(() => response.end('ok'));
  }).listen(0, '127.0.0.1');
  await once(slow, 'listening');
  const channel = await hook({ url: `http://127.0.0.1:${(slow.address() as AddressInfo).port}` }, 'slow');
  await queue(channel, 'twice');
  await waitUntil('the first call', 10_000, 5, () => release.length === 1);
  const { deliveries } = stage.rooms.notifications;
  const [sending] = (await deliveries.list({ channel, limit: 1 })).items;
  await deliveries.resend(sending?.id ?? 0);
  release[0]?.();
  await waitUntil('the second call', 10_000, 5, () => release.length === 2);
  release[1]?.();
  await waitUntil('both answers', 10_000, 5, async () => (await pendingOf(channel)) === 0);
  await stage.rooms.notifications.removeChannel(channel, ada);
  slow.close();
});
