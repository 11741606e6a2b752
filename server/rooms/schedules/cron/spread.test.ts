import assert from 'node:assert/strict';
import { test } from 'node:test';
import { spread } from './spread.ts';

test('the spread of a schedule never changes: an update must not move anyone’s slots', () => {
  const pinned: Record<string, [minute: number, hour: number]> = {
    '1': [15, 7],
    '2': [24, 12],
    '3': [54, 10],
    '42': [31, 5],
    backup: [47, 10],
    Größe: [58, 22],
  };
  for (const [seed, expected] of Object.entries(pinned)) {
    assert.deepEqual([spread(seed, 'minute', 60), spread(seed, 'hour', 24)], expected, seed);
  }
});

test('the spread of 6,000 schedules puts a fair share on each minute', () => {
  const shares = new Array<number>(60).fill(0);
  for (let id = 1; id <= 6000; id += 1) {
    const minute = spread(String(id), 'minute', 60);
    shares[minute] = (shares[minute] ?? 0) + 1;
  }
  assert.ok(Math.min(...shares) > 60 && Math.max(...shares) < 140, shares.join(' '));
});
