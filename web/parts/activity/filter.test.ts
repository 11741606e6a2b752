import assert from 'node:assert/strict';
import { test } from 'node:test';
import { actions, filterFrom, isFiltered } from './filter.ts';

test('an address becomes a filter, and what the server would refuse becomes none', () => {
  const filter = filterFrom(new URLSearchParams('actor=kim&result=maybe&from=yesterday&to=2026-11-26T08:00:00.000Z'));
  assert.deepEqual(
    { actor: filter.actor, result: filter.result, from: filter.from, to: filter.to },
    { actor: 'kim', result: '', from: '', to: '2026-11-26T08:00:00.000Z' },
  );
  assert.ok(isFiltered(filter));
  assert.ok(!isFiltered(filterFrom(new URLSearchParams('other=1'))));
});

test('each kind of activity can be chosen by its words', () => {
  const words = actions.map(({ label }) => label);
  assert.deepEqual(
    words,
    words.toSorted((a, b) => a.localeCompare(b)),
  );
  assert.ok(words.includes('Sign in'));
});
