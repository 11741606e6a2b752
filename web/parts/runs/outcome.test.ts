import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reasonWords } from './outcome.ts';

test('the rule that decided is told in plain words, unless the message says the same', () => {
  assert.equal(reasonWords({ reason: 'window', message: 'the next one opens at 22:00' }), 'Outside the windows.');
  assert.equal(reasonWords({ reason: 'paused', message: 'all schedules were paused' }), null);
  assert.equal(reasonWords({ reason: 'paused', message: null }), 'All schedules were paused.');
});

test('a reason of another version is left to its message', () => {
  assert.equal(reasonWords({ reason: 'phase_of_the_moon', message: 'it is full' }), null);
  assert.equal(reasonWords({ reason: null, message: null }), null);
});
