import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bytesText, percentText, perSecond } from './amount.ts';

test('bytes have three digits at most', () => {
  assert.deepEqual([0, 999, 1000, 9_950, 640_000, 999_600, 1_234_000_000].map(bytesText), [
    '0 B',
    '999 B',
    '1.0 kB',
    '9.9 kB',
    '640 kB',
    '1.0 MB',
    '1.2 GB',
  ]);
});

test('percent are precise where they are small', () => {
  assert.deepEqual([0, 0.34, 9.94, 9.96, 340.4].map(percentText), ['0 %', '0.3 %', '9.9 %', '10 %', '340 %']);
});

test('a counter that begins anew has no rate', () => {
  const at = (seconds: number, count: number | null) => ({ at: new Date(seconds * 1000).toISOString(), count });
  assert.equal(perSecond(at(1, 100), at(3, 300)), 100);
  assert.equal(perSecond(at(1, 100), at(3, 50)), null);
  assert.equal(perSecond(at(1, null), at(3, 50)), null);
  assert.equal(perSecond(undefined, at(3, 50)), null);
});
