import assert from 'node:assert/strict';
import { test } from 'node:test';
import { numberOf, numbersOf, textOfNumber, unreadable } from './number-text.ts';

test('a number comes back from its field in the unit of the API', () => {
  for (const ms of [1000, 90_500, 61_001]) assert.equal(numberOf(textOfNumber(ms, 60_000), 60_000), ms);
  assert.equal(numberOf(' ', 1000), undefined);
});

test('a list of numbers may be parted by commas or blanks', () => {
  assert.deepEqual(numbersOf('1, 137 255'), [1, 137, 255]);
  assert.equal(numbersOf(' '), undefined);
});

test('what cannot be read as a number is found wherever it stands', () => {
  const input = { policies: { jitterMs: numberOf('soon'), queueLimit: 5 }, trigger: { exitCodes: numbersOf('1 x') } };
  assert.deepEqual(unreadable(input), ['policies.jitterMs', 'trigger.exitCodes.1']);
});
