import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { LabEngine } from '../../../lab/engine.ts';
import { privateEngine } from '../../../lab/engine.ts';
import { ada, on, Stage } from '../../stage.ts';

let engine: LabEngine;
let stage: Stage;

before(async () => {
  engine = await privateEngine();
  await engine.run('web');
  stage = await Stage.open(engine.url);
});
after(async () => {
  await stage.close();
  await engine.close();
});

test('a run that is cancelled in the moment in which it begins does nothing, and says so of its targets', async () => {
  const off = stage.bus.on('run.changed', ({ id, outcome }) => {
    if (outcome === 'running') void stage.rooms.runs.cancel(id, ada);
  });
  const run = await stage.run({ action: 'stop', targets: on('web') });
  off();
  assert.equal(run.outcome, 'cancelled');
  const told = await stage.rooms.runs.get(run.id);
  for (const { steps } of [run, told]) {
    assert.equal(steps[0]?.outcome, 'cancelled');
    assert.deepEqual(
      steps[0]?.targets.map(({ container, outcome }) => [container, outcome]),
      [['web', 'cancelled']],
    );
  }
  assert.equal((await stage.rooms.hosts.engine(1).inspectContainer('web')).running, true);
});
