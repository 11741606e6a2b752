import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isPassing } from './passing.ts';

test('what an update makes on its way is not shown while its run is under way, and what it left behind is', () => {
  const name = 'chrontainer-update-run-7-c0ffee000000-new';
  assert.equal(isPassing(name, new Set(['run-8', 'run-7'])), true);
  assert.equal(isPassing(name, new Set(['run-8', 'run-'])), false);
  assert.equal(isPassing(name, new Set()), false);
});

test('a container of another name is always shown', () => {
  assert.equal(isPassing('update-run-7-web', new Set(['run-7'])), false);
});
