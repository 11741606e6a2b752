import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aRun } from '../runs/testing.ts';
import { withRun } from './recent-runs.ts';
import { aSchedule } from './testing.ts';

const outcomes = (schedule: ReturnType<typeof aSchedule>) => schedule.recent.map(({ outcome }) => outcome);

test('a run that has ended replaces what was known of it, and is the last one', () => {
  const due = withRun(aSchedule(), aRun({ id: 'a', outcome: 'pending' }));
  assert.equal(due.lastRun?.outcome, 'pending');
  const over = withRun(due, aRun({ id: 'a', outcome: 'failed' }));
  assert.deepEqual(outcomes(over), ['failed']);
  assert.equal(over.lastRun?.outcome, 'failed');
});

test('runs stand in the order of time, whatever order they end in', () => {
  let schedule = withRun(aSchedule(), aRun({ id: 'b', outcome: 'succeeded' }));
  schedule = withRun(schedule, aRun({ id: 'a', outcome: 'failed' }));
  assert.deepEqual(outcomes(schedule), ['failed', 'succeeded']);
  assert.equal(schedule.lastRun?.id, 'b');
});

test('only the last twenty are kept', () => {
  const ids = Array.from({ length: 25 }, (_, index) => `r${String(index).padStart(2, '0')}`);
  const schedule = ids.reduce((before, id) => withRun(before, aRun({ id })), aSchedule());
  assert.deepEqual(
    schedule.recent.map(({ id }) => id),
    ids.slice(5),
  );
});
