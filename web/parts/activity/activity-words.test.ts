import assert from 'node:assert/strict';
import { test } from 'node:test';
import { activityWords } from './activity-words.ts';

test('a known kind of activity is told in words, an unknown one by its name', () => {
  assert.equal(activityWords('container.stop'), 'Stop');
  assert.equal(activityWords('backup.made_well'), 'backup made well');
});
