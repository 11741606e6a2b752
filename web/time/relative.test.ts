import assert from 'node:assert/strict';
import { test } from 'node:test';
import { duration, needsSeconds, relative } from './relative.ts';

const now = Date.parse('2026-11-23T08:43:00.000Z');
const min = 60_000;

test('what is past is told as ago, in one unit', () => {
  assert.equal(relative(now - 41_000, now), '41 s ago');
  assert.equal(relative(now - 4 * 60 * min - 59 * min, now), '4 h ago');
  assert.equal(relative(now - 72 * 60 * min, now), '3 d ago');
});

test('what is to come is rounded up and never due in zero', () => {
  assert.equal(relative(now + 11.2 * min, now), 'in 12 min');
  assert.equal(relative(now + 1_200, now), 'in 2 s');
  assert.equal(relative(now + 59_900, now), 'in 1 min');
});

test('this very second is now', () => {
  assert.equal(relative(now + 400, now), 'now');
});

test('a duration has two units at most and carries over', () => {
  assert.equal(duration(340), '340 ms');
  assert.equal(duration(1_840), '1.8 s');
  assert.equal(duration(151 * min), '2 h 31 min');
  assert.equal(duration(60 * min - 200), '60 min');
  assert.equal(duration(24 * 60 * min), '1 d');
});

test('only what is near is refreshed each second', () => {
  assert.equal(needsSeconds(now + min, now), true);
  assert.equal(needsSeconds(now - 10 * min, now), false);
});
