import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { ActionOptions, Run, Step } from '../../../contract/index.ts';
import type { LabEngine } from '../../../lab/engine.ts';
import { privateEngine } from '../../../lab/engine.ts';
import { waitUntil } from '../../../lab/wait.ts';
import { ada, Stage, targetOf } from '../../stage.ts';

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

const job = (line: string, options: ActionOptions = {}): Step => ({
  action: 'run',
  targets: [],
  hostId: 1,
  options: { image: 'tiny:1', command: ['sh', '-c', line], ...options },
});
const textOf = async (run: Run) =>
  (await stage.rooms.outputs.read(run.id, { afterSeq: 0, limit: 1000 })).map((row) => row.text).join('');
const containers = async () => (await engine.request('GET', '/containers/json?all=true')).json as { Names: string[] }[];
const starts = async (sinceMs: number) => (await engine.events(sinceMs)).filter((event) => event.action === 'start');
const untilRunning = (id: string) =>
  waitUntil('the container to run', 30_000, 30, async () =>
    (await containers()).some(({ Names }) => Names.some((name) => name.includes(id))),
  );

test('a container runs to its end, its output and exit code are kept, and it is gone', async () => {
  const run = await stage.run(job('echo "$WHO"; id -u; pwd', { env: { WHO: 'ada' }, user: '7', workingDir: '/tmp' }));
  assert.equal(run.outcome, 'succeeded', run.message ?? '');
  assert.equal(await textOf(run), 'ada\n7\n/tmp\n');
  const target = targetOf(run);
  assert.deepEqual([target.hostId, target.exitCode, target.container], [1, 0, `chrontainer-run-${run.id}-1`]);
  assert.deepEqual(await containers(), []);
});

test('another exit code than 0 has failed; a container that is to stay stays', async () => {
  const run = await stage.run(job('exit 9', { remove: false }));
  assert.deepEqual([run.outcome, targetOf(run).exitCode], ['failed', 9]);
  assert.equal((await containers()).length, 1);
  await engine.remove(targetOf(run).container ?? '');
});

test('an image that is not there, and must not or cannot be fetched, has failed, and leaves nothing', async () => {
  const never = await stage.run(job('true', { image: 'localhost:1/none', pull: 'never' }));
  assert.equal(never.outcome, 'failed');
  assert.match(never.message ?? '', /no such image/i);
  const missing = await stage.run(job('true', { image: 'localhost:1/none' }));
  assert.equal(missing.outcome, 'failed');
  assert.match(missing.message ?? '', /localhost:1|refused/);
  const program = await stage.run(job('', { command: ['/no/such'] }));
  assert.equal(program.outcome, 'failed');
  assert.match(program.message ?? '', /no such file/);
  assert.deepEqual(await containers(), []);
});

test('cancelling stops the container and takes it away; so does a step whose time is over', async () => {
  const id = await stage.begin(job('trap "exit 0" TERM; while :; do sleep 0.1; done'));
  await untilRunning(id);
  await stage.rooms.runs.cancel(id, ada);
  const cancelled = await stage.over(id);
  assert.deepEqual(
    [cancelled.outcome, cancelled.message],
    ['cancelled', 'cancelled by ada; its container was stopped'],
  );
  const late = await stage.run({ ...job('trap "exit 0" TERM; while :; do sleep 0.1; done'), timeoutMs: 1000 });
  assert.equal(late.outcome, 'timed_out');
  assert.match(late.message ?? '', /longer than 1 s; its container was stopped/);
  assert.deepEqual(await containers(), []);
});

test('a container that runs when the program dies is seen to its end by the next start, with all of its output', async () => {
  const sinceMs = Date.now();
  const id = await stage.begin(job('echo before; sleep 2; echo after; exit 4'));
  await untilRunning(id);
  await stage.crashAndReturn();
  const run = await stage.over(id);
  assert.deepEqual([run.outcome, targetOf(run).exitCode], ['failed', 4], run.message ?? '');
  assert.match(run.message ?? '', /seen after a restart/);
  assert.equal(await textOf(run), 'before\nafter\n');
  assert.equal((await starts(sinceMs)).length, 1);
  assert.deepEqual(await containers(), []);
});

test('a container that ended while the program was down has the outcome that it had, and is gone', async () => {
  const sinceMs = Date.now();
  const id = await stage.begin(job('echo only; sleep 1'));
  await untilRunning(id);
  await stage.crashAndReturn(() => new Promise((resolve) => setTimeout(resolve, 2000)));
  const run = await stage.over(id);
  assert.equal(run.outcome, 'succeeded', run.message ?? '');
  assert.equal(await textOf(run), 'only\n');
  assert.equal((await starts(sinceMs)).length, 1);
  assert.deepEqual(await containers(), []);
});

test('whenever the program dies, the container ran once and is gone in the end', async () => {
  for (let afterMs = 0; afterMs < 400; afterMs += 40) {
    const sinceMs = Date.now();
    const id = await stage.begin(job('true'));
    await new Promise((resolve) => setTimeout(resolve, afterMs));
    await stage.crashAndReturn();
    const run = await stage.over(id);
    assert.equal(run.outcome, 'succeeded', `${afterMs} ms: ${run.message}`);
    assert.equal((await starts(sinceMs)).length, 1, `${afterMs} ms`);
    await waitUntil('the container to be gone', 30_000, 30, async () => (await containers()).length === 0);
  }
});

test('what is meant for all containers of a host does not reach the jobs of runs', async () => {
  const id = await stage.begin(job('trap "exit 3" TERM; sleep 2 & wait'));
  await untilRunning(id);
  const bystander = await stage.run({ action: 'stop', targets: [{ hostId: 1, all: true }] });
  assert.equal(bystander.reason, 'no_target');
  assert.equal((await stage.over(id)).outcome, 'succeeded');
});
