import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aContainer } from '../containers/testing.ts';
import { canUpdate, worthUpdating } from './update-state.ts';

test('of several containers those are updated that have a newer image, and all where none is known to have one', () => {
  const [old, fresh, unknown] = [true, false, null].map((updateAvailable, id) =>
    aContainer({ name: `c${id}`, updateAvailable }),
  );
  assert.ok(old && fresh && unknown);
  assert.deepEqual(worthUpdating([old, fresh, unknown]), [old]);
  assert.deepEqual(worthUpdating([fresh, unknown]), [fresh, unknown]);
});

test('what is pinned, built here or without a name cannot be updated; what was not asked for or was rolled back can', () => {
  for (const reason of ['pinned', 'local', 'no_name'] as const) assert.equal(canUpdate({ reason }), false, reason);
  for (const reason of ['unchecked', 'blocked', 'off', null] as const) assert.equal(canUpdate({ reason }), true);
});
