import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Host } from '../../../contract/hosts.ts';
import { aContainer } from '../containers/testing.ts';
import { aRun } from '../runs/testing.ts';
import { needsOf } from './attention.ts';

const now = Date.parse('2026-11-23T12:00:00.000Z');
const failed = aRun({ outcome: 'failed', scheduledFor: '2026-11-23T04:00:00.000Z' });

test('a failed run needs someone until its schedule succeeds', () => {
  assert.equal(needsOf([failed], [], [], now).length, 1);
  const later = aRun({ scheduledFor: '2026-11-23T05:00:00.000Z' });
  assert.deepEqual(needsOf([failed, later], [], [], now), []);
});

test('the success of another schedule mends nothing', () => {
  const other = aRun({ scheduleId: 2, scheduledFor: '2026-11-23T05:00:00.000Z' });
  assert.equal(needsOf([failed, other], [], [], now).length, 1);
});

test('missed runs of one schedule are one thing with a count', () => {
  const missed = ['06', '07', '08'].map((hour) =>
    aRun({ outcome: 'missed', scheduledFor: `2026-11-23T${hour}:00:00.000Z` }),
  );
  const [need, ...more] = needsOf(missed, [], [], now);
  assert.equal(more.length, 0);
  assert.ok(need?.kind === 'run' && need.times === 3 && need.run.scheduledFor?.includes('T08'));
});

test('skipped is not failed, and yesterday is over', () => {
  const skipped = aRun({ outcome: 'skipped' });
  const old = aRun({ outcome: 'failed', scheduledFor: '2026-11-22T04:00:00.000Z' });
  assert.deepEqual(needsOf([skipped, old], [], [], now), []);
});

test('an unhealthy container and a lost host need someone, a stale row does not', () => {
  const sick = aContainer({ health: 'unhealthy' });
  const unknown = aContainer({ id: 'b', health: 'unhealthy', stale: true });
  const host: Host = {
    id: 2,
    name: 'vps-fra',
    url: 'tcp://10.0.0.2:2376',
    enabled: true,
    color: '#888888',
    position: 2,
    hazard: null,
    hang: null,
    reach: null,
    grants: ['observe'],
    tls: false,
    fingerprint: null,
    hostKeyFingerprint: null,
    credentials: [],
    status: 'offline',
    reason: 'connect ETIMEDOUT',
    lastSeenAt: null,
    engine: null,
    containers: { total: 0, running: 0 },
    windows: [],
  };
  const kinds = needsOf([], [sick, unknown], [host], now).map((need) => need.kind);
  assert.deepEqual(kinds, ['host', 'container']);
});
