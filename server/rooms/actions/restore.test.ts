import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Run } from '../../../contract/index.ts';
import type { LabEngine } from '../../../lab/engine.ts';
import { privateEngine } from '../../../lab/engine.ts';
import { waitUntil } from '../../../lab/wait.ts';
import { ada, on, Stage } from '../../stage.ts';

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

const stateOf = async (name: string) => (await stage.rooms.hosts.engine(1).inspectContainer(name)).state;
const putBack = (run: Run) =>
  run.steps.at(-1)?.targets.map(({ container, outcome, message }) => [container, outcome, message]);
const pause = { action: 'wait', options: { durationMs: 3_600_000 } } as const;
const untilState = (name: string, state: string) =>
  waitUntil(`${name} to be ${state}`, 30_000, 30, async () => (await stateOf(name)) === state);

test('every container that a run touched is put back, the last one first, and the rest is left alone', async () => {
  await engine.run('up');
  await engine.run('frozen');
  await engine.request('POST', '/containers/frozen/pause');
  await engine.run('down', { start: false });
  await engine.run('bystander');
  const { startedAtText } = await stage.rooms.hosts.engine(1).inspectContainer('bystander');
  const id = await stage.beginRestoring(
    { action: 'stop', targets: on('up') },
    { action: 'unpause', targets: on('frozen') },
    { action: 'stop', targets: on('frozen') },
    { action: 'start', targets: on('down') },
  );
  const run = await stage.over(id);
  assert.equal(run.outcome, 'succeeded', run.message ?? '');
  assert.equal(run.steps.at(-1)?.action, 'restore');
  assert.deepEqual(putBack(run), [
    ['down', 'succeeded', 'put back: stopped, as before the run'],
    ['frozen', 'succeeded', 'put back: paused, as before the run'],
    ['up', 'succeeded', 'put back: running, as before the run'],
  ]);
  assert.deepEqual(await Promise.all(['up', 'frozen', 'down'].map(stateOf)), ['running', 'paused', 'exited']);
  assert.equal((await stage.rooms.hosts.engine(1).inspectContainer('bystander')).startedAtText, startedAtText);
});

test('it is put back when a step failed, and the run keeps its outcome', async () => {
  await engine.run('app');
  const job = { action: 'run', hostId: 1, options: { image: 'tiny:1', command: ['false'] } } as const;
  const id = await stage.beginRestoring(
    { action: 'stop', targets: on('app') },
    { ...job, options: { ...job.options, command: ['false'] } },
  );
  const run = await stage.over(id);
  assert.deepEqual([run.outcome, run.message], ['failed', 'exit code 1']);
  assert.equal(await stateOf('app'), 'running');
});

test('it is put back when the run was cancelled', async () => {
  await engine.run('held');
  const id = await stage.beginRestoring({ action: 'stop', targets: on('held') }, pause);
  await untilState('held', 'exited');
  await stage.rooms.runs.cancel(id, ada);
  assert.equal((await stage.over(id)).outcome, 'cancelled');
  assert.equal(await stateOf('held'), 'running');
});

test('it is put back when the time of the run was over before the program came back', async () => {
  await engine.run('late');
  const cmd = ['sh', '-c', 'trap "sleep 4; exit 0" TERM; while :; do sleep 0.1; done'];
  await engine.run('busy', { cmd });
  await stage.begin({ action: 'stop', targets: on('busy') });
  const plan = { restore: true, timeoutMs: 2_000 };
  const steps = ['late', 'busy'].map((name) => ({ action: 'stop', targets: on(name) }) as const);
  const id = await stage.beginAs(plan, ...steps);
  const isStopped = async () => (await stage.rooms.runs.get(id)).steps[0]?.targets[0]?.outcome === 'succeeded';
  await waitUntil('the first step', 30_000, 20, isStopped);
  await stage.crashAndReturn(() => sleep(2_000));
  const run = await stage.over(id);
  assert.deepEqual([run.outcome, run.message], ['timed_out', 'the run took longer than 2 s']);
  assert.deepEqual(putBack(run), [['late', 'succeeded', 'put back: running, as before the run']]);
  assert.equal(await stateOf('late'), 'running');
});

test('what cannot be put back is named, and the run has failed', async () => {
  await engine.run('brief');
  const id = await stage.beginRestoring(
    { action: 'stop', targets: on('brief') },
    { action: 'wait', options: { durationMs: 1500 } },
  );
  await untilState('brief', 'exited');
  await engine.remove('brief');
  const run = await stage.over(id);
  assert.equal(run.outcome, 'failed');
  assert.match(run.message ?? '', /not put back: brief \(.*[Nn]o such container/);
});

test('whenever the program dies, the run goes on with what it was at, and all is put back in the end', async () => {
  await engine.run('cycle');
  for (let afterMs = 0; afterMs < 600; afterMs += 60) {
    const id = await stage.beginRestoring(
      { action: 'stop', targets: on('cycle') },
      { action: 'wait', options: { durationMs: 200 } },
    );
    await new Promise((resolve) => setTimeout(resolve, afterMs));
    await stage.crashAndReturn();
    const run = await stage.over(id);
    assert.equal(run.outcome, 'succeeded', `${afterMs} ms: ${run.message}`);
    assert.equal(await stateOf('cycle'), 'running', `${afterMs} ms`);
  }
});

test('a stop that the engine is still at when the program dies is waited for, and not sent a second time', async () => {
  const cmd = ['sh', '-c', 'trap "sleep 4; exit 0" TERM; while :; do sleep 0.1; done'];
  await engine.run('slow', { start: false, cmd });
  // A signal from before its trap is set would not be heard.
  const settle = { action: 'wait', options: { durationMs: 500 } } as const;
  const id = await stage.beginRestoring({ action: 'start', targets: on('slow') }, settle);
  await waitUntil('the stop signal', 30_000, 30, async () => (await stopSignals('slow')) > 0);
  await stage.crashAndReturn();
  const run = await stage.over(id);
  assert.equal(run.outcome, 'succeeded', run.message ?? '');
  assert.equal(await stateOf('slow'), 'exited');
  assert.equal(await stopSignals('slow'), 1);
});

const stopSignals = async (name: string): Promise<number> =>
  (await engine.events()).filter((event) => event.action === 'kill' && event.name === name).length;
