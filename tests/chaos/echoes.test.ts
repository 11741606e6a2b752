import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withoutEchoes } from './echoes.ts';

const at = (...times: number[]) => times.map((time) => ({ at: time }));

test('an event that the engine tells again without another call is no second effect', () => {
  const calls = [
    { at: 1000, answeredAt: 1014 },
    { at: 5000, answeredAt: 5020 },
  ];
  assert.deepEqual(withoutEchoes(at(1011, 1037, 5012, 19_000), calls), at(1011, 5012));
});

test('an event for each of two calls is an effect, however close together and with a lost answer', () => {
  const calls = [{ at: 1000, answeredAt: 1014 }, { at: 1016 }];
  assert.deepEqual(withoutEchoes(at(1011, 1018), calls), at(1011, 1018));
});
