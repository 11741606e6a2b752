import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aContainer } from '../containers/testing.ts';
import { NextActions, schedulesOf } from './next-action.ts';
import { aSchedule } from './testing.ts';

const nightly = aSchedule();
const stack = aSchedule({
  id: 2,
  steps: [{ action: 'stop', targets: [{ stack: 'media' }] }],
  nextRunAt: '2026-11-23T22:00:00.000Z',
});

test('the soonest of all schedules that mean a container is its next action', () => {
  const next = new NextActions([nightly, stack]).of(aContainer({ stack: 'media' }));
  assert.equal(next?.action, 'stop');
  assert.equal(next?.schedule.id, 2);
});

test('a switched-off schedule and one without a next run promise nothing', () => {
  const off = [aSchedule({ enabled: false }), aSchedule({ id: 3, nextRunAt: null })];
  assert.equal(new NextActions(off).of(aContainer()), null);
});

test('a container knows the schedules that touch it, also those that are off', () => {
  const off = aSchedule({ id: 4, enabled: false });
  assert.deepEqual(
    schedulesOf(aContainer(), [nightly, stack, off]).map((one) => one.id),
    [1, 4],
  );
});
