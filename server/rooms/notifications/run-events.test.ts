import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import * as v from 'valibot';
import type { Outcome, ScheduleInput } from '../../../contract/index.ts';
import { channelInput, notificationRuleInput, scheduleInput } from '../../../contract/index.ts';
import { scenarioCaller as caller } from '../../scenario-caller.ts';
import { ada, Stage } from '../../stage.ts';
import type { EndedRun } from '../runs/index.ts';

let stage: Stage;

before(async () => {
  stage = await Stage.open('unix:///nowhere/docker.sock');
  await stage.rooms.settings.update({ timeZone: 'Europe/Berlin' }, ada);
  const target = { kind: 'webhook', config: { url: 'http://127.0.0.1:9/' } };
  const { channels, rules } = stage.rooms.notifications;
  const { id } = await channels.create(v.parse(channelInput, { name: 'all', target }), ada);
  const events = ['run.missed', 'run.skipped', 'run.slow'];
  await rules.create(v.parse(notificationRuleInput, { name: 'all', events, channels: [id] }), ada);
});
after(() => stage.close());

const scheduled = async (name: string): Promise<number> => {
  const steps = [{ action: 'wait', options: { durationMs: 1 } }];
  const input: ScheduleInput = v.parse(scheduleInput, { name, trigger: { kind: 'manual' }, steps });
  return (await stage.rooms.schedules.create(input, caller)).id;
};
/** What is told of a run that ended so. */
const toldOf = async (scheduleId: number, name: string, outcome: Outcome, changed: Partial<EndedRun> = {}) => {
  const endedAt = Date.parse('2026-11-27T06:00:00Z');
  const run: EndedRun = {
    ...{ id: `zz-${name}-${outcome}`, scheduleId, name, origin: 'schedule', outcome, message: null },
    ...{ scheduledFor: endedAt, startedAt: null, endedAt, durationMs: null, hosts: [], targets: [], selectors: [] },
    ...changed,
  };
  await stage.db.transaction().execute((trx) => stage.rooms.notifications.notices.onRunEnded(trx, run));
  const { items } = await stage.rooms.notifications.deliveries.list({ limit: 100 });
  return items.find(({ runId }) => runId === run.id);
};

test('a run that took far longer than its schedule’s usually do is told as slow, with how long they take', async () => {
  const id = await scheduled('Backup');
  const slow = { startedAt: 0, durationMs: 45_000 };
  for (let i = 0; i < 4; i += 1) await stage.over((await stage.rooms.schedules.runNow(id, caller)).id);
  assert.equal(await toldOf(id, 'Backup', 'succeeded', { ...slow, id: 'zz-early' }), undefined, 'four say nothing');
  await stage.over((await stage.rooms.schedules.runNow(id, caller)).id);
  await stage.db
    .updateTable('runs')
    .set({ started_at: 0, finished_at: 10_000 })
    .where('schedule_id', '=', id)
    .execute();
  const told = await toldOf(id, 'Backup', 'succeeded', slow);
  assert.deepEqual([told?.event, told?.severity, told?.title], ['run.slow', 'warning', 'Slow: Backup']);
  assert.match(told?.body ?? '', /^It took 45 s, usually 10 s\.\n/);
  const usual = { ...slow, durationMs: 29_000, id: 'zz-usual' };
  assert.equal(await toldOf(id, 'Backup', 'succeeded', usual), undefined);
});

test('what was missed or skipped is told with the reason and when it was due, in the zone of the instance', async () => {
  const id = await scheduled('Cleanup');
  const missed = await toldOf(id, 'Cleanup', 'missed', { message: 'Chrontainer was not running.' });
  assert.deepEqual(
    [missed?.event, missed?.title, missed?.body],
    ['run.missed', 'Missed: Cleanup', 'Chrontainer was not running.\nIt was due at 2026-11-27 07:00 Europe/Berlin.'],
  );
  const skipped = await toldOf(id, 'Cleanup', 'skipped', { message: 'The one before still runs.' });
  assert.deepEqual([skipped?.event, skipped?.severity], ['run.skipped', 'info']);
  assert.match(skipped?.body ?? '', /^The one before still runs\.\n/);
});

test('a run that somebody cancelled is told to nobody', async () => {
  assert.equal(await toldOf(await scheduled('Cancelled'), 'Cancelled', 'cancelled'), undefined);
});
