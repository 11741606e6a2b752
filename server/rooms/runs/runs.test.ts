import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { ActionName, Run, Step } from '../../../contract/index.ts';
import type { LabEngine } from '../../../lab/engine.ts';
import { privateEngine } from '../../../lab/engine.ts';
import { afterAllSoFar } from '../../../lab/engine-events.ts';
import type { Rooms } from '../../assembly/index.ts';
import { createRooms } from '../../assembly/index.ts';
import { Bus } from '../../bus/index.ts';
import { systemClock } from '../../clock/index.ts';
import type { OpenDatabase } from '../../database/index.ts';
import { openDatabase } from '../../database/index.ts';
import { connectEngine } from '../../engine/index.ts';
import { createLogger } from '../../log/index.ts';
import { scenarioSecrets } from '../../scenario-secrets.ts';

const folder = mkdtempSync(join(tmpdir(), 'chrontainer-runs-'));
const log = createLogger({ level: 'error', isPretty: false, write: (line) => process.stderr.write(line) });
const caller = { kind: 'user', id: 1, name: 'ada', address: '127.0.0.1' } as const;
let engine: LabEngine;
let database: OpenDatabase;
let rooms: Rooms;

const open = async (): Promise<void> => {
  database = await openDatabase(join(folder, 'chrontainer.db'), Date.now());
  const bus = new Bus((error) => assert.fail(String(error)));
  const ground = { db: database.db, bus, clock: systemClock, log, connect: connectEngine };
  rooms = await createRooms({
    ...ground,
    localUrl: engine.url,
    timeZone: 'UTC',
    ownContainerId: null,
    secrets: scenarioSecrets,
  });
  await rooms.start();
  await rooms.hosts.settled();
};
const close = async (graceMs: number): Promise<void> => {
  await rooms.stop(graceMs);
  await database.close();
};

before(async () => {
  engine = await privateEngine();
  await open();
});
after(async () => {
  await close(0);
  await engine.close();
  rmSync(folder, { recursive: true, force: true });
});

const request = (action: ActionName, container: string, more: Partial<Step> = {}) =>
  rooms.runs.request({
    origin: 'manual',
    actor: caller,
    steps: [{ action, targets: [{ hostId: 1, container }], ...more }],
  });
const act = async (...args: Parameters<typeof request>): Promise<Run> =>
  rooms.runs.waitFor((await request(...args)).id, 60_000);
const inspect = async (name: string) =>
  (await engine.request('GET', `/containers/${name}/json`)).json as { State: Record<string, unknown> };
const messageOf = (run: Run) => run.steps[0]?.targets[0]?.message ?? run.message ?? '';

test('each action is carried out, and its run says what was seen', async () => {
  await engine.run('life');
  const started = (await inspect('life')).State.StartedAt;
  for (const [action, state, words] of [
    ['pause', 'paused', /^paused/],
    ['unpause', 'running', /running/],
    ['restart', 'running', /restarted, running since/],
    ['stop', 'exited', /stopped, exit code/],
    ['start', 'running', /started/],
    ['kill', 'exited', /killed, exit code 137/],
  ] as const) {
    const run = await act(action, 'life');
    assert.equal(run.outcome, 'succeeded', `${action}: ${messageOf(run)}`);
    assert.match(messageOf(run), words);
    assert.equal((await inspect('life')).State.Status, state);
  }
  assert.notEqual((await inspect('life')).State.StartedAt, started);
});

test('what is so already succeeds without asking the engine, and says so', async () => {
  await engine.run('idle', { start: false });
  const stopped = await act('stop', 'idle');
  assert.equal(stopped.outcome, 'succeeded');
  assert.match(messageOf(stopped), /was not running already/);
  const paused = await act('pause', 'idle');
  assert.equal(paused.outcome, 'failed');
  assert.match(messageOf(paused), /not running/);
});

test("a container that the engine cannot start has failed, in the engine's words; a job that did its work has not", async () => {
  await engine.run('broken', { cmd: ['/no/such/program'], start: false });
  const broken = await act('start', 'broken');
  assert.equal(broken.outcome, 'failed');
  assert.match(messageOf(broken), /no such file or directory/);
  await engine.run('job', { cmd: ['true'], start: false });
  assert.equal((await act('start', 'job')).outcome, 'succeeded');
});

test('a name means exactly that container: the beginning of an ID, or a part of a name, acts on nothing', async () => {
  const id = await engine.run('mydb');
  const before = (await inspect('mydb')).State.StartedAt;
  for (const name of ['db', 'myd', id.slice(0, 12)]) {
    const run = await act('restart', name);
    assert.equal(run.outcome, 'failed', name);
    assert.equal(run.reason, null);
    assert.match(messageOf(run), /no (such )?container/i);
  }
  assert.equal((await inspect('mydb')).State.StartedAt, before);
});

test('a step that waits for health succeeds only when the container is healthy', async () => {
  const seconds = 1_000_000_000;
  const probe = { Test: ['CMD-SHELL', 'test -e /ok'], Interval: seconds / 2, Timeout: seconds, Retries: 2 };
  await engine.run('sick', { healthcheck: probe });
  const sick = await act('restart', 'sick', { waitFor: 'healthy', timeoutMs: 20_000 });
  assert.equal(sick.outcome, 'failed');
  assert.match(messageOf(sick), /unhealthy/);
  await engine.run('well', { healthcheck: { ...probe, Test: ['CMD-SHELL', 'true'] } });
  const well = await act('restart', 'well', { waitFor: 'healthy', timeoutMs: 20_000 });
  assert.match(messageOf(well), /healthy/);
  assert.equal(well.outcome, 'succeeded');
});

test('a step that waits for the end succeeds with exit code 0, fails with another, and is timed out where none comes', async () => {
  const job = (code: number) => ({ cmd: ['sh', '-c', `sleep 0.5; exit ${code}`], start: false });
  await engine.run('good-job', job(0));
  await engine.run('bad-job', job(5));
  await engine.run('no-job', { start: false });
  const good = await act('start', 'good-job', { waitFor: 'exited' });
  assert.deepEqual([good.outcome, messageOf(good)], ['succeeded', 'started, and ended with exit code 0']);
  const bad = await act('start', 'bad-job', { waitFor: 'exited' });
  assert.deepEqual([bad.outcome, messageOf(bad)], ['failed', 'it started and ended with exit code 5']);
  const none = await act('start', 'no-job', { waitFor: 'exited', timeoutMs: 1000 });
  assert.equal(none.outcome, 'timed_out');
  assert.match(messageOf(none), /has not ended yet/);
});

test('a wait for the end goes on after a restart of the program, and the container is not started again', async () => {
  await engine.run('long-job', { cmd: ['sh', '-c', 'sleep 3; exit 0'], start: false });
  const since = await afterAllSoFar();
  const { id } = await request('start', 'long-job', { waitFor: 'exited' });
  while ((await rooms.history.open()).every((run) => run.dispatched.length === 0)) await systemClock.sleep(20);
  await close(0);
  await open();
  const run = await rooms.runs.waitFor(id, 60_000);
  assert.equal(run.outcome, 'succeeded', messageOf(run));
  assert.match(messageOf(run), /ended with exit code 0/);
  assert.equal((await engine.events(since)).filter((event) => event.action === 'start').length, 1);
});

test('a step may let time pass after its action', async () => {
  await engine.run('delayed');
  const run = await act('restart', 'delayed', { waitFor: { delayMs: 500 } });
  assert.match(messageOf(run), /restarted, running since .*; then waited 0.5 s$/);
});

test('actions on one container are done one after the other, whoever asks', async () => {
  await engine.run('busy');
  const since = await afterAllSoFar();
  const runs = await Promise.all(Array.from({ length: 5 }, () => act('restart', 'busy')));
  assert.deepEqual(
    runs.map((run) => run.outcome),
    Array(5).fill('succeeded'),
  );
  const order = (await engine.events(since))
    .map((event) => event.action)
    .filter((action) => ['die', 'start', 'restart'].includes(action));
  assert.deepEqual(order, Array(5).fill(['die', 'start', 'restart']).flat());
});

test('a bulk action is one run with a result for each target', async () => {
  await engine.run('one', { labels: { group: 'bulk' } });
  await engine.run('two', { labels: { group: 'bulk' } });
  const { id } = await rooms.runs.request({
    origin: 'manual',
    actor: caller,
    steps: [
      {
        action: 'stop',
        targets: [
          { label: 'group', value: 'bulk' },
          { hostId: 1, container: 'missing' },
        ],
      },
    ],
  });
  const run = await rooms.runs.waitFor(id, 60_000);
  assert.equal(run.outcome, 'failed');
  assert.match(run.message ?? '', /2 of 3 targets succeeded; missing:/);
  assert.deepEqual(
    run.steps[0]?.targets.map((target) => [target.container, target.outcome]),
    [
      ['missing', 'failed'],
      ['one', 'succeeded'],
      ['two', 'succeeded'],
    ],
  );
});

test('a run says which of its steps found nothing, and which were never begun', async () => {
  await engine.run('found');
  const found: Step = { action: 'restart', targets: [{ hostId: 1, container: 'found' }] };
  const lost: Step = { action: 'restart', targets: [{ label: 'nobody-has-it' }] };
  const gone: Step = { action: 'restart', targets: [{ hostId: 1, container: 'nowhere' }] };
  const outcomesOf = async (...steps: Step[]) => {
    const { id } = await rooms.runs.request({ origin: 'manual', actor: caller, steps });
    const run = await rooms.runs.waitFor(id, 60_000);
    return [run.outcome, run.reason, run.message?.split(';')[0], run.steps.map((step) => step.outcome)];
  };
  assert.deepEqual(await outcomesOf(gone, found), [
    'failed',
    null,
    'No such container: nowhere',
    ['failed', 'skipped'],
  ]);
  const words = 'no container fits the targets of the step';
  assert.deepEqual(await outcomesOf(found, lost, found), [
    'failed',
    'no_target',
    words,
    ['succeeded', 'failed', 'skipped'],
  ]);
  assert.deepEqual(await outcomesOf({ ...lost, onFailure: 'continue' }, found), [
    'failed',
    'no_target',
    'no container fits the targets of step 1',
    ['failed', 'succeeded'],
  ]);
  assert.deepEqual(await outcomesOf(found, { ...lost, onFailure: 'continue' }), [
    'failed',
    'no_target',
    'no container fits the targets of step 2',
    ['succeeded', 'failed'],
  ]);
});

test('a step that takes longer than its timeout is timed out, and the container stays taken until the engine is done', async () => {
  await engine.run('slow', { cmd: ['sh', '-c', 'trap "sleep 3; exit 0" TERM; while :; do sleep 0.1; done'] });
  const slow = await act('stop', 'slow', { timeoutMs: 1000 });
  assert.equal(slow.outcome, 'timed_out');
  const next = await act('start', 'slow');
  assert.equal(next.outcome, 'succeeded', messageOf(next));
  assert.match(messageOf(next), /started, running/);
});

test('a run that is cancelled while it waits its turn does nothing', async () => {
  await engine.run('queue', { cmd: ['sh', '-c', 'trap "sleep 2; exit 0" TERM; while :; do sleep 0.1; done'] });
  const first = await request('restart', 'queue');
  const second = await request('stop', 'queue');
  await rooms.runs.cancel(second.id, caller);
  const cancelled = await rooms.runs.waitFor(second.id, 60_000);
  assert.equal(cancelled.outcome, 'cancelled');
  assert.match(cancelled.message ?? '', /cancelled by ada/);
  assert.equal((await rooms.runs.waitFor(first.id, 60_000)).outcome, 'succeeded');
  await assert.rejects(rooms.runs.cancel(second.id, caller), /is over/);
});

test('each target that is over stands in the activity log, with who did it', async () => {
  await engine.run('logged');
  const run = await act('stop', 'logged');
  const { items } = await rooms.activity.list({ limit: 50 });
  const line = items.find((item) => item.runId === run.id);
  assert.equal(line?.action, 'container.stop');
  assert.equal(line?.actor.name, 'ada');
  assert.match(line?.target ?? '', /^logged on /);
  assert.equal(line?.result, 'ok');
});

test('a run that is under way when the program stops is gone on with by the next start, once', async () => {
  await engine.run('open', { cmd: ['sh', '-c', 'trap "sleep 2; exit 0" TERM; while :; do sleep 0.1; done'] });
  const since = await afterAllSoFar();
  const { id } = await request('restart', 'open');
  while ((await rooms.history.open()).every((run) => run.dispatched.length === 0)) {
    await systemClock.sleep(20);
  }
  await close(0);
  await open();
  const run = await rooms.runs.waitFor(id, 60_000);
  assert.equal(run.outcome, 'succeeded', messageOf(run));
  assert.match(messageOf(run), /seen after a restart of Chrontainer/);
  const restarts = (await engine.events(since)).filter((event) => event.action === 'restart');
  assert.equal(restarts.length, 1);
});
