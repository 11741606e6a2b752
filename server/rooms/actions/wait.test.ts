import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { LabEngine } from '../../../lab/engine.ts';
import { privateEngine } from '../../../lab/engine.ts';
import { Stage, targetOf } from '../../stage.ts';

let engine: LabEngine;
let stage: Stage;
before(async () => {
  engine = await privateEngine();
  stage = await Stage.open(engine.url);
});
after(async () => {
  await stage.close();
  await engine.close();
});

const pause = (durationMs: number) => ({ action: 'wait', options: { durationMs } }) as const;

test('a step that waits takes its time, and stands on no host and no container', async () => {
  const run = await stage.run(pause(300));
  assert.equal(run.outcome, 'succeeded', run.message ?? '');
  const target = targetOf(run);
  assert.deepEqual([target.hostId, target.container, target.message], [null, null, 'waited 0.3 s']);
  assert.ok(Date.parse(target.finishedAt ?? '') - Date.parse(target.startedAt ?? '') >= 290);
});

test('after a restart of the program a wait goes on and counts from its start', async () => {
  const id = await stage.begin(pause(3000), pause(1));
  await stage.untilDispatched(id);
  await stage.crashAndReturn();
  const run = await stage.over(id);
  assert.equal(run.outcome, 'succeeded', run.message ?? '');
  const target = targetOf(run);
  assert.equal(target.attempts, 1);
  const tookMs = Date.parse(target.finishedAt ?? '') - Date.parse(target.startedAt ?? '');
  assert.ok(tookMs >= 2990, `${tookMs} ms`);
  assert.equal(run.steps[1]?.outcome, 'succeeded');
});

test('a wait that is cancelled ends at once, and what comes after it does not begin', async () => {
  const id = await stage.begin(pause(3_600_000), pause(1));
  await stage.untilDispatched(id);
  await stage.rooms.runs.cancel(id, { kind: 'user', id: 1, name: 'ada', address: null });
  const run = await stage.over(id);
  assert.equal(run.outcome, 'cancelled');
  assert.equal(run.steps[1]?.targets.length, 0);
});
