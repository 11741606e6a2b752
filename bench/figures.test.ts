import assert from 'node:assert/strict';
import { test } from 'node:test';
import { atMost, atMostTimes, summarise } from './figures.ts';

test('the median and the percentiles are values that were measured', () => {
  const values = Array.from({ length: 200 }, (_, i) => 200 - i);
  assert.deepEqual(summarise(values), { n: 200, min: 1, median: 100, p95: 190, p99: 198, max: 200 });
});

test('of a single value every figure is that value', () => {
  assert.deepEqual(summarise([7]), { n: 1, min: 7, median: 7, p95: 7, p99: 7, max: 7 });
});

test('of nothing there is no figure, and no goal is met', () => {
  const none = summarise([]);
  assert.equal(none.n, 0);
  assert.ok(Number.isNaN(none.median));
  assert.equal(atMost('median', 5, 'ms', none.median).isMet, false);
});

test('a goal is met up to its limit, that included', () => {
  assert.deepEqual(atMost('p99', 25, 'ms', 25), { says: 'p99 ≤ 25 ms', isMet: true });
  assert.equal(atMostTimes('median', 1.1, 111, 100).isMet, false);
});
