import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import * as v from 'valibot';
import type { Run, ScheduleInput } from '../../../contract/index.ts';
import { scheduleInput } from '../../../contract/index.ts';
import { waitUntil } from '../../../lab/wait.ts';
import type { Rooms } from '../../assembly/index.ts';
import { createRooms } from '../../assembly/index.ts';
import { Bus } from '../../bus/index.ts';
import type { Clock } from '../../clock/index.ts';
import { TestClock } from '../../clock/index.ts';
import { openDatabase } from '../../database/index.ts';
import { connectEngine } from '../../engine/index.ts';
import { createLogger } from '../../log/index.ts';
import { scenarioCaller as caller } from '../../scenario-caller.ts';
import { scenarioSecrets } from '../../scenario-secrets.ts';

const folder = mkdtempSync(join(tmpdir(), 'chrontainer-evaluator-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const noon = Date.UTC(2026, 10, 23, 12);
const minute = 60_000;
const hour = 60 * minute;
const quiet = createLogger({ level: 'error', isPretty: false, write: () => undefined });

/** One life of the program at a database, without an engine: the runs fail, and are accounted for all the same. */
const live = async (name: string, clock: Clock): Promise<Rooms & { end(): Promise<void> }> => {
  const { db, close } = await openDatabase(join(folder, `${name}.db`), clock.now());
  const bus = new Bus((error) => assert.fail(String(error)));
  const ground = { db, bus, clock, log: quiet, connect: connectEngine, ownContainerId: null, secrets: scenarioSecrets };
  const rooms = await createRooms({ ...ground, localUrl: `unix://${folder}/none.sock`, timeZone: 'UTC' });
  await rooms.start();
  const end = async () => {
    await rooms.stop(0);
    await close();
  };
  return { ...rooms, end };
};
const input = (expression: string, more: object = {}): ScheduleInput =>
  v.parse(scheduleInput, {
    name: 'nightly',
    trigger: { kind: 'cron', expression },
    steps: [{ action: 'restart', targets: [{ hostId: 1, container: 'web' }] }],
    ...more,
  });
const runsOf = async (rooms: Rooms, schedule: number): Promise<Run[]> =>
  (await rooms.history.list({ schedule, limit: 1000 })).items.reverse();
const slotsOf = (runs: Run[]) => runs.map((run) => run.scheduledFor?.slice(11, 19));
/** Lets time pass second by second: what a wake-up started has its turn, and its writing, before the next. */
const pass = async (clock: TestClock, ms: number, rooms: Rooms) => {
  const end = clock.now() + ms;
  while (clock.now() < end) {
    await clock.advance(Math.min(10_000, end - clock.now()));
    // Held by its clock the evaluator refuses an edit, when its turn has come: that is all that is waited for.
    await rooms.evaluator.change(null, () => Promise.resolve()).catch(() => undefined);
  }
};
const untilOver = (rooms: Rooms, schedule: number) =>
  waitUntil('all runs to be over', 10_000, 10, () => rooms.runs.activeOf(schedule).length === 0);

test('every due minute has exactly one run, made at or after its due time', async () => {
  const clock = new TestClock(noon + 30_000);
  const rooms = await live('every-minute', clock);
  const { id } = await rooms.schedules.create(input('* * * * *', { policies: { overlap: 'allow' } }), caller);
  await pass(clock, 10 * minute, rooms);
  const runs = await runsOf(rooms, id);
  assert.deepEqual(
    slotsOf(runs),
    Array.from({ length: 10 }, (_, i) => `12:${String(i + 1).padStart(2, '0')}:00`),
  );
  for (const run of runs) assert.ok(run.createdAt >= (run.scheduledFor ?? ''));
  await rooms.end();
});

test('slots that passed while the program was away are accounted for: the latest is run, the others are missed', async () => {
  const clock = new TestClock(noon - minute);
  const first = await live('away', clock);
  const { id } = await first.schedules.create(input('0 * * * *'), caller);
  await first.end();
  clock.step(noon + 3 * hour + 5 * minute);
  const second = await live('away', clock);
  await untilOver(second, id);
  const runs = await runsOf(second, id);
  assert.deepEqual(slotsOf(runs), ['12:00:00', '13:00:00', '14:00:00', '15:00:00']);
  assert.deepEqual(
    runs.map((run) => run.outcome),
    ['missed', 'missed', 'missed', 'failed'],
  );
  assert.equal(runs[0]?.reason, 'deadline');
  assert.match(runs[3]?.message ?? '', /none\.sock/);
  await second.end();
});

test('a clock that is set back fires nothing again, says so, and goes on when it is back where it was', async () => {
  const clock = new TestClock(noon + 30_000);
  const rooms = await live('back', clock);
  const { id } = await rooms.schedules.create(input('* * * * *'), caller);
  await pass(clock, 5 * minute, rooms);
  clock.step(noon - hour);
  await pass(clock, 2 * minute, rooms);
  assert.equal(rooms.evaluator.state.kind, 'held');
  await pass(clock, hour, rooms);
  await untilOver(rooms, id);
  const slots = slotsOf(await runsOf(rooms, id));
  assert.equal(new Set(slots).size, slots.length);
  assert.deepEqual(slots.slice(0, 5), ['12:01:00', '12:02:00', '12:03:00', '12:04:00', '12:05:00']);
  await pass(clock, 10 * minute, rooms);
  assert.equal(rooms.evaluator.state.kind, 'running');
  assert.ok(slotsOf(await runsOf(rooms, id)).includes('12:06:00'));
  await rooms.end();
});

test('an edit is a new revision from its moment on: what was due before runs by the old one, nothing fires back', async () => {
  const clock = new TestClock(noon + 30_000);
  const rooms = await live('edit', clock);
  const { id } = await rooms.schedules.create(input('* * * * *', { policies: { overlap: 'allow' } }), caller);
  await pass(clock, 2 * minute, rooms);
  // The slot of 12:03 is due, and nobody has woken yet, when the edit comes.
  clock.step(noon + 3 * minute + 1);
  const edited = await rooms.schedules.change(id, { trigger: { kind: 'cron', expression: '*/5 * * * *' } }, caller);
  assert.equal(edited.revision, 2);
  await pass(clock, 3 * minute, rooms);
  assert.deepEqual(
    (await runsOf(rooms, id)).map((run) => [run.scheduledFor?.slice(11, 16), run.revision]),
    [
      ['12:01', 1],
      ['12:02', 1],
      ['12:03', 1],
      ['12:05', 2],
    ],
  );
  await rooms.end();
});

test('a patch changes only what it names', async () => {
  const clock = new TestClock(noon);
  const rooms = await live('patch', clock);
  const made = await rooms.schedules.create(
    input('0 3 * * *', { enabled: false, policies: { catchUp: 'none' } }),
    caller,
  );
  const patched = await rooms.schedules.change(made.id, { name: 'renamed' }, caller);
  assert.deepEqual({ ...patched, revision: 1, updatedAt: made.updatedAt, name: made.name }, made);
  await rooms.end();
});

test('a disabled schedule has no slots: none is recorded, and none fires when it is enabled again', async () => {
  const clock = new TestClock(noon + 30_000);
  const rooms = await live('disabled', clock);
  const { id } = await rooms.schedules.create(input('* * * * *', { enabled: false }), caller);
  await pass(clock, 5 * minute, rooms);
  const enabled = await rooms.schedules.setEnabled(id, true, caller);
  assert.equal(enabled.nextRunAt, '2026-11-23T12:06:00.000Z');
  await pass(clock, minute, rooms);
  assert.deepEqual(slotsOf(await runsOf(rooms, id)), ['12:06:00']);
  await rooms.end();
});

test('a schedule that is deleted fires no more, and its runs are kept', async () => {
  const clock = new TestClock(noon + 30_000);
  const rooms = await live('deleted', clock);
  const { id } = await rooms.schedules.create(input('* * * * *'), caller);
  await pass(clock, minute, rooms);
  await rooms.schedules.remove(id, caller);
  await pass(clock, 3 * minute, rooms);
  assert.deepEqual(slotsOf(await runsOf(rooms, id)), ['12:01:00']);
  await assert.rejects(rooms.schedules.get(id), /no schedule/);
  await rooms.end();
});

test('a one-time schedule runs once and stays, as done', async () => {
  const clock = new TestClock(noon);
  const rooms = await live('once', clock);
  const at = new Date(noon + minute).toISOString();
  const { id } = await rooms.schedules.create({ ...input('* * * * *'), trigger: { kind: 'once', at } }, caller);
  await pass(clock, 5 * minute, rooms);
  await untilOver(rooms, id);
  const done = await rooms.schedules.get(id);
  assert.equal(done.nextRunAt, null);
  assert.equal(done.recent.length, 1);
  await rooms.end();
});

test('two processes at one database give each slot one run between them', async () => {
  const clocks = [new TestClock(noon + 30_000), new TestClock(noon + 30_000)] as const;
  const first = await live('two', clocks[0]);
  const { id } = await first.schedules.create(input('* * * * *', { policies: { overlap: 'allow' } }), caller);
  const second = await live('two', clocks[1]);
  for (let i = 0; i < 60; i++) await Promise.all([pass(clocks[0], 10_000, first), pass(clocks[1], 10_000, second)]);
  const slots = slotsOf(await runsOf(first, id));
  assert.equal(new Set(slots).size, slots.length);
  assert.equal(slots.length, 10);
  await first.end();
  await second.end();
});

test("when the instance's zone changes, schedules without a zone of their own follow it from that moment", async () => {
  const clock = new TestClock(noon);
  const rooms = await live('zone', clock);
  const follows = await rooms.schedules.create(input('0 20 * * *'), caller);
  const stays = await rooms.schedules.create(
    { ...input('0 20 * * *'), trigger: { kind: 'cron', expression: '0 20 * * *', timeZone: 'UTC' } },
    caller,
  );
  await rooms.settings.update({ timeZone: 'Europe/Berlin' }, caller.actor);
  await waitUntil(
    'the new zone',
    5_000,
    10,
    async () => (await rooms.schedules.get(follows.id)).nextRunAt !== follows.nextRunAt,
  );
  assert.equal((await rooms.schedules.get(follows.id)).nextRunAt, '2026-11-23T19:00:00.000Z');
  assert.equal((await rooms.schedules.get(stays.id)).nextRunAt, '2026-11-23T20:00:00.000Z');
  await rooms.end();
});

test('the instance can be paused: slots are recorded as skipped, and it goes on from there', async () => {
  const clock = new TestClock(noon + 30_000);
  const rooms = await live('paused', clock);
  const { id } = await rooms.schedules.create(input('* * * * *', { policies: { overlap: 'allow' } }), caller);
  await pass(clock, minute, rooms);
  await rooms.settings.update({ isPaused: true }, caller.actor);
  await pass(clock, 2 * minute, rooms);
  await rooms.settings.update({ isPaused: false }, caller.actor);
  await pass(clock, minute, rooms);
  await untilOver(rooms, id);
  assert.deepEqual(
    (await runsOf(rooms, id)).map((run) => run.reason ?? run.outcome),
    ['failed', 'paused', 'paused', 'failed'],
  );
  await rooms.end();
});

test('a schedule has no slots before its start, after its end, and beyond its number of runs', async () => {
  const clock = new TestClock(noon);
  const rooms = await live('bounds', clock);
  const bounds = {
    startsAt: new Date(noon + 2 * minute).toISOString(),
    endsAt: new Date(noon + 4 * minute).toISOString(),
    policies: { overlap: 'allow' },
  };
  const bounded = await rooms.schedules.create(input('* * * * *', bounds), caller);
  const capped = await rooms.schedules.create(
    input('* * * * *', { maxRuns: 2, policies: { overlap: 'allow' } }),
    caller,
  );
  await pass(clock, 6 * minute, rooms);
  assert.deepEqual(slotsOf(await runsOf(rooms, bounded.id)), ['12:02:00', '12:03:00', '12:04:00']);
  assert.deepEqual(slotsOf(await runsOf(rooms, capped.id)), ['12:01:00', '12:02:00']);
  const done = await rooms.schedules.get(capped.id);
  assert.deepEqual([done.runsBegun, done.nextRunAt], [2, null]);
  await rooms.end();
});

test('jitter puts a run off by a time that is its own, and the slot stays where it is', async () => {
  const clock = new TestClock(noon + 30_000);
  const rooms = await live('jitter', clock);
  const policies = { overlap: 'allow', jitterMs: 40_000, startDeadlineMs: 60_000 };
  const { id } = await rooms.schedules.create(input('* * * * *', { policies }), caller);
  await pass(clock, 5 * minute, rooms);
  await untilOver(rooms, id);
  const runs = await runsOf(rooms, id);
  const delays = runs.map((run) => Date.parse(run.startedAt ?? '') - Date.parse(run.scheduledFor ?? ''));
  assert.ok(delays.length >= 4);
  assert.ok(
    delays.every((delay) => delay >= 0 && delay <= 50_000),
    delays.join(', '),
  );
  assert.ok(new Set(delays).size > 1, 'not all put off by the same');
  await rooms.end();
});

test('after so many failed runs in a row the schedule is disabled, with the reason, until it is enabled again', async () => {
  const clock = new TestClock(noon + 30_000);
  const rooms = await live('failing', clock);
  const policies = { pauseAfterFailures: 3, overlap: 'allow' };
  const { id } = await rooms.schedules.create(input('* * * * *', { policies }), caller);
  for (let i = 0; i < 6; i++) {
    await pass(clock, minute, rooms);
    await untilOver(rooms, id);
    await pass(clock, 1000, rooms);
  }
  await waitUntil('the schedule to be paused', 5_000, 10, async () => !(await rooms.schedules.get(id)).enabled);
  const paused = await rooms.schedules.get(id);
  assert.match(paused.pausedReason ?? '', /^3 runs in a row failed; the last one: .*none\.sock/);
  assert.equal((await runsOf(rooms, id)).length, 3);
  assert.equal((await rooms.schedules.setEnabled(id, true, caller)).pausedReason, null);
  await rooms.end();
});

test('a schedule that comes after another runs once for each of its runs that ended so, also across a crash', async () => {
  const clock = new TestClock(noon + 30_000);
  const rooms = await live('after', clock);
  const first = await rooms.schedules.create(input('* * * * *', { policies: { overlap: 'allow' } }), caller);
  const after = (on: string, scheduleId: number) => ({
    ...input('* * * * *'),
    trigger: { kind: 'after', scheduleId, on },
  });
  const onFailure = await rooms.schedules.create(v.parse(scheduleInput, after('failure', first.id)), caller);
  const onSuccess = await rooms.schedules.create(v.parse(scheduleInput, after('success', first.id)), caller);
  await pass(clock, 3 * minute, rooms);
  await untilOver(rooms, first.id);
  await untilOver(rooms, onFailure.id);
  const causes = (await runsOf(rooms, onFailure.id)).map((run) => run.cause ?? '');
  const firsts = await runsOf(rooms, first.id);
  assert.deepEqual(
    causes.map((cause) => /after run (\S+) of/.exec(cause)?.[1]).sort(),
    firsts.map((run) => run.id).sort(),
  );
  assert.deepEqual(await runsOf(rooms, onSuccess.id), []);
  await rooms.end();
});

test('of the commands on one container that were slept through, only the last brings its state', async () => {
  const clock = new TestClock(noon);
  const first = await live('reduced', clock);
  const policies = { startDeadlineMs: 12 * hour };
  const on = (action: string, container: string) => [{ action, targets: [{ hostId: 1, container }] }];
  const stop = await first.schedules.create(input('0 23 * * *', { policies, steps: on('stop', 'web') }), caller);
  const start = await first.schedules.create(input('0 7 * * *', { policies, steps: on('start', 'web') }), caller);
  const other = await first.schedules.create(input('0 23 * * *', { policies, steps: on('stop', 'db') }), caller);
  await first.end();
  clock.step(noon + 20 * hour);
  const second = await live('reduced', clock);
  for (const { id } of [stop, start, other]) await untilOver(second, id);
  const [stopped] = await runsOf(second, stop.id);
  const [started] = await runsOf(second, start.id);
  const [otherRun] = await runsOf(second, other.id);
  assert.deepEqual([stopped?.outcome, stopped?.coalescedInto], ['coalesced', started?.id]);
  assert.match(stopped?.message ?? '', /start/);
  assert.deepEqual([started?.outcome, otherRun?.outcome], ['failed', 'failed']);
  await second.end();
});

test('for any minute it is told what was due, what became of it and what decided', async () => {
  const clock = new TestClock(noon + 30_000);
  const rooms = await live('why', clock);
  const { id } = await rooms.schedules.create(input('*/5 * * * *', { policies: { overlap: 'allow' } }), caller);
  await pass(clock, 10 * minute, rooms);
  await untilOver(rooms, id);
  await rooms.settings.update({ isPaused: true }, caller.actor);
  await pass(clock, 5 * minute, rooms);
  const ask = (afterNoonMs: number) => rooms.whys.ask(id, noon + afterNoonMs, caller);
  const ran = await ask(5 * minute + 42_000);
  assert.match(ran.answer, /^The slot of 2026-11-23T12:05:00\.000Z: failed; .*none\.sock/);
  assert.deepEqual(ran.slots, ['2026-11-23T12:05:00.000Z']);
  const nothing = await ask(7 * minute);
  assert.match(nothing.answer, /^No slot\. The one before is 2026-11-23T12:05:00.000Z, the next 2026-11-23T12:10:00/);
  assert.match((await ask(15 * minute)).answer, /skipped \(paused\)/);
  assert.match((await ask(-hour)).answer, /did not exist yet/);
  assert.match((await ask(20 * minute)).answer, /would be skipped/);
  await rooms.schedules.setEnabled(id, false, caller);
  await pass(clock, 10 * minute, rooms);
  assert.match((await ask(20 * minute)).answer, /was disabled \(revision 2\)/);
  const later = await ask(40 * minute);
  assert.deepEqual([later.answer, later.nextSlot], ['The schedule is disabled (revision 2).', null]);
  await rooms.end();
});

test('what became of many slots of one minute is counted', async () => {
  const clock = new TestClock(noon + 30_000);
  const rooms = await live('why-many', clock);
  await rooms.settings.update({ isPaused: true }, caller.actor);
  const { id } = await rooms.schedules.create(input('*/5 * * * * *'), caller);
  await pass(clock, 2 * minute, rooms);
  const { answer, runs } = await rooms.whys.ask(id, noon + minute, caller);
  assert.equal(runs.length, 12);
  assert.equal(answer, '12 runs in this minute: 12 skipped (paused).');
  await rooms.end();
});

test('one slot to come can be skipped, put off before the next one, or given back to the rule; it survives a restart', async () => {
  const clock = new TestClock(noon + 30_000);
  const first = await live('overrides', clock);
  const { id } = await first.schedules.create(input('*/10 * * * *', { policies: { overlap: 'allow' } }), caller);
  const at = (minutes: number) => noon + minutes * minute;
  const until = (minutes: number) => ({ kind: 'postpone' as const, until: new Date(at(minutes)).toISOString() });
  await first.overrides.set(id, at(10), { kind: 'skip' }, caller.actor);
  await first.overrides.set(id, at(20), until(25), caller.actor);
  await first.overrides.set(id, at(30), { kind: 'skip' }, caller.actor);
  await first.overrides.clear(id, at(30), caller.actor);
  const told = async (minutes: number) => (await first.whys.ask(id, at(minutes), caller)).answer;
  assert.equal(await told(10), 'A slot is due then: would be skipped: skipped by ada.');
  assert.match(await told(20), /^A slot is due then: put off to 2026-11-23T12:25:00\.000Z by ada\.$/);
  assert.equal(await told(30), 'A slot is due then, and nothing known now stands against it.');
  await assert.rejects(first.overrides.set(id, at(20), until(30), caller.actor), /before the next slot/);
  await assert.rejects(first.overrides.set(id, at(11), { kind: 'skip' }, caller.actor), /no slot/);
  await first.end();
  const second = await live('overrides', clock);
  assert.deepEqual(
    second.overrides.list(id).map((one) => [one.slot.slice(11, 16), one.kind, one.by]),
    [
      ['12:10', 'skip', 'ada'],
      ['12:20', 'postpone', 'ada'],
    ],
  );
  await pass(clock, 31 * minute, second);
  await untilOver(second, id);
  const runs = await runsOf(second, id);
  assert.deepEqual(
    runs.map((run) => [run.scheduledFor?.slice(11, 16), run.reason ?? run.outcome]),
    [
      ['12:10', 'by_hand'],
      ['12:20', 'failed'],
      ['12:30', 'failed'],
    ],
  );
  assert.equal(runs[1]?.startedAt, new Date(at(25)).toISOString());
  await second.end();
});

test('while the clock is held no edit is anchored at its time, and settings take effect all the same', async () => {
  const clock = new TestClock(noon);
  const rooms = await live('held-edit', clock);
  const { id } = await rooms.schedules.create(input('0 * * * *'), caller);
  clock.step(noon + 300 * 24 * hour);
  await assert.rejects(rooms.schedules.change(id, { name: 'x' }, caller), /cannot be changed now: the clock jumped/);
  await rooms.settings.update({ timeZone: 'Europe/Berlin', isPaused: true }, caller.actor);
  clock.step(noon + 10_000);
  await pass(clock, 10_000, rooms);
  assert.equal((await rooms.schedules.change(id, { name: 'x' }, caller)).nextRunAt, '2026-11-23T13:00:00.000Z');
  assert.deepEqual(await runsOf(rooms, id), []);
  await rooms.end();
});

test('after a start by a wrong clock, taking the right one on trust goes on from now, and no slot runs twice', async () => {
  const clock = new TestClock(noon - 30 * minute);
  const first = await live('trust', clock);
  const { id } = await first.schedules.create(input('0 * * * *', { policies: { overlap: 'allow' } }), caller);
  await first.end();
  clock.step(noon + 3 * hour + 10_000);
  const second = await live('trust', clock);
  clock.step(noon - 20 * minute);
  await pass(clock, 30 * minute, second);
  assert.equal(second.evaluator.state.kind, 'held');
  assert.equal((await runsOf(second, id)).length, 4);
  await second.evaluator.trustClock();
  assert.equal(second.evaluator.state.kind, 'running');
  await pass(clock, 4 * hour, second);
  await untilOver(second, id);
  const slots = slotsOf(await runsOf(second, id));
  assert.deepEqual(slots, ['12:00:00', '13:00:00', '14:00:00', '15:00:00', '16:00:00']);
  await second.end();
});

test('a run that is broken off while it waits for the one before is over at once, and what comes after it waits on', async () => {
  const clock = new TestClock(noon);
  const rooms = await live('queue', clock);
  const steps = [{ action: 'wait', options: { durationMs: 10 * minute } }];
  const policies = { overlap: 'queue', queueLimit: 5, startDeadlineMs: hour };
  const { id } = await rooms.schedules.create(input('* * * * *', { steps, policies }), caller);
  await pass(clock, 3.5 * minute, rooms);
  const [, second, third] = rooms.runs.activeOf(id);
  assert.ok(second && third);
  await rooms.runs.cancel(second.id, caller.actor);
  await waitUntil('the cancel', 5_000, 10, async () => (await rooms.runs.get(second.id)).outcome === 'cancelled');
  await pass(clock, 30_000, rooms);
  assert.equal((await rooms.runs.get(third.id)).outcome, 'pending');
  await rooms.end();
});

test('a run that waits for its window is told as waiting, and until when, by all that it stands in the way of', async () => {
  const clock = new TestClock(noon);
  const rooms = await live('waiting-for-window', clock);
  const opensAt = '2026-11-23T22:00:00.000Z';
  const policies = { windows: [{ kind: 'allow', from: '22:00', to: '23:00' }], outsideWindow: 'wait' };
  const { id } = await rooms.schedules.create(input('0 * * * *', { policies }), caller);
  await pass(clock, 130 * minute, rooms);
  const [waiting, skipped] = await runsOf(rooms, id);
  assert.deepEqual([waiting?.outcome, waiting?.waitsUntil], ['pending', opensAt]);
  assert.deepEqual([skipped?.reason, skipped?.waitsUntil], ['overlap', null]);
  assert.equal(skipped?.message, `run ${waiting?.id} was waiting until ${opensAt} to begin`);
  await assert.rejects(rooms.schedules.runNow(id, caller), {
    code: 'CHR_CONFLICT',
    message: `Run ${waiting?.id} of this schedule waits until ${opensAt} to begin; let it, or cancel it.`,
  });
  const { obstacles } = await rooms.previews.rehearse(id);
  assert.deepEqual(obstacles, ['outside its windows', `run ${waiting?.id} waits until ${opensAt} to begin`]);
  const { answer } = await rooms.whys.ask(id, noon + 60 * minute, caller);
  assert.match(answer, /13:00:00.000Z: waits until 2026-11-23T22:00:00.000Z to begin\.$/);
  await rooms.end();
});

test('a run that waits for its time begins not when everything was paused meanwhile', async () => {
  const clock = new TestClock(noon + 30_000);
  const rooms = await live('paused-waiting', clock);
  const { id } = await rooms.schedules.create(input('*/10 * * * *'), caller);
  const until = { kind: 'postpone', until: new Date(noon + 15 * minute).toISOString() } as const;
  await rooms.overrides.set(id, noon + 10 * minute, until, caller.actor);
  await pass(clock, 12 * minute, rooms);
  await rooms.settings.update({ isPaused: true }, caller.actor);
  await pass(clock, 4 * minute, rooms);
  await untilOver(rooms, id);
  assert.deepEqual(
    (await runsOf(rooms, id)).map((run) => run.reason),
    ['paused'],
  );
  await rooms.end();
});

test('of two processes, one does not claim what the other has deleted', async () => {
  const clock = new TestClock(noon + 30_000);
  const first = await live('two-delete', clock);
  const { id } = await first.schedules.create(input('* * * * *'), caller);
  const second = await live('two-delete', clock);
  await first.schedules.remove(id, caller);
  await pass(clock, 2 * minute, second);
  assert.deepEqual(await runsOf(second, id), []);
  await first.end();
  await second.end();
});
