import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { InspectedContainer } from '../../engine/index.ts';
import type { StateBefore } from './action.ts';
import { judgeStart } from './starting.ts';

const before: StateBefore = {
  id: 'c1',
  state: 'exited',
  running: false,
  paused: false,
  startedAtText: '2026-11-23T08:00:00.000000001Z',
  stopTimeoutMs: null,
};
const seen = (more: Partial<InspectedContainer>): InspectedContainer => ({
  id: 'c1',
  name: 'web',
  image: 'tiny:1',
  imageId: 'sha256:0',
  state: 'running',
  running: true,
  paused: false,
  restarting: false,
  startedAt: Date.UTC(2026, 10, 23, 8),
  startedAtText: '2026-11-23T08:00:00.000000002Z',
  finishedAt: null,
  createdAt: 0,
  exitCode: 0,
  oomKilled: false,
  health: null,
  hasHealthCheck: false,
  stopTimeoutMs: null,
  stopSignal: null,
  ipAddresses: [],
  ports: [],
  labels: {},
  restartPolicy: 'no',
  sharesWith: [],
  autoRemove: false,
  ...more,
});

test('only a later start proves a start, down to the nanosecond: that it runs is not enough', () => {
  assert.equal(judgeStart(before, seen({ startedAtText: before.startedAtText }), 'restarted').kind, 'waiting');
  assert.equal(judgeStart(before, seen({}), 'restarted').kind, 'done');
});

test('one that ended with 0 has done its work, one that ended otherwise has failed, with the code and the cause', () => {
  assert.equal(judgeStart(before, seen({ running: false, exitCode: 0 }), 'started').kind, 'done');
  const failed = judgeStart(before, seen({ running: false, exitCode: 137, oomKilled: true }), 'started');
  assert.deepEqual(failed, { kind: 'failed', message: 'it started and ended with exit code 137, out of memory' });
});

test('one that the engine starts again and again has not started', () => {
  assert.equal(judgeStart(before, seen({ restarting: true }), 'started').kind, 'waiting');
});
