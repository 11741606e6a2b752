import assert from 'node:assert/strict';
import { test } from 'node:test';
import { filterFrom, matchesFilter } from './filter.ts';
import { aRun } from './testing.ts';

test('an empty filter lets every run through', () => {
  assert.equal(matchesFilter(aRun(), filterFrom(new URLSearchParams())), true);
});

test('each part of the filter narrows', () => {
  const run = aRun({ outcome: 'failed' });
  assert.equal(matchesFilter(run, { outcome: 'failed', origin: 'schedule', schedule: '1' }), true);
  assert.equal(matchesFilter(run, { outcome: 'succeeded' }), false);
  assert.equal(matchesFilter(run, { schedule: '2' }), false);
});

test('host and container must fit the same target', () => {
  assert.equal(matchesFilter(aRun(), { host: '1', container: 'web' }), true);
  assert.equal(matchesFilter(aRun(), { host: '2', container: 'web' }), false);
});
