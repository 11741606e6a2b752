import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import * as v from 'valibot';
import { channelInput, notificationRuleInput, scheduleInput } from '../../../contract/index.ts';
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
import { ada, on, Stage } from '../../stage.ts';

const told = v.looseObject({
  event: v.string(),
  severity: v.string(),
  title: v.string(),
  body: v.string(),
  url: v.nullable(v.string()),
});

let engine: LabEngine;
let registry: Registry;
let receiver: Receiver;
let stage: Stage;
let scheduleId: number;

/** A container of an old image, a schedule that updates it, and a rule that waits for what comes of it. */
before(async () => {
  [engine, registry, receiver] = await Promise.all([
    freePort().then((port) => privateEngine({ port, network: true })),
    openRegistry(),
    openReceiver(),
  ]);
  await publish('one');
  await engine.run('web', {
    labels: { 'com.docker.compose.project': 'shop' },
    more: { Image: registry.nameOf('shop:stable') },
  });
  // Is made anew with it, of the image that it has, and was not updated.
  await engine.run('side', {
    labels: { 'com.docker.compose.project': 'shop' },
    hostConfig: { NetworkMode: 'container:web' },
  });
  stage = await Stage.open(engine.url, { baseUrl: 'http://clock.example' });
  const { rooms } = stage;
  await rooms.settings.update({ allowPrivateAddresses: true }, ada);
  const target = { kind: 'webhook', config: { url: receiver.url } };
  const channel = await rooms.notifications.channels.create(v.parse(channelInput, { name: 'hook', target }), ada);
  const wanted = { events: ['update.done', 'update.rolled_back'], stacks: ['shop'], origins: ['manual'] };
  const rule = { name: 'updates', channels: [channel.id], ...wanted };
  await rooms.notifications.rules.create(v.parse(notificationRuleInput, rule), ada);
  const written = v.parse(scheduleInput, {
    name: 'Nightly updates',
    trigger: { kind: 'cron', expression: '0 4 * * *' },
    steps: [{ action: 'update', targets: on('web'), options: { watchMs: 1000 } }],
  });
  scheduleId = (await rooms.schedules.create(written, caller)).id;
});
after(async () => {
  await stage.close();
  receiver.close();
  await registry.close();
  await engine.close();
});

/** Puts another image under the name at the registry; the engine keeps what it has there. */
const publish = async (mark: string, changes: string[] = []): Promise<void> => {
  const name = registry.nameOf('shop:stable');
  const { status, json } = await engine.request('GET', '/containers/web/json');
  await makeImage(engine, `shop:${mark}`, mark, changes);
  await registry.push(engine, `shop:${mark}`, 'shop:stable');
  if (status !== 200) return;
  const query = new URLSearchParams({ repo: name.slice(0, name.lastIndexOf(':')), tag: 'stable' });
  await engine.request('POST', `/images/${v.parse(v.looseObject({ Image: v.string() }), json).Image}/tag?${query}`);
};
const updateAndHear = async () => {
  receiver.received.length = 0;
  const { id } = await stage.over((await stage.rooms.schedules.runNow(scheduleId, caller)).id);
  await waitUntil('the message', 20_000, 20, () => receiver.received.length > 0);
  const { url, ...message } = v.parse(told, JSON.parse(receiver.received[0]?.text ?? ''));
  assert.equal(url, `http://clock.example/runs/${id}`);
  return message;
};
const change = /127\.0\.0\.1:\d+\/shop:stable: [0-9a-f]{12} → [0-9a-f]{12}/;

test('an update is told with the image, its digests and the schedule that did it', async () => {
  await publish('two');
  const { event, severity, title, body } = await updateAndHear();
  assert.deepEqual([event, severity, title], ['update.done', 'success', 'Updated: web on Local']);
  const [first, ...rest] = body.split('\n');
  assert.match(first ?? '', change);
  assert.deepEqual(rest, ['By the schedule Nightly updates.']);
});

test('a rollback is told with the reason, what was expected, the digests, the last lines of the new container and the next run', async () => {
  await publish('three', ['CMD ["sh", "-c", "echo opening the till; echo the till is empty; sleep 0.3; exit 3"]']);
  const { event, severity, title, body } = await updateAndHear();
  assert.deepEqual([event, severity, title], ['update.rolled_back', 'error', 'Rolled back: web on Local']);
  assert.match(
    body,
    /^the new container did not do: it ended with exit code 3\nExpected: running with the newest image\n/,
  );
  assert.match(body, change);
  assert.match(body, /\nBy the schedule Nightly updates\.\n\n(.*\n)*opening the till\nthe till is empty\n/);
  assert.match(body, /\nThe old container is back\. .*\nNext run: \d{4}-\d\d-\d\d 04:00 /);
});

test('what was rolled back is not told again, and what only used the network of what was updated not at all', async () => {
  receiver.received.length = 0;
  const run = await stage.over((await stage.rooms.schedules.runNow(scheduleId, caller)).id);
  assert.equal(run.steps[0]?.targets[0]?.outcome, 'skipped');
  const { items } = await stage.rooms.notifications.deliveries.list({ limit: 10 });
  assert.deepEqual(
    items.map(({ event }) => event),
    ['update.rolled_back', 'update.done'],
  );
});

test('a template can name the digests of both images', async () => {
  const { facts, title } = await stage.rooms.notifications.templates.preview({
    template: { title: '{{ container }}: {{ fromDigest }} -> {{ toDigest }}', body: null, request: null },
    event: 'update.rolled_back',
  });
  assert.equal(title, `db: ${facts['fromDigest']} -> ${facts['toDigest']}`);
  assert.match(title, /^db: sha256:[0-9a-f]{64} -> sha256:[0-9a-f]{64}$/);
});
