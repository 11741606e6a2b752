import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tooMany } from './too-many.ts';

test('whoever tries too often is told when to try again, in words and as a header', () => {
  assert.equal(tooMany('attempts', 1000).message, 'Too many attempts: try again in 1 second.');
  const later = tooMany('attempts', 1001, { 'X-Other': 'kept' });
  assert.equal(later.message, 'Too many attempts: try again in 2 seconds.');
  assert.deepEqual(later.headers, { 'X-Other': 'kept', 'Retry-After': '2' });
});
