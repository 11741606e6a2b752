import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BackOff } from './back-off.ts';

const steps = (backOff: BackOff, count: number) => Array.from({ length: count }, () => backOff.next());

test('pauses double from half a second to thirty, or to five where trying costs nothing', () => {
  assert.deepEqual(steps(new BackOff(false, () => 1), 8), [500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
  assert.deepEqual(steps(new BackOff(true, () => 1), 5), [500, 1000, 2000, 4000, 5000]);
});

test('the jitter takes up to half of a pause, and a good connection begins anew', () => {
  const backOff = new BackOff(false, () => 0);
  assert.deepEqual(steps(backOff, 2), [250, 500]);
  backOff.reset();
  assert.equal(backOff.next(), 250);
});
