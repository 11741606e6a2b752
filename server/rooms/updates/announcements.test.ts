import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import * as v from 'valibot';
import type { Run } from '../../../contract/index.ts';
import { channelInput, deliveryQuery, notificationRuleInput, scheduleInput } from '../../../contract/index.ts';
import type { LabEngine } from '../../../lab/engine.ts';
import { privateEngine } from '../../../lab/engine.ts';
import { freePort } from '../../../lab/free-port.ts';
import { makeImage } from '../../../lab/images.ts';
import type { Receiver } from '../../../lab/receiver.ts';
import { openReceiver } from '../../../lab/receiver.ts';
import type { Registry } from '../../../lab/registry.ts';
import { openRegistry } from '../../../lab/registry.ts';
import { waitUntil } from '../../../lab/wait.ts';
import { scenarioCaller as caller } from '../../scenario-caller.ts';
import { ada, Stage } from '../../stage.ts';

let engine: LabEngine;
let registry: Registry;
let receiver: Receiver;
let stage: Stage;
let scheduleId: number;

/** A real engine and a real registry; a schedule and a rule that wait for newer images of what stands there. */
before(async () => {
  [engine, registry, receiver] = await Promise.all([
    freePort().then((port) => privateEngine({ port, network: true })),
    openRegistry(),
    openReceiver(),
  ]);
  await makeImage(engine, 'shop:1', 'one');
  await engine.run('web', { more: { Image: await registry.push(engine, 'shop:1', 'shop:stable') } });
  await engine.run('helper');
  stage = await Stage.open(engine.url, { confirmAfterMs: 50, baseUrl: 'http://clock.example' });
  const { rooms } = stage;
  await rooms.settings.update({ allowPrivateAddresses: true }, ada);
  const target = { kind: 'webhook', config: { url: receiver.url } };
  const channel = await rooms.notifications.channels.create(v.parse(channelInput, { name: 'hook', target }), ada);
  const rule = { name: 'updates', events: ['update.available'], channels: [channel.id] };
  await rooms.notifications.rules.create(v.parse(notificationRuleInput, rule), ada);
  const written = v.parse(scheduleInput, {
    name: 'on an update',
    trigger: { kind: 'event', event: 'update_available', source: [{ hostId: 1, container: 'web' }], minSpacingMs: 0 },
    steps: [{ action: 'pause', targets: [{ hostId: 1, container: 'helper' }] }],
  });
  scheduleId = (await rooms.schedules.create(written, caller)).id;
});
after(async () => {
  await stage.close();
  receiver.close();
  await registry.close();
  await engine.close();
});

/** Another image under the name, which the engine itself does not keep under it. */
const publish = async (mark: string): Promise<void> => {
  const name = registry.nameOf('shop:stable');
  const { json } = await engine.request('GET', `/containers/web/json`);
  const { Image } = json as { Image: string };
  await makeImage(engine, `shop:${mark}`, mark);
  await registry.push(engine, `shop:${mark}`, 'shop:stable');
  const query = new URLSearchParams({ repo: name.slice(0, name.lastIndexOf(':')), tag: 'stable' });
  await engine.request('POST', `/images/${Image}/tag?${query}`);
};
const check = async (): Promise<void> => {
  const { updates } = stage.rooms;
  updates.checkByHand(undefined, caller.rights);
  await waitUntil('the check', 20_000, 20, () => !updates.progress.seenBy(caller.rights).running);
};
const runs = async (): Promise<Run[]> =>
  (await stage.rooms.history.list({ schedule: scheduleId, limit: 100 })).items.reverse();
const messages = async () =>
  (await stage.rooms.notifications.deliveries.list(v.parse(deliveryQuery, {}))).items.filter(
    ({ event }) => event === 'update.available',
  );
const noticed = () => stage.db.selectFrom('update_notices').selectAll().execute();

test('what is up to date begins nothing and is told to nobody', async () => {
  await check();
  assert.deepEqual([await noticed(), await runs(), await messages()], [[], [], []]);
});

test('a newer image begins the schedule that waits for it, and comes as a message with what it is about', async () => {
  await publish('two');
  await check();
  await waitUntil('the run', 20_000, 50, async () => (await runs()).length === 1);
  const [run] = await runs();
  assert.deepEqual([run?.origin, run?.cause], ['event', 'web has a newer image']);
  await waitUntil('the message', 20_000, 50, () => receiver.received.length === 1);
  const [message] = await messages();
  assert.deepEqual([message?.severity, message?.title], ['info', 'Newer image: web on Local']);
  assert.match(message?.body ?? '', /There is a newer image of 127\.0\.0\.1:\d+\/shop:stable\.\nsha256:[0-9a-f]{64}/);
  // The address of the container's page in the UI.
  assert.equal(JSON.parse(receiver.received[0]?.text ?? '').url, 'http://clock.example/containers/1/web');
});

test('looked at again, and after a crash, the same image is not told again', async () => {
  await check();
  await stage.crashAndReturn();
  const { updates } = stage.rooms;
  await waitUntil('the images', 20_000, 50, () => updates.get(1, 'web').available === true);
  await check();
  assert.deepEqual([(await noticed()).length, (await runs()).length, (await messages()).length], [1, 1, 1]);
});

test('under another name it is the same container, and the next image is told', async () => {
  await engine.request('POST', '/containers/web/rename?name=shop');
  await waitUntil('the new name', 20_000, 50, async () => (await noticed())[0]?.container === 'shop');
  await check();
  assert.equal((await noticed()).length, 1);
  await engine.request('POST', '/containers/shop/rename?name=web');
  await waitUntil('the old name', 20_000, 50, async () => (await noticed())[0]?.container === 'web');
  await publish('three');
  await check();
  await waitUntil('the second run', 20_000, 50, async () => (await runs()).length === 2);
  assert.equal((await noticed()).length, 2);
});
