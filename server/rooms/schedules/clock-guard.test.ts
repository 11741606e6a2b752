import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TestClock } from '../../clock/index.ts';
import { ClockGuard } from './clock-guard.ts';

const minute = 60_000;
const hour = 60 * minute;

test('time that passes, and a machine that slept, are plausible', async () => {
  const clock = new TestClock();
  const guard = new ClockGuard(clock);
  await clock.advance(hour);
  assert.equal(guard.look(0).kind, 'plausible');
  clock.suspend(12 * hour);
  assert.equal(guard.look(0).kind, 'plausible');
});

test('a jump of more than three hours is held, and believed after five steady minutes', async () => {
  const clock = new TestClock();
  const guard = new ClockGuard(clock);
  clock.step(clock.now() + 4 * hour);
  const verdict = guard.look(0);
  assert.match(verdict.kind === 'held' ? verdict.message : '', /forward by 4\.0 h/);
  await clock.advance(4 * minute);
  assert.equal(guard.look(0).kind, 'held');
  await clock.advance(minute);
  assert.equal(guard.look(0).kind, 'plausible');
});

test('a jump that is taken back is over at once', async () => {
  const clock = new TestClock();
  const guard = new ClockGuard(clock);
  clock.step(clock.now() + 4 * hour);
  assert.equal(guard.look(0).kind, 'held');
  clock.step(clock.now() - 4 * hour);
  assert.equal(guard.look(0).kind, 'plausible');
});

test('a jump of an hour is what a change of the clock by hand looks like: nothing is held', () => {
  const clock = new TestClock();
  const guard = new ClockGuard(clock);
  clock.step(clock.now() + hour);
  assert.equal(guard.look(0).kind, 'plausible');
});

test('a clock behind what was reached is held with the instant at which it goes on; a small correction is not told', () => {
  const clock = new TestClock(Date.UTC(2026, 10, 23, 12));
  const guard = new ClockGuard(clock);
  const verdict = guard.look(clock.now() + hour);
  assert.match(verdict.kind === 'held' ? verdict.message : '', /set back by 60 min.*13:00:00\.000Z/);
  assert.equal(guard.look(clock.now() + 100).kind, 'adjusting');
});
