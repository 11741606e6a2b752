import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { LabEngine } from '../../../lab/engine.ts';
import { privateEngine } from '../../../lab/engine.ts';
import { on, Stage } from '../../stage.ts';
import { newRunId } from './run-id.ts';

let engine: LabEngine;
let stage: Stage;
let written: string;
let paused: string;

before(async () => {
  engine = await privateEngine();
  await engine.run('web');
  stage = await Stage.open(engine.url);
  const command = ['sh', '-c', 'echo "100% of 12_000 files"; echo Disk FULL >&2'];
  written = (await stage.run({ action: 'exec', targets: on('web'), options: { command } })).id;
  paused = (await stage.run({ action: 'pause', targets: on('web') }, { action: 'unpause', targets: on('web') })).id;
});
after(async () => {
  await stage.close();
  await engine.close();
});

const found = async (q: string, mayReadOutput?: boolean) =>
  (await stage.rooms.history.list({ q, limit: 10 }, mayReadOutput)).items.map(({ id }) => id);

test('runs are found by what they wrote, by the words of their targets and by names, in upper or lower case', async () => {
  assert.deepEqual(await found('disk full'), [written]);
  assert.deepEqual(await found('paused'), [paused]);
  assert.deepEqual(await found('WEB'), [paused, written]);
  assert.deepEqual(await found('nothing of the kind'), []);
});

test('what looks like a pattern is only text', async () => {
  assert.deepEqual(await found('100% of'), [written]);
  assert.deepEqual(await found('12_000'), [written]);
  assert.deepEqual(await found('12x000'), []);
  assert.deepEqual(await found('%'), [written]);
});

test('who may not read output does not find anything by it', async () => {
  assert.deepEqual(await found('disk full', false), []);
  assert.deepEqual(await found('web', false), [paused, written]);
});

test('of an output those pieces are shown that hold a text', async () => {
  const rows = await stage.rooms.outputs.read(written, { q: 'full', afterSeq: 0, limit: 10 });
  assert.deepEqual(
    rows.map(({ stream, text }) => [stream, text.trim()]),
    [['stderr', 'Disk FULL']],
  );
});

test('a page looks through a bounded number of runs, and says where to go on', async () => {
  const rows = Array.from({ length: 3100 }, () => ({
    id: newRunId(),
    origin: 'manual',
    actor: JSON.stringify({ kind: 'user', id: 1, name: 'ada', address: null }),
    created_at: Date.now(),
    finished_at: Date.now(),
    outcome: 'succeeded',
    plan: JSON.stringify({ steps: [] }),
  }));
  for (let i = 0; i < rows.length; i += 500)
    await stage.db
      .insertInto('runs')
      .values(rows.slice(i, i + 500))
      .execute();
  const first = await stage.rooms.history.list({ q: 'disk full', limit: 10 });
  assert.deepEqual(first.items, []);
  assert.ok(first.nextCursor);
  const second = await stage.rooms.history.list({ q: 'disk full', limit: 10, cursor: first.nextCursor });
  assert.deepEqual([second.items.map(({ id }) => id), second.nextCursor], [[written], null]);
});
