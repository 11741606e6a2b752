import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newScope, scopeDrafts, scopesOf } from './scope-draft.ts';

test('places come back from their fields as they went in', () => {
  const scopes = [{ hostId: 2 }, { stack: 'shop', hostId: 1 }, { tag: 'media' }];
  assert.deepEqual(scopesOf(scopeDrafts(scopes)), [{ hostId: 2 }, { hostId: 1, stack: 'shop' }, { tag: 'media' }]);
});

test('a row that names nothing stays one that names nothing, and is not left out', () => {
  const drafts = scopeDrafts([{ hostId: 2 }]);
  assert.deepEqual(scopesOf([...drafts, newScope(drafts)]), [{ hostId: 2 }, {}]);
});

test('each new row has a key of its own', () => {
  const drafts = scopeDrafts([{ hostId: 2 }, { hostId: 3 }]);
  assert.ok(!drafts.some(({ key }) => key === newScope(drafts).key));
});
