import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shortcutFor } from './shortcuts.ts';

const plain = { ctrlKey: false, metaKey: false, altKey: false, isComposing: false, target: null };

test('a letter alone is a shortcut, and g waits for a second one', () => {
  assert.equal(shortcutFor({ ...plain, key: 'n' }, false), 'new');
  assert.equal(shortcutFor({ ...plain, key: 'g' }, false), 'go');
  assert.deepEqual(shortcutFor({ ...plain, key: 's' }, true), { page: 'schedules' });
});

test('a letter that goes nowhere after g does nothing', () => {
  assert.equal(shortcutFor({ ...plain, key: 'n' }, true), null);
  assert.equal(shortcutFor({ ...plain, key: 'toString' }, true), null);
});

test('no key with a modifier is ever taken from the browser', () => {
  for (const modifier of ['ctrlKey', 'metaKey', 'altKey'] as const) {
    for (const key of ['c', 'n', 'x', 'k', '/']) {
      assert.equal(shortcutFor({ ...plain, [modifier]: true, key }, false), null);
    }
  }
});

test('typing in a field is typing', () => {
  const field = Object.assign(new EventTarget(), { closest: () => ({}) });
  assert.equal(shortcutFor({ ...plain, key: 'n', target: field }, false), null);
});
