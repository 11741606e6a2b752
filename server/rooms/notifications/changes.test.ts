import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import * as v from 'valibot';
import { scheduleInput, silenceInput } from '../../../contract/index.ts';
import type { Receiver } from '../../../lab/receiver.ts';
import { badly, TellingStage, well } from '../../../lab/telling-stage.ts';
import { waitUntil } from '../../../lab/wait.ts';
import { scenarioCaller as caller } from '../../scenario-caller.ts';
import type { Stage } from '../../stage.ts';
import { ada } from '../../stage.ts';

let scene: TellingStage;
let receiver: Receiver;
let stage: Stage;
let channels = 0;

before(async () => {
  scene = await TellingStage.open();
  ({ receiver, stage } = scene);
});
after(() => scene.close());

const notifications = () => stage.rooms.notifications;
/** A channel with a rule for failures and recoveries; of a kind that people read unless said otherwise. */
const told = async (schedule: number, { rule = {}, target = {}, more = {} }: Record<string, object> = {}) => {
  channels += 1;
  const gotify = { kind: 'gotify', config: { server: receiver.url }, secrets: { token: `T${channels}` } };
  const { id } = await scene.channel({ name: `c${channels}`, target: { ...gotify, ...target }, ...more });
  const events = ['run.failed', 'run.recovered'];
  await scene.rule({ events, channels: [id], origins: ['manual'], schedules: [schedule], ...rule });
  return id;
};

const runs = async (schedule: number, steps: object[]): Promise<void> => {
  await stage.rooms.schedules.change(schedule, v.parse(v.partial(scheduleInput), { steps }), caller);
  await scene.runOf(schedule);
};
const statesOf = async (channel: number): Promise<string[]> =>
  (await scene.deliveries(channel)).map(({ title, state }) => `${title.split(':')[0]} ${state}`);

test('a failure beyond the limit of the day that goes on is told when there is room, with how often it was not told', async () => {
  const schedule = await scene.schedule('Backup', badly);
  const channel = await told(schedule, { rule: { foldMs: 0 }, more: { dailyLimit: 1 } });
  await stage.run({ action: 'notify', options: { message: 'the one of today', channels: [channel] } });
  await runs(schedule, badly);
  await runs(schedule, badly);
  assert.deepEqual((await statesOf(channel)).slice(0, 2), ['Failed folded', 'Failed folded']);
  await notifications().channels.change(channel, { dailyLimit: null }, ada);
  await runs(schedule, badly);
  await scene.untilSent(channel, 2);
  assert.match((await scene.deliveries(channel))[0]?.body ?? '', /It also happened 2 times without being told\.$/);
  await runs(schedule, badly);
  assert.equal((await scene.deliveries(channel)).length, 4, 'now it is known');
});

test('a schedule that still fails when a silence is over is told then, and one that recovered meanwhile is not', async () => {
  const [ill, mended] = [await scene.schedule('Ill', badly), await scene.schedule('Mended', badly)];
  const rule = { events: ['run.failed'] };
  const [channel, other] = [await told(ill, { rule }), await told(mended, { rule })];
  const until = new Date(Date.now() + 3_600_000).toISOString();
  const input = v.parse(silenceInput, { reason: 'New disks', until });
  const { id } = await notifications().silences.create(input, ada);
  for (const schedule of [ill, mended]) await runs(schedule, badly);
  await runs(ill, badly);
  await runs(mended, well);
  await notifications().silences.change(id, { until: new Date(Date.now() + 400).toISOString() }, ada);
  await stage.crashAndReturn();
  await scene.untilSent(channel, 1);
  assert.deepEqual(await statesOf(channel), ['Failed sent', 'Failed folded']);
  assert.match((await scene.deliveries(channel))[0]?.body ?? '', /\nIt is still so after: New disks$/);
  assert.deepEqual(await statesOf(other), ['Failed folded']);
  assert.deepEqual(notifications().silences.over(), []);
  await runs(ill, badly);
  assert.equal((await scene.deliveries(channel)).length, 2, 'now it is known');
});

test('a silence that is changed is longer, and of something else, from then on', async () => {
  const schedule = await scene.schedule('Other', badly);
  const channel = await told(schedule, { rule: { onlyChanges: false, foldMs: 0 } });
  const later = (ms: number) => new Date(Date.now() + ms).toISOString();
  const input = v.parse(silenceInput, { reason: 'Disks', until: later(60_000), schedules: [schedule] });
  const { id, from } = await notifications().silences.create(input, ada);
  await runs(schedule, badly);
  const until = later(3_600_000);
  const changed = await notifications().silences.change(id, { reason: 'New disks', until, schedules: [1] }, ada);
  assert.deepEqual([changed.reason, changed.from, changed.until, changed.schedules], ['New disks', from, until, [1]]);
  await runs(schedule, badly);
  await scene.untilSent(channel, 1);
  assert.deepEqual(await statesOf(channel), ['Failed sent', 'Failed folded']);
  await stage.crashAndReturn();
  assert.deepEqual(notifications().silences.list(), [changed]);
  const over = notifications().silences.change(id, { until: later(-1) }, ada);
  await assert.rejects(over, { code: 'CHR_INVALID_INPUT', message: /until/ });
  await notifications().silences.end(id, ada);
  await assert.rejects(notifications().silences.change(id, { reason: 'x' }, ada), { code: 'CHR_NOT_FOUND' });
});

test('a schedule that fails already when a rule is made is told with its next failure', async () => {
  const schedule = await scene.schedule('Old trouble', badly);
  await runs(schedule, badly);
  const channel = await told(schedule);
  await runs(schedule, badly);
  await runs(schedule, badly);
  await scene.untilSent(channel, 1);
  assert.equal((await scene.deliveries(channel)).length, 1);
});

test('a failure that the channel refused is told again while it goes on', async () => {
  const schedule = await scene.schedule('Refused', badly);
  const channel = await told(schedule);
  receiver.answer = { status: 401, body: 'wrong token' };
  await runs(schedule, badly);
  await waitUntil('the refusal', 20_000, 20, async () => (await scene.deliveries(channel))[0]?.state === 'failed');
  receiver.answer = { status: 200 };
  await runs(schedule, badly);
  await scene.untilSent(channel, 1);
  assert.deepEqual(await statesOf(channel), ['Failed sent', 'Failed failed']);
});

test('what fails and recovers again and again comes as one message for each folding time, with how it is in the end', async () => {
  const schedule = await scene.schedule('Flapping', badly);
  const channel = await told(schedule);
  for (const steps of [badly, well]) await runs(schedule, steps);
  await scene.untilSent(channel, 2);
  for (const steps of [badly, well, badly]) await runs(schedule, steps);
  const waiting = await scene.deliveries(channel);
  assert.deepEqual(
    waiting.map(({ state }) => state),
    ['pending', 'pending', 'pending', 'sent', 'sent'],
  );
  const [dueAt, ...others] = new Set(waiting.slice(0, 3).map(({ nextTryAt }) => nextTryAt));
  const firstAt = Date.parse(waiting.at(-1)?.createdAt ?? '');
  assert.deepEqual([Date.parse(dueAt ?? '') - firstAt, others], [600_000, []]);
  await stage.db
    .updateTable('notification_deliveries')
    .set({ next_try_at: Date.now() })
    .where('state', '=', 'pending')
    .execute();
  await stage.crashAndReturn();
  await scene.untilSent(channel, 3);
  const [joined] = await scene.deliveries(channel);
  assert.equal(joined?.title, 'Flapping: 2 × Failed, 1 × Works again');
  assert.deepEqual(
    joined?.body.split('\n').map((line) => line.slice(6).split(':')[0]),
    ['Failed', 'Works again', 'Failed'],
  );
});

test('a run that came to nothing is one of the stack or the tag that its steps name', async () => {
  const named = async (name: string, target: object) => {
    await scene.runOf(await scene.schedule(name, [{ action: 'restart', targets: [target] }]));
  };
  const rule = { schedules: [], onlyChanges: false };
  const [shop, loud] = [
    await told(0, { rule: { ...rule, stacks: ['shop'] } }),
    await told(0, { rule: { ...rule, tags: ['loud'], hosts: [] } }),
  ];
  await named('Of the stack', { stack: 'shop' });
  await named('Of the tag', { tag: 'loud' });
  await scene.untilSent(shop, 1);
  await scene.untilSent(loud, 1);
  const titles = [await scene.deliveries(shop), await scene.deliveries(loud)].map((all) =>
    all.map(({ title }) => title),
  );
  assert.deepEqual(titles, [['Failed: Of the stack'], ['Failed: Of the tag']]);
});

test('a channel that a program reads gets each change at once, since it keeps states by them', async () => {
  const schedule = await scene.schedule('States', badly);
  const channel = await told(schedule, { target: { kind: 'webhook', config: { url: receiver.url }, secrets: {} } });
  for (const steps of [badly, well, badly]) await runs(schedule, steps);
  await scene.untilSent(channel, 3);
  assert.deepEqual(await statesOf(channel), ['Failed sent', 'Works again sent', 'Failed sent']);
});
