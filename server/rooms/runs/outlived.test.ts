import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import type { LabEngine } from '../../../lab/engine.ts';
import { privateEngine } from '../../../lab/engine.ts';
import type { FaultProxy } from '../../../lab/fault-proxy.ts';
import { faultProxy } from '../../../lab/fault-proxy.ts';
import { on, Stage, targetOf } from '../../stage.ts';

let engine: LabEngine;
let proxy: FaultProxy;
let stage: Stage;
let name = '';
let count = 0;

before(async () => {
  engine = await privateEngine();
  proxy = await faultProxy(engine.socket);
  stage = await Stage.open(proxy.url);
});
after(async () => {
  await stage.close();
  await proxy.close();
  await engine.close();
});
/** It needs four seconds to stop. */
beforeEach(async () => {
  count += 1;
  name = `slow-${count}`;
  await engine.run(name, { cmd: ['sh', '-c', 'trap "sleep 4; exit 0" TERM; while :; do sleep 0.1; done'] });
});

const stopInVain = async () => {
  const run = await stage.run({ action: 'stop', targets: on(name), timeoutMs: 1000 });
  assert.equal(run.outcome, 'timed_out', run.message ?? '');
  assert.match(targetOf(run).message ?? '', /had not finished after 1000 ms; it may still do it/);
  return run.id;
};

/** Had the start not waited, it would have found the container running still. */
const startInTurn = async () => {
  const run = await stage.run({ action: 'start', targets: on(name) });
  assert.match(targetOf(run).message ?? '', /^started, running since/);
};

const messageOf = async (id: string) => targetOf(await stage.rooms.runs.get(id)).message ?? '';

test('a container stays taken by a call that outlived its step, also when the program is started anew', async () => {
  const id = await stopInVain();
  await stage.crashAndReturn();
  await startInTurn();
  assert.match(await messageOf(id), /after 1000 ms; it was over .* later: stopped, exit code 0 \(seen after a restart/);
});

test('it stays taken when the answer to such a call is lost', async () => {
  const id = await stopInVain();
  proxy.cut();
  await startInTurn();
  assert.match(await messageOf(id), /after 1000 ms; it was over .* later: stopped, exit code 0$/);
});

test('when the engine is done with such a call the run says so, and a restart of the program finds nothing left', async () => {
  const id = await stopInVain();
  await startInTurn();
  assert.match(await messageOf(id), /after 1000 ms; it was over .* later$/);
  await stage.crashAndReturn();
  assert.deepEqual(await stage.rooms.history.outlived(), []);
});

test('what was done by the time of the next start takes nothing', async () => {
  await stopInVain();
  await stage.crashAndReturn(async () => {
    await engine.request('POST', `/containers/${name}/wait`);
  });
  await startInTurn();
});
