import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newRunId } from './run-id.ts';

test('IDs are UUIDs of version 7', () => {
  assert.match(newRunId(), /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

test('IDs sort in the order in which they were made, in one millisecond too, and when the clock is set back', () => {
  const now = Date.now() + 10_000;
  const made = Array.from({ length: 10_000 }, (_, i) => newRunId(now - (i % 3) * 5000));
  assert.deepEqual(made.toSorted(), made);
  assert.equal(new Set(made).size, made.length);
});
