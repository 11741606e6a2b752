import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Schedule, Step } from '../../../contract/schedules.ts';
import { changesOf, draftOf, emptyDraft, faultsOf, inputOf } from './draft.ts';
import { emptyStep } from './step-draft.ts';
import { aSchedule } from './testing.ts';
import { emptyTrigger, triggerOf } from './trigger-draft.ts';

const zone = 'Europe/Lisbon';
const web = { hostId: 1, container: 'web' };

function roundTrip(changes: Partial<Schedule>) {
  const schedule = aSchedule(changes);
  const { name, enabled, trigger, steps, policies, startsAt, endsAt, maxRuns, restore } = schedule;
  const sent = inputOf(draftOf(schedule, zone), zone);
  assert.deepEqual(sent, { name, enabled, trigger, steps, policies, startsAt, endsAt, maxRuns, restore });
  assert.deepEqual(changesOf(sent, inputOf(draftOf(schedule, zone), zone)), {});
}

test('every kind of time that is opened and saved unchanged stays the same', () => {
  roundTrip({});
  roundTrip({ trigger: { kind: 'cron', expression: '5 4 * * 0', timeZone: 'Asia/Tokyo', dst: 'skip' } });
  roundTrip({ trigger: { kind: 'once', at: '2026-12-24T18:00:07.123Z' } });
  roundTrip({ trigger: { kind: 'interval', everyMs: 5_400_000, anchor: '2026-11-01T00:00:00.000Z' } });
  roundTrip({ trigger: { kind: 'after', scheduleId: 3, on: 'any' } });
  roundTrip({ trigger: { kind: 'event', event: 'oom', source: [{ stack: 'media' }, web], minSpacingMs: 1500 } });
  roundTrip({ trigger: { kind: 'event', event: 'died', source: [web], exitCodes: [1, 137], minSpacingMs: 0 } });
  roundTrip({ trigger: { kind: 'manual' } });
});

test('every policy survives', () => {
  roundTrip({
    policies: {
      catchUp: 'all',
      catchUpLimit: 3,
      startDeadlineMs: 90_500,
      overlap: 'queue',
      queueLimit: 7,
      jitterMs: 1500,
      timeoutMs: 3_600_000,
      pauseAfterFailures: 4,
      windows: [
        { kind: 'allow', days: ['mon', 'sun'], from: '22:00', to: '06:00' },
        { kind: 'block', from: '00:00', to: '00:00' },
      ],
      outsideWindow: 'wait',
      conditions: [
        { kind: 'running' },
        { kind: 'idle', cpuBelowPercent: 2.5, forMs: 90_000 },
        { kind: 'older', thanMs: 5_400_000, since: 'creation' },
      ],
      keepRuns: 50,
      keepRunsDays: 7,
      onNoMatch: 'skip',
    },
    startsAt: '2026-12-01T08:30:15.000Z',
    endsAt: '2027-01-01T00:00:00.000Z',
    maxRuns: 12,
    restore: true,
  });
});

test('every field of every step survives, also what is not shown', () => {
  const steps: Step[] = [
    {
      action: 'kill',
      targets: [{ label: 'tier', value: 'front' }],
      options: { signal: 'SIGHUP' },
      onFailure: 'continue',
      timeoutMs: 90_500,
      retries: 2,
      waitFor: 'healthy',
    },
    { action: 'stop', targets: [{ stack: 'media' }], options: { timeoutMs: 30_000 }, onFailure: 'stop' },
    { action: 'wait', targets: [], options: { durationMs: 90_000 } },
    {
      action: 'exec',
      targets: [web],
      options: {
        command: ['sh', '-c', "echo 'a b'\necho $HOME", ''],
        user: '1000:1000',
        workingDir: '/srv',
        env: { A: '1=2', B: '' },
        successExitCodes: [0, 3],
      },
    },
    { action: 'exec', targets: [web], options: { command: ['true'], env: { PEM: 'a\nb' } } },
    {
      action: 'run',
      targets: [],
      hostId: 2,
      options: {
        image: 'restic/restic:0.17',
        entrypoint: ['sh'],
        command: ['-c', 'a b'],
        binds: ['/srv:/srv:ro', 'cache:/cache'],
        network: 'host',
        remove: false,
        pull: 'never',
        user: '0',
      },
    },
    { action: 'prune', targets: [], hostId: 1, options: { what: 'build-cache' } },
    { action: 'pull-image', targets: [], hostId: 1, options: { image: 'nginx:1' } },
    { action: 'tag-image', targets: [], hostId: 1, options: { image: 'nginx:1', name: 'web:1' } },
    { action: 'run', targets: [], hostId: 1, options: { image: 'busybox', remove: true } },
    { action: 'start', targets: [{ stack: 'media' }], waitFor: 'done' },
    { action: 'start', targets: [web], waitFor: { delayMs: 1500 } },
    { action: 'restart', targets: [web], waitFor: 'exited' },
    { action: 'update', targets: [web], options: { watchMs: 60_000, force: true } },
  ];
  roundTrip({ steps });
});

test('the options of one action are not sent with another', () => {
  const [step] = draftOf(
    aSchedule({ steps: [{ action: 'kill', targets: [web], options: { signal: 'SIGHUP' } }] }),
    zone,
  ).steps;
  const draft = { ...emptyDraft(), steps: [{ ...(step ?? emptyStep(0)), action: 'wait' as const, lasts: '5' }] };
  assert.deepEqual(inputOf(draft, zone).steps, [{ action: 'wait', targets: [], options: { durationMs: 5000 } }]);
});

test('what an action cannot wait for is not sent with it', () => {
  const [step] = draftOf(aSchedule({ steps: [{ action: 'restart', targets: [web], waitFor: 'healthy' }] }), zone).steps;
  const draft = { ...emptyDraft(), steps: [{ ...(step ?? emptyStep(0)), action: 'update' as const, watchS: '90' }] };
  assert.deepEqual(inputOf(draft, zone).steps, [{ action: 'update', targets: [web], options: { watchMs: 90_000 } }]);
});

test('a moment is read in the zone of the schedule', () => {
  const draft = { ...emptyTrigger(), kind: 'once' as const, onceAt: '2026-07-01T09:00', timeZone: 'Asia/Tokyo' };
  assert.deepEqual(triggerOf(draft, zone), { kind: 'once', at: '2026-07-01T00:00:00.000Z' });
});

test('the default zone and DST rule are not written into the schedule', () => {
  assert.deepEqual(triggerOf(emptyTrigger(), zone), { kind: 'cron', expression: '0 3 * * *' });
});

test('only what was changed is sent', () => {
  const before = draftOf(aSchedule(), zone);
  const after = { ...before, name: 'Another', maxRuns: '3' };
  assert.deepEqual(changesOf(inputOf(after, zone), inputOf(before, zone)), { name: 'Another', maxRuns: 3 });
});

test('what cannot be sent is told at its field', () => {
  const draft = {
    ...emptyDraft(),
    trigger: { ...emptyTrigger(), kind: 'after' as const },
    steps: [{ ...emptyStep(0), action: 'exec' as const, command: "sh -c 'x", timeoutS: 'long' }],
  };
  assert.deepEqual([...faultsOf(draft, inputOf(draft, zone)).keys()].sort(), [
    'steps.0.options.command',
    'steps.0.timeoutMs',
    'trigger.scheduleId',
  ]);
});
