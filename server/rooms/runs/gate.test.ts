import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Condition, TimeWindow } from '../../../contract/index.ts';
import type { LabEngine } from '../../../lab/engine.ts';
import { privateEngine } from '../../../lab/engine.ts';
import { waitUntil } from '../../../lab/wait.ts';
import { TestClock } from '../../clock/index.ts';
import { ada, on, Stage, targetOf } from '../../stage.ts';
import { findKind } from '../actions/index.ts';
import type { Fleet } from './fleet.ts';
import { Gate } from './gate.ts';
import type { Job } from './performer.ts';
import { newTarget } from './run.ts';

let engine: LabEngine;
let stage: Stage;

/** A probe that meets a pause makes the container unhealthy: each of those that have one is paused once at most. */
const probe = { Test: ['CMD', 'true'], Interval: 500_000_000, Retries: 100, StartPeriod: 0 };

before(async () => {
  engine = await privateEngine();
  await engine.run('web');
  await engine.run('well', { healthcheck: probe });
  await engine.run('sound', { healthcheck: probe });
  await engine.run('plain');
  await engine.run('resting', { start: false });
  await engine.run('busy', { cmd: ['sh', '-c', 'trap "exit 0" TERM; while :; do :; done'] });
  stage = await Stage.open(engine.url);
  const isHealthy = (name: string) => stage.rooms.hosts.byName(1, name)?.health === 'healthy';
  await waitUntil('the probes', 30_000, 50, () => isHealthy('well') && isHealthy('sound'));
});
after(async () => {
  await stage.close();
  await engine.close();
});

const pausesOf = async (name: string): Promise<number> =>
  (await engine.events()).filter((event) => event.action === 'pause' && event.name === name).length;

/** What comes of pausing and unpausing a container under a condition. */
const judged = async (container: string, ...conditions: Condition[]) => {
  const before = await pausesOf(container);
  const steps = (['pause', 'unpause'] as const).map((action) => ({ action, targets: on(container) }));
  const run = await stage.over(await stage.beginAs({ conditions }, ...steps));
  return { run, first: targetOf(run), acted: (await pausesOf(container)) - before };
};

const holds: [container: string, condition: Condition][] = [
  ['web', { kind: 'running' }],
  ['well', { kind: 'healthy' }],
  ['plain', { kind: 'idle', cpuBelowPercent: 50, forMs: 3000 }],
  ['web', { kind: 'older', thanMs: 1000, since: 'creation' }],
  ['web', { kind: 'older', thanMs: 1000, since: 'start' }],
];
for (const [container, condition] of holds) {
  test(`what is ${condition.kind} is acted on, and by the later steps too, where the run itself has changed it`, async () => {
    const { run, acted } = await judged(container, condition);
    assert.equal(run.outcome, 'succeeded', run.message ?? '');
    assert.equal(acted, 1);
  });
}

const fails: [container: string, condition: Condition, said: RegExp][] = [
  ['resting', { kind: 'running' }, /it is created, not running/],
  ['web', { kind: 'stopped' }, /it is running, not stopped/],
  ['sound', { kind: 'unhealthy' }, /its health is healthy, not unhealthy/],
  ['plain', { kind: 'healthy' }, /no health check/],
  ['busy', { kind: 'idle', cpuBelowPercent: 20, forMs: 30_000 }, /it uses [\d.]+ % of a core, not less than 20 %/],
  ['resting', { kind: 'idle', cpuBelowPercent: 20, forMs: 3000 }, /not running idly/],
  ['web', { kind: 'older', thanMs: 3_600_000, since: 'start' }, /was started \d+ s ago, not more than 3600 s/],
  ['resting', { kind: 'older', thanMs: 1000, since: 'start' }, /has not been running for 1 s/],
];
for (const [container, condition, said] of fails) {
  test(`${container} is left alone where it should be ${condition.kind}, and the run says why`, async () => {
    const { run, first, acted } = await judged(container, condition);
    assert.deepEqual(
      [run.outcome, run.reason, first.outcome, first.reason],
      ['skipped', 'condition', 'skipped', 'condition'],
    );
    assert.match(first.message ?? '', said);
    assert.match(first.message ?? '', new RegExp(`^left alone by the condition "${condition.kind}": `));
    assert.equal(acted, 0);
  });
}

test('a run whose targets are all left alone says that they were skipped and by which condition, not that none succeeded', async () => {
  const targets = [...on('web'), ...on('well')];
  const plan = { conditions: [{ kind: 'stopped' } as const] };
  const run = await stage.over(await stage.beginAs(plan, { action: 'pause', targets }));
  assert.deepEqual(
    [run.outcome, run.reason, run.message],
    [
      'skipped',
      'condition',
      'all 2 targets were skipped; web: left alone by the condition "stopped": it is running, not stopped',
    ],
  );
});

test('of several targets only those are acted on of which it is so, in every step', async () => {
  const both = [...on('web'), ...on('resting')];
  const steps = (['pause', 'unpause'] as const).map((action) => ({ action, targets: both }));
  const run = await stage.over(await stage.beginAs({ conditions: [{ kind: 'running' }] }, ...steps));
  assert.equal(run.outcome, 'succeeded', run.message ?? '');
  assert.match(
    run.message ?? '',
    /^2 of 4 targets succeeded, 2 skipped; resting: left alone by the condition "running"/,
  );
  assert.deepEqual(
    run.steps.map((step) => step.targets.map((target) => [target.container, target.outcome])),
    [
      [
        ['resting', 'skipped'],
        ['web', 'succeeded'],
      ],
      [
        ['resting', 'skipped'],
        ['web', 'succeeded'],
      ],
    ],
  );
});

test('an engine that cannot be asked is a failure, not a condition that does not hold', async () => {
  await engine.stop();
  const plan = { conditions: [{ kind: 'running' } as const] };
  const first = targetOf(await stage.over(await stage.beginAs(plan, { action: 'pause', targets: on('web') })));
  await engine.start();
  await engine.request('POST', '/containers/web/start');
  assert.equal(first.outcome, 'failed');
  assert.notEqual(first.reason, 'condition');
});

const night: TimeWindow = { kind: 'allow', from: '22:00', to: '06:00' };

/** A gate on a host whose windows and clock are ours. */
const gateAt = (time: string, windows: TimeWindow[]) => {
  const clock = new TestClock(Date.parse(time));
  const fleet = { windowsOf: () => windows, nameOf: () => 'NAS' } as unknown as Fleet;
  return { clock, gate: new Gate({ fleet, clock, timeZone: () => 'UTC' }) };
};

const jobOf = (outsideWindow: 'skip' | 'wait' | undefined, onChange = () => undefined): Job => {
  const kind = findKind('restart');
  if (!kind) throw new Error('restart is gone');
  const plan = { steps: [], onNoMatch: 'fail', isQueued: false, timeoutMs: null, retryUntil: null } as const;
  return {
    run: { plan: outsideWindow ? { ...plan, outsideWindow } : plan, actor: ada } as unknown as Job['run'],
    step: { action: 'restart', targets: [] },
    kind,
    target: newTarget(0, 0, { hostId: 1, container: 'web' }),
    earlier: undefined,
    signal: new AbortController().signal,
    onChange,
  };
};

test('outside the windows of its host a target is left alone, and told when the next one opens', async () => {
  const { gate } = gateAt('2026-11-25T12:00:00Z', [night]);
  const closed = await gate.closed(jobOf('skip'));
  assert.deepEqual([closed?.outcome, closed?.reason], ['skipped', 'window']);
  assert.match(closed?.message ?? '', /host NAS; the next opens at 2026-11-25T22:00:00.000Z/);
});

test('inside the windows, without any, and by hand it is acted on', async () => {
  assert.equal(await gateAt('2026-11-25T23:00:00Z', [night]).gate.closed(jobOf('skip')), null);
  assert.equal(await gateAt('2026-11-25T12:00:00Z', []).gate.closed(jobOf('skip')), null);
  assert.equal(await gateAt('2026-11-25T12:00:00Z', [night]).gate.closed(jobOf(undefined)), null);
});

test('while it waits for the window of its host a target says so and until when, once, and no more when it is acted on', async (t) => {
  const { clock, gate } = gateAt('2026-11-25T21:58:00Z', [night]);
  const onChange = t.mock.fn();
  const job = jobOf('wait', onChange);
  const open = gate.closed(job);
  await clock.advance(90_000);
  assert.equal(job.target.message, 'waits until 2026-11-25T22:00:00.000Z for the windows of the host NAS');
  assert.equal(onChange.mock.callCount(), 1);
  await clock.advance(30_000);
  assert.equal(await open, null);
  assert.equal(job.target.message, null);
});

test('with wait it is acted on when the window opens, also when somebody opens it earlier', async () => {
  const windows = [night];
  const { clock, gate } = gateAt('2026-11-25T21:58:00Z', windows);
  const open = gate.closed(jobOf('wait'));
  await clock.advance(119_000);
  assert.equal(await Promise.race([open, 'waiting']), 'waiting');
  await clock.advance(1000);
  assert.equal(await open, null);

  const earlier = gateAt('2026-11-25T12:00:00Z', windows);
  const opened = earlier.gate.closed(jobOf('wait'));
  windows.length = 0;
  await earlier.clock.advance(30_000);
  assert.equal(await opened, null);
});
