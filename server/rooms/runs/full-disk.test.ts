import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { sql } from 'kysely';
import { waitUntil } from '../../../lab/wait.ts';
import { Bus } from '../../bus/index.ts';
import { TestClock } from '../../clock/index.ts';
import { GroupCommit, openDatabase } from '../../database/index.ts';
import { createLogger } from '../../log/index.ts';
import { exampleRun } from './example-run.ts';
import { Outputs } from './outputs.ts';
import { rowOfRun, rowOfTarget } from './rows.ts';
import { newTarget } from './run.ts';

test('output that came while the disk was full is saved, whole and once, when there is room again', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'chr-full-'));
  const { db, close } = await openDatabase(join(folder, 'chrontainer.db'), 0);
  t.after(async () => {
    await close();
    rmSync(folder, { recursive: true });
  });
  const clock = new TestClock(0);
  const bus = new Bus((error) => assert.fail(String(error)));
  const said: string[] = [];
  const log = createLogger({ level: 'error', isPretty: false, write: (line) => void said.push(line) });
  const outputs = new Outputs({ db, commits: new GroupCommit(db), bus, clock, log });
  const run = exampleRun({ id: 'run-1' });
  await db.insertInto('runs').values(rowOfRun(run)).execute();
  await db
    .insertInto('run_targets')
    .values(rowOfTarget(run.id, newTarget(0, 0, { hostId: 1, container: 'web' })))
    .execute();

  const recording = await outputs.open({ runId: run.id, step: 0, position: 0 }, 'append');
  await sql`PRAGMA max_page_count = 1`.execute(db);
  const text = 'x'.repeat(50_000);
  recording.write({ stream: 'stdout', bytes: Buffer.from(text) });
  await recording.save();
  const kept = async () => {
    const rows = await outputs.read(run.id, { afterSeq: 0, limit: -1 });
    return rows.map((row) => row.text).join('');
  };
  assert.equal(await kept(), '');
  // The process is over, and nobody calls for a save any more: a try while the disk is still full changes nothing.
  const triedBefore = said.length;
  await clock.advance(2_000);
  await waitUntil('the next try', 5_000, 5, () => said.length > triedBefore);
  assert.equal(await kept(), '');
  await sql`PRAGMA max_page_count = 100000`.execute(db);
  await clock.advance(2_000);
  await waitUntil('the output to be saved', 5_000, 5, async () => (await kept()) === text);
});
