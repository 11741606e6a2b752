import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import * as v from 'valibot';
import { silenceInput } from '../../../contract/index.ts';
import type { Receiver } from '../../../lab/receiver.ts';
import { TellingStage } from '../../../lab/telling-stage.ts';
import type { Stage } from '../../stage.ts';
import { ada, targetOf } from '../../stage.ts';
import type { Happening } from './happening.ts';

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
/** A channel that people read, with a rule for what dies. */
const phone = async (rule: object = {}, more: object = {}): Promise<number> => {
  channels += 1;
  const target = { kind: 'gotify', config: { server: receiver.url }, secrets: { token: `T${channels}` } };
  const { id } = await scene.channel({ name: `phone ${channels}`, target, ...more });
  await scene.rule({ events: ['container.died'], channels: [id], ...rule });
  return id;
};
const die = async (name: string, at = Date.now(), changed: Partial<Happening> = {}): Promise<void> => {
  const subject = `container.died/1/${name}`;
  const happening: Happening = {
    ...{ event: 'container.died', severity: 'error', at, subject, key: `${subject}/${at}` },
    ...{ title: `Died: ${name} on Local`, body: 'exit code 1', path: null, run: null, facts: null },
    places: [{ hostId: 1, stack: 'shop', tags: [] }],
    ...changed,
  };
  await stage.db.transaction().execute((trx) => notifications().notices.tell(trx, happening));
};

test('a snoozed message does not come again until the snooze is over or ended, and is listed with the reason', async () => {
  const channel = await phone({ foldMs: 0 });
  await die('web');
  await scene.untilSent(channel, 1);
  const [first] = await scene.deliveries(channel);
  await stage.rooms.settings.update({ timeZone: 'Asia/Kolkata' }, ada);
  const silence = await notifications().deliveries.snooze(first?.id ?? 0, 3_600_000, ada);
  await die('web');
  await die('db');
  await scene.untilSent(channel, 2);
  const [db, web] = await scene.deliveries(channel);
  assert.deepEqual([db?.state, web?.state], ['sent', 'folded']);
  const local = new Date(Date.parse(silence.until) + 5.5 * 3_600_000).toISOString().slice(0, 16).replace('T', ' ');
  assert.equal(web?.answer, `silenced until ${local} Asia/Kolkata: Snoozed: Died: web on Local`);
  await stage.rooms.settings.update({ timeZone: 'UTC' }, ada);
  await notifications().silences.end(silence.id, ada);
  await die('web');
  await scene.untilSent(channel, 3);
  const [again] = await scene.deliveries(channel);
  assert.match(again?.body ?? '', /It also happened once without being told\.$/);
});

test('a maintenance silences what it names from its beginning to its end, also after a restart', async () => {
  const channel = await phone();
  const [from, until] = [new Date(Date.now() - 1).toISOString(), new Date(Date.now() + 3_600_000).toISOString()];
  const input = v.parse(silenceInput, { reason: 'New disks', from, until, stacks: ['shop'] });
  const { id } = await notifications().silences.create(input, ada);
  await stage.crashAndReturn();
  await die('of the shop');
  await die('elsewhere', Date.now(), { places: [{ hostId: 1, stack: 'blog', tags: [] }] });
  await scene.untilSent(channel, 1);
  const states = (await scene.deliveries(channel)).map(({ title, state }) => `${title} ${state}`);
  assert.deepEqual(states, ['Died: elsewhere on Local sent', 'Died: of the shop on Local folded']);
  await notifications().silences.end(id, ada);
  const over = { ...input, until: new Date(Date.now() - 1).toISOString() };
  await assert.rejects(notifications().silences.create(over, ada), { code: 'CHR_INVALID_INPUT' });
});

test('a channel has no more messages a day than it may, and what is beyond is listed', async () => {
  const channel = await phone({}, { dailyLimit: 2 });
  for (const name of ['a', 'b', 'c']) await die(name);
  await scene.untilSent(channel, 2);
  const [beyond] = await scene.deliveries(channel);
  assert.deepEqual(
    [beyond?.title, beyond?.state, beyond?.answer],
    ['Died: c on Local', 'folded', 'the channel has had its 2 messages of today'],
  );
});

test('what steps send counts towards the limit of the day, and the run says what was not sent', async () => {
  const channel = await phone({}, { dailyLimit: 1 });
  const tell = () => stage.run({ action: 'notify', options: { message: 'done', channels: [channel] } });
  assert.doesNotMatch(targetOf(await tell()).message ?? '', /not sent/);
  assert.match(
    targetOf(await tell()).message ?? '',
    /^queued for phone \d+ \(not sent: it has had its messages of today\)$/,
  );
  const states = (await scene.deliveries(channel)).map(({ state }) => state);
  assert.deepEqual([states[0], states.length], ['folded', 2]);
});

test('what waited for a digest comes as one message that has a line for each, and none is sent twice', async () => {
  const channel = await phone({ digest: 'hourly' });
  const anHourAgo = Date.now() - 3_600_000;
  for (const name of ['a', 'b', 'c']) await die(name, anHourAgo);
  await scene.untilSent(channel, 1);
  const [joined, ...rest] = await scene.deliveries(channel);
  assert.deepEqual([joined?.title, joined?.severity], ['3 messages: 3 × Died', 'error']);
  assert.equal(joined?.body.split('\n').length, 3);
  assert.match(joined?.body ?? '', /^\d\d:\d\d Died: a on Local \(exit code 1\)\n/);
  assert.deepEqual(
    rest.map(({ state, answer }) => `${state}: ${answer}`),
    Array(3).fill('gathered: told with 2 others'),
  );
  const sent = receiver.received.filter(({ text }) => text.includes('3 messages'));
  assert.equal(sent.length, 1);
});

test('a channel that several rules name is told once, as soon as one of them wants it', async () => {
  const channel = await phone({ digest: 'daily' });
  await scene.rule({ name: 'urgent', events: ['container.died'], channels: [channel], stacks: ['shop'] });
  await die('till');
  await scene.untilSent(channel, 1);
  await die('press', Date.now(), { places: [{ hostId: 1, stack: 'blog', tags: [] }] });
  const states = (await scene.deliveries(channel)).map(({ title, state }) => `${title} ${state}`);
  assert.deepEqual(states, ['Died: press on Local pending', 'Died: till on Local sent']);
});

test('what waits in quiet times is still there after a crash, and one alone comes as itself', async () => {
  const channel = await phone({
    quietTimes: [
      { from: '00:00', to: '23:59' },
      { from: '23:59', to: '00:00' },
    ],
  });
  await die('loud');
  await scene.untilSent(channel, 1);
  const quiet = await phone({ digest: 'daily' });
  await die('patient');
  await stage.crashAndReturn();
  const [waiting] = await scene.deliveries(quiet);
  assert.deepEqual([waiting?.state, waiting?.title], ['pending', 'Died: patient on Local']);
  await stage.db
    .updateTable('notification_deliveries')
    .set({ next_try_at: Date.now() })
    .where('channel_id', '=', quiet)
    .execute();
  await stage.crashAndReturn();
  await scene.untilSent(quiet, 1);
  assert.deepEqual(
    (await scene.deliveries(quiet)).map(({ title }) => title),
    ['Died: patient on Local'],
  );
});

test('a channel that was deleted stays out of its rules after a restart, and the others are told', async () => {
  const [gone, kept] = [await phone(), await phone()];
  const { id } = await scene.rule({ name: 'both', events: ['host.offline'], channels: [gone, kept] });
  await notifications().removeChannel(gone, ada);
  await stage.crashAndReturn();
  assert.deepEqual(notifications().rules.get(id).channels, [kept]);
  await die('web', Date.now(), { event: 'host.offline', key: 'gone', subject: 'host.offline/1' });
  await scene.untilSent(kept, 1);
});
