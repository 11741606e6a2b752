import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import * as v from 'valibot';
import type { Run, ScheduleInput } from '../../../contract/index.ts';
import { scheduleInput } from '../../../contract/index.ts';
import type { Rooms } from '../../assembly/index.ts';
import { createRooms } from '../../assembly/index.ts';
import { Bus } from '../../bus/index.ts';
import type { Clock } from '../../clock/index.ts';
import { TestClock } from '../../clock/index.ts';
import type { Database } from '../../database/index.ts';
import { openDatabase } from '../../database/index.ts';
import { connectEngine } from '../../engine/index.ts';
import { createLogger } from '../../log/index.ts';
import { scenarioCaller as caller } from '../../scenario-caller.ts';
import { scenarioSecrets } from '../../scenario-secrets.ts';

const folder = mkdtempSync(join(tmpdir(), 'chrontainer-conservation-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const noon = Date.UTC(2026, 10, 23, 12);
const minute = 60_000;
const hour = 60 * minute;
const quiet = createLogger({ level: 'error', isPretty: false, write: () => undefined });

/** One life of the program at a database, without an engine: the runs fail, and are accounted for all the same. */
const live = async (name: string, clock: Clock): Promise<Rooms & { db: Database; end(): Promise<void> }> => {
  const { db, close } = await openDatabase(join(folder, `${name}.db`), clock.now());
  const bus = new Bus((error) => assert.fail(String(error)));
  const ground = { db, bus, clock, log: quiet, connect: connectEngine, ownContainerId: null, secrets: scenarioSecrets };
  const rooms = await createRooms({ ...ground, localUrl: `unix://${folder}/none.sock`, timeZone: 'UTC' });
  await rooms.start();
  const end = async () => {
    await rooms.stop(0);
    await close();
  };
  return { ...rooms, db, end };
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
/** Lets time pass second by second: what a wake-up started has its turn, and its writing, before the next. */
const pass = async (clock: TestClock, ms: number, rooms: Rooms) => {
  const end = clock.now() + ms;
  while (clock.now() < end) {
    await clock.advance(Math.min(10_000, end - clock.now()));
    await rooms.evaluator.change(null, () => Promise.resolve());
  }
};
test('an edit in the middle of a long backlog leaves no slot without a run', async () => {
  const clock = new TestClock(noon);
  const earlier = await live('backlog', clock);
  const { id } = await earlier.schedules.create(input('* * * * * *'), caller);
  await earlier.end();
  clock.suspend(6 * hour);
  const rooms = await live('backlog', clock);
  await rooms.schedules.change(id, { name: 'renamed' }, caller);
  const count = rooms.db.selectFrom('runs').select((eb) => eb.fn.countAll().as('runs'));
  const { runs } = await count.executeTakeFirstOrThrow();
  await rooms.end();
  assert.equal(Number(runs), 6 * 3600);
});

test('a rule that cannot be evaluated any more keeps no other schedule from its slots, and can be deleted', async () => {
  const clock = new TestClock(noon + 30_000);
  const earlier = await live('fault', clock);
  const bad = await earlier.schedules.create(input('* * * * *', { name: 'bad' }), caller);
  const good = await earlier.schedules.create(input('* * * * *', { name: 'good' }), caller);
  const trigger = JSON.stringify({ kind: 'cron', expression: '* * * * *', timeZone: 'Mars/Base' });
  await earlier.db.updateTable('schedules').set({ trigger }).where('id', '=', bad.id).execute();
  await earlier.end();
  clock.suspend(10 * minute);
  const rooms = await live('fault', clock);
  await pass(clock, 3 * minute, rooms);
  assert.equal((await runsOf(rooms, good.id)).length, 13);
  assert.equal(rooms.evaluator.state.kind, 'failing');
  await rooms.schedules.remove(bad.id, caller);
  await pass(clock, minute, rooms);
  assert.equal(rooms.evaluator.state.kind, 'running');
  await rooms.end();
});

test('of two calls to run a schedule at the same time the second finds the run of the first', async () => {
  const rooms = await live('two-clicks', new TestClock(noon));
  const steps = [{ action: 'wait', options: { durationMs: minute } }];
  const { id } = await rooms.schedules.create(input('0 0 1 1 *', { steps }), caller);
  const calls = [rooms.schedules.runNow(id, caller), rooms.schedules.runNow(id, caller)];
  const refused = (await Promise.allSettled(calls)).filter((call) => call.status === 'rejected');
  assert.match(String(refused[0]?.reason), /still under way/);
  assert.equal((await runsOf(rooms, id)).length, 1);
  await rooms.end();
});

test('a deleted schedule that would come after itself by now is not brought back', async () => {
  const rooms = await live('circle', new TestClock(noon));
  const make = (name: string, trigger: object) => rooms.schedules.create(input('0 0 1 1 *', { name, trigger }), caller);
  const a = await make('a', { kind: 'manual' });
  const b = await make('b', { kind: 'after', scheduleId: a.id, on: 'any' });
  const c = await make('c', { kind: 'after', scheduleId: b.id, on: 'any' });
  await rooms.schedules.remove(b.id, caller);
  await rooms.schedules.change(a.id, { trigger: { kind: 'after', scheduleId: c.id, on: 'any' } }, caller);
  await assert.rejects(rooms.past.undelete(b.id, caller), /come after itself by now: 2 → c → a → 2/);
  await rooms.end();
});

test('a schedule that comes after one that was deleted says so, until that one is back', async () => {
  const rooms = await live('in-vain', new TestClock(noon));
  const make = (name: string, trigger: object) => rooms.schedules.create(input('0 0 1 1 *', { name, trigger }), caller);
  const a = await make('a', { kind: 'manual' });
  const b = await make('b', { kind: 'after', scheduleId: a.id, on: 'any' });
  assert.equal((await rooms.schedules.get(b.id)).warning, null);
  await rooms.schedules.remove(a.id, caller);
  assert.match((await rooms.schedules.get(b.id)).warning ?? '', /comes after schedule 1, which was deleted/);
  await rooms.past.undelete(a.id, caller);
  assert.equal((await rooms.schedules.get(b.id)).warning, null);
  await rooms.end();
});

test('an interval longer than dates reach, and a day that no calendar has, are refused', () => {
  const isTaken = (more: object) => v.safeParse(scheduleInput, { ...input('* * * * *'), ...more }).success;
  assert.ok(isTaken({ trigger: { kind: 'interval', everyMs: 86_400_000, anchor: '2028-02-29T00:00:00.000Z' } }));
  assert.ok(!isTaken({ trigger: { kind: 'interval', everyMs: 9e15 } }));
  assert.ok(!isTaken({ trigger: { kind: 'interval', everyMs: 86_400_000, anchor: '2027-02-29T00:00:00.000Z' } }));
  assert.ok(!isTaken({ startsAt: '2027-02-30T00:00:00.000Z' }));
});
