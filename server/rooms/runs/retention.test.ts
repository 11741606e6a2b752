import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { TestClock } from '../../clock/index.ts';
import type { OpenDatabase } from '../../database/index.ts';
import { openDatabase } from '../../database/index.ts';
import { createLogger } from '../../log/index.ts';
import { Retention } from './retention.ts';
import { newRunId } from './run-id.ts';

const dayMs = 86_400_000;
const clock = new TestClock(Date.UTC(2026, 10, 23));
const folder = mkdtempSync(join(tmpdir(), 'chrontainer-retention-'));
let database: OpenDatabase;

before(async () => {
  database = await openDatabase(join(folder, 'chrontainer.db'), clock.now());
  const schedule = { name: 'x', enabled: 1, revision: 1, trigger: '{}', steps: '[]', policies: '{}' };
  const times = { evaluated_until: 0, runs_begun: 0, created_at: 0, updated_at: 0 };
  for (const id of [1, 2])
    await database.db
      .insertInto('schedules')
      .values({ id, ...schedule, ...times })
      .execute();
});
after(async () => {
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

const forgotten: number[] = [];
const forgetActivity = async (before: number) => forgotten.push(before);

const addRuns = async (scheduleId: number | null, count: number, endedDaysAgo: number | null) => {
  const at = clock.now() - (endedDaysAgo ?? 0) * dayMs;
  for (let i = 0; i < count; i++) {
    await database.db
      .insertInto('runs')
      .values({
        id: newRunId(),
        schedule_id: scheduleId,
        origin: 'manual',
        actor: '{}',
        created_at: at,
        finished_at: endedDaysAgo === null ? null : at,
        outcome: endedDaysAgo === null ? 'running' : 'succeeded',
        plan: '{}',
      })
      .execute();
  }
};
const countOf = async (scheduleId: number | null): Promise<number> => {
  const rows = await database.db.selectFrom('runs').select(['id', 'schedule_id']).execute();
  return rows.filter((row) => row.schedule_id === scheduleId).length;
};

test('runs older than the limit go, but each schedule keeps its last twenty, and what is under way stays', async () => {
  await addRuns(1, 700, 100);
  await addRuns(1, 5, 1);
  await addRuns(null, 3, 100);
  await addRuns(null, 2, null);
  await addRuns(2, 30, 1);
  const log = createLogger({ level: 'error', isPretty: false, write: () => undefined });
  const limits = { keepRunsDays: 90, keepRunsPerSchedule: 25, keepOutputDays: 30, keepActivityDays: 60 };
  const retention = new Retention({ db: database.db, clock, log, limits: () => limits, forgetActivity });
  assert.equal(await retention.sweep(), 700 + 5 - 20 + 3 + 5);
  assert.deepEqual([await countOf(1), await countOf(2), await countOf(null)], [20, 25, 2]);
  assert.equal(await retention.sweep(), 0);
});

test('targets and attempts go with their run', async () => {
  await addRuns(2, 1, 0);
  const { id } = await database.db.selectFrom('runs').select('id').orderBy('id', 'asc').executeTakeFirstOrThrow();
  const place = { run_id: id, step: 0, position: 0 };
  await database.db
    .insertInto('run_targets')
    .values({ ...place, host_id: 1, container: 'web', outcome: 'succeeded', attempts: 1 })
    .execute();
  await database.db.deleteFrom('runs').where('id', '=', id).execute();
  assert.deepEqual(await database.db.selectFrom('run_targets').selectAll().execute(), []);
});

test('a schedule can keep fewer of its runs, and for a shorter time, than the settings say', async () => {
  const own = JSON.stringify({ keepRuns: 22, keepRunsDays: 5 });
  await database.db.deleteFrom('runs').execute();
  await database.db.updateTable('schedules').set({ policies: own }).where('id', '=', 1).execute();
  await addRuns(1, 30, 1);
  await addRuns(2, 30, 1);
  const log = createLogger({ level: 'error', isPretty: false, write: () => undefined });
  const limits = { keepRunsDays: 90, keepRunsPerSchedule: 100, keepOutputDays: 30, keepActivityDays: 60 };
  const retention = new Retention({ db: database.db, clock, log, limits: () => limits, forgetActivity });
  await retention.sweep();
  assert.deepEqual([await countOf(1), await countOf(2)], [22, 30]);
  await database.db
    .updateTable('runs')
    .set({ finished_at: clock.now() - 6 * dayMs })
    .execute();
  await retention.sweep();
  assert.deepEqual([await countOf(1), await countOf(2)], [20, 30]);
});

test('what runs wrote goes earlier than the runs', async () => {
  await database.db.deleteFrom('runs').execute();
  await addRuns(2, 1, 40);
  const { id } = await database.db.selectFrom('runs').select('id').executeTakeFirstOrThrow();
  const place = { run_id: id, step: 0, position: 0 };
  const target = { ...place, host_id: 1, container: 'web', outcome: 'succeeded', attempts: 1 };
  await database.db.insertInto('run_targets').values(target).execute();
  for (const [seq, daysAgo] of [
    [1, 40],
    [2, 10],
  ] as const) {
    const piece = { ...place, seq, stream: 'stdout', at: clock.now() - daysAgo * dayMs, text: `${daysAgo}` };
    await database.db.insertInto('run_outputs').values(piece).execute();
  }
  const log = createLogger({ level: 'error', isPretty: false, write: () => undefined });
  const limits = { keepRunsDays: 90, keepRunsPerSchedule: 100, keepOutputDays: 30, keepActivityDays: 60 };
  await new Retention({ db: database.db, clock, log, limits: () => limits, forgetActivity }).sweep();
  const left = await database.db.selectFrom('run_outputs').select('text').execute();
  assert.deepEqual([left.map(({ text }) => text), await countOf(2)], [['10'], 1]);
});

test('the activity log is told how far back it is kept', async () => {
  assert.equal(forgotten.at(-1), clock.now() - 60 * dayMs);
});
