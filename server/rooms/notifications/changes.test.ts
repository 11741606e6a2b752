import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import * as v from 'valibot';
import type { Delivery, ScheduleInput } from '../../../contract/index.ts';
import { channelInput, notificationRuleInput, scheduleInput, silenceInput } from '../../../contract/index.ts';
import type { Receiver } from '../../../lab/receiver.ts';
import { openReceiver } from '../../../lab/receiver.ts';
import { waitUntil } from '../../../lab/wait.ts';
import { scenarioCaller as caller } from '../../scenario-caller.ts';
import { ada, Stage } from '../../stage.ts';

let receiver: Receiver;
let stage: Stage;
let channels = 0;

before(async () => {
  receiver = await openReceiver();
  stage = await Stage.open('unix:///nowhere/docker.sock');
  await stage.rooms.settings.update({ allowPrivateAddresses: true }, ada);
});
after(async () => {
  await stage.close();
  receiver.close();
});

const notifications = () => stage.rooms.notifications;
/** A channel with a rule for failures and recoveries; of a kind that people read unless said otherwise. */
const told = async (schedule: number, { rule = {}, target = {}, more = {} }: Record<string, object> = {}) => {
  channels += 1;
  const gotify = { kind: 'gotify', config: { server: receiver.url }, secrets: { token: `T${channels}` } };
  const input = v.parse(channelInput, { name: `c${channels}`, target: { ...gotify, ...target }, ...more });
  const { id } = await notifications().channels.create(input, ada);
  const events = ['run.failed', 'run.recovered'];
  const whole = { name: 'r', events, channels: [id], origins: ['manual'], schedules: [schedule], ...rule };
  await notifications().rules.create(v.parse(notificationRuleInput, whole), ada);
  return id;
};

const well = [{ action: 'wait', options: { durationMs: 1 } }];
const bad = [{ action: 'restart', targets: [{ hostId: 1, container: 'web' }] }];
const scheduled = async (name: string): Promise<number> => {
  const input: ScheduleInput = v.parse(scheduleInput, { name, trigger: { kind: 'manual' }, steps: bad });
  return (await stage.rooms.schedules.create(input, caller)).id;
};
const runs = async (schedule: number, steps: object[]): Promise<void> => {
  await stage.rooms.schedules.change(schedule, v.parse(v.partial(scheduleInput), { steps }), caller);
  await stage.over((await stage.rooms.schedules.runNow(schedule, caller)).id);
};
const listed = async (channel: number): Promise<Delivery[]> =>
  (await notifications().deliveries.list({ channel, limit: 100 })).items;
const statesOf = async (channel: number): Promise<string[]> =>
  (await listed(channel)).map(({ title, state }) => `${title.split(':')[0]} ${state}`);
const untilSent = (channel: number, count: number) =>
  waitUntil('the messages', 20_000, 20, async () => {
    return (await listed(channel)).filter(({ state }) => state === 'sent').length >= count;
  });

test('a failure beyond the limit of the day that goes on is told when there is room, with how often it was not told', async () => {
  const schedule = await scheduled('Backup');
  const channel = await told(schedule, { rule: { foldMs: 0 }, more: { dailyLimit: 1 } });
  await stage.run({ action: 'notify', options: { message: 'the one of today', channels: [channel] } });
  await runs(schedule, bad);
  await runs(schedule, bad);
  assert.deepEqual((await statesOf(channel)).slice(0, 2), ['Failed folded', 'Failed folded']);
  await notifications().channels.change(channel, { dailyLimit: null }, ada);
  await runs(schedule, bad);
  await untilSent(channel, 2);
  assert.match((await listed(channel))[0]?.body ?? '', /It also happened 2 times without being told\.$/);
  await runs(schedule, bad);
  assert.equal((await listed(channel)).length, 4, 'now it is known');
});

test('a schedule that still fails when a silence is over is told then, and one that recovered meanwhile is not', async () => {
  const [ill, mended] = [await scheduled('Ill'), await scheduled('Mended')];
  const rule = { events: ['run.failed'] };
  const [channel, other] = [await told(ill, { rule }), await told(mended, { rule })];
  const until = new Date(Date.now() + 3_600_000).toISOString();
  const input = v.parse(silenceInput, { reason: 'New disks', until });
  const { id } = await notifications().silences.create(input, ada);
  for (const schedule of [ill, mended]) await runs(schedule, bad);
  await runs(ill, bad);
  await runs(mended, well);
  await notifications().silences.change(id, { until: new Date(Date.now() + 400).toISOString() }, ada);
  await stage.crashAndReturn();
  await untilSent(channel, 1);
  assert.deepEqual(await statesOf(channel), ['Failed sent', 'Failed folded']);
  assert.match((await listed(channel))[0]?.body ?? '', /\nIt is still so after: New disks$/);
  assert.deepEqual(await statesOf(other), ['Failed folded']);
  assert.deepEqual(notifications().silences.over(), []);
  await runs(ill, bad);
  assert.equal((await listed(channel)).length, 2, 'now it is known');
});

test('a silence that is changed is longer, and of something else, from then on', async () => {
  const schedule = await scheduled('Other');
  const channel = await told(schedule, { rule: { onlyChanges: false, foldMs: 0 } });
  const later = (ms: number) => new Date(Date.now() + ms).toISOString();
  const input = v.parse(silenceInput, { reason: 'Disks', until: later(60_000), schedules: [schedule] });
  const { id, from } = await notifications().silences.create(input, ada);
  await runs(schedule, bad);
  const until = later(3_600_000);
  const changed = await notifications().silences.change(id, { reason: 'New disks', until, schedules: [1] }, ada);
  assert.deepEqual([changed.reason, changed.from, changed.until, changed.schedules], ['New disks', from, until, [1]]);
  await runs(schedule, bad);
  await untilSent(channel, 1);
  assert.deepEqual(await statesOf(channel), ['Failed sent', 'Failed folded']);
  await stage.crashAndReturn();
  assert.deepEqual(notifications().silences.list(), [changed]);
  const over = notifications().silences.change(id, { until: later(-1) }, ada);
  await assert.rejects(over, { code: 'CHR_INVALID_INPUT', message: /until/ });
  await notifications().silences.end(id, ada);
  await assert.rejects(notifications().silences.change(id, { reason: 'x' }, ada), { code: 'CHR_NOT_FOUND' });
});

test('a schedule that fails already when a rule is made is told with its next failure', async () => {
  const schedule = await scheduled('Old trouble');
  await runs(schedule, bad);
  const channel = await told(schedule);
  await runs(schedule, bad);
  await runs(schedule, bad);
  await untilSent(channel, 1);
  assert.equal((await listed(channel)).length, 1);
});

test('a failure that the channel refused is told again while it goes on', async () => {
  const schedule = await scheduled('Refused');
  const channel = await told(schedule);
  receiver.answer = { status: 401, body: 'wrong token' };
  await runs(schedule, bad);
  await waitUntil('the refusal', 20_000, 20, async () => (await listed(channel))[0]?.state === 'failed');
  receiver.answer = { status: 200 };
  await runs(schedule, bad);
  await untilSent(channel, 1);
  assert.deepEqual(await statesOf(channel), ['Failed sent', 'Failed failed']);
});

test('what fails and recovers again and again comes as one message for each folding time, with how it is in the end', async () => {
  const schedule = await scheduled('Flapping');
  const channel = await told(schedule);
  for (const steps of [bad, well]) await runs(schedule, steps);
  await untilSent(channel, 2);
  for (const steps of [bad, well, bad]) await runs(schedule, steps);
  const waiting = await listed(channel);
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
  await untilSent(channel, 3);
  const [joined] = await listed(channel);
  assert.equal(joined?.title, 'Flapping: 2 × Failed, 1 × Works again');
  assert.deepEqual(
    joined?.body.split('\n').map((line) => line.slice(6).split(':')[0]),
    ['Failed', 'Works again', 'Failed'],
  );
});

test('a run that came to nothing is one of the stack or the tag that its steps name', async () => {
  const named = async (name: string, target: object) => {
    const steps = [{ action: 'restart', targets: [target] }];
    const input: ScheduleInput = v.parse(scheduleInput, { name, trigger: { kind: 'manual' }, steps });
    const { id } = await stage.rooms.schedules.create(input, caller);
    await stage.over((await stage.rooms.schedules.runNow(id, caller)).id);
  };
  const rule = { schedules: [], onlyChanges: false };
  const [shop, loud] = [
    await told(0, { rule: { ...rule, stacks: ['shop'] } }),
    await told(0, { rule: { ...rule, tags: ['loud'], hosts: [] } }),
  ];
  await named('Of the stack', { stack: 'shop' });
  await named('Of the tag', { tag: 'loud' });
  await untilSent(shop, 1);
  await untilSent(loud, 1);
  const titles = [await listed(shop), await listed(loud)].map((all) => all.map(({ title }) => title));
  assert.deepEqual(titles, [['Failed: Of the stack'], ['Failed: Of the tag']]);
});

test('a channel that a program reads gets each change at once, since it keeps states by them', async () => {
  const schedule = await scheduled('States');
  const channel = await told(schedule, { target: { kind: 'webhook', config: { url: receiver.url }, secrets: {} } });
  for (const steps of [bad, well, bad]) await runs(schedule, steps);
  await untilSent(channel, 3);
  assert.deepEqual(await statesOf(channel), ['Failed sent', 'Works again sent', 'Failed sent']);
});
