import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import * as v from 'valibot';
import { scheduleInput } from '../../../contract/index.ts';
import type { OpenDatabase } from '../../database/index.ts';
import { openDatabase } from '../../database/index.ts';
import { scenarioCaller } from '../../scenario-caller.ts';
import type { ScheduleRecord } from './schedule.ts';
import { newSchedule } from './schedule.ts';
import { ScheduleStore } from './store.ts';

const folder = mkdtempSync(join(tmpdir(), 'chrontainer-guards-'));
let database: OpenDatabase;
let store: ScheduleStore;
let record: ScheduleRecord;

before(async () => {
  database = await openDatabase(join(folder, 'chrontainer.db'), 0);
  store = new ScheduleStore(database.db);
  const input = v.parse(scheduleInput, {
    name: 'nightly',
    trigger: { kind: 'cron', expression: '0 3 * * *' },
    steps: [{ action: 'restart', targets: [{ hostId: 1, container: 'web' }] }],
  });
  const fresh = newSchedule(input, 1000);
  const id = await database.db.transaction().execute((trx) => store.add(trx, fresh, scenarioCaller.actor));
  record = { ...fresh, id };
});
after(async () => {
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

// Each of the two guards alone keeps a slot from running twice; that is why none of them may be missed in silence.

test('of two who read the same cursor only the first moves it', async () => {
  const move = (evaluatedUntil: number) =>
    database.db
      .transaction()
      .execute((trx) => store.moveCursor(trx, record, { evaluatedUntil, nextSlotAt: null, runsBegun: 1 }));
  assert.equal(await move(2000), true);
  assert.equal(await move(3000), false);
  assert.equal((await store.find(record.id))?.evaluatedUntil, 2000);
});

test('the database itself takes no second run for a slot, whoever writes it', async () => {
  const row = (id: string, scheduledFor: number | null) => ({
    id,
    schedule_id: record.id,
    scheduled_for: scheduledFor,
    origin: 'schedule',
    actor: '{}',
    created_at: 0,
    outcome: 'pending',
    plan: '{}',
  });
  const add = (id: string, scheduledFor: number | null) =>
    database.db.insertInto('runs').values(row(id, scheduledFor)).execute();
  await add('slot-a', 5000);
  await assert.rejects(add('slot-b', 5000), /UNIQUE constraint failed/);
  await add('slot-c', 6000);
  // Calls by hand have no slot: there may be any number of them.
  await add('hand-a', null);
  await add('hand-b', null);
});
