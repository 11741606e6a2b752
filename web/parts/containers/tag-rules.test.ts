import assert from 'node:assert/strict';
import { test } from 'node:test';
import { draftOf, labelNames, labelValues, placesOf, reachedBy, rulesOf, ruleText } from './tag-rules.ts';
import { aContainer } from './testing.ts';

const known = [
  aContainer({ name: 'web', labels: { tier: 'front' } }),
  aContainer({ name: 'db', labels: { tier: 'back', empty: '' } }),
  aContainer({ name: 'alone', labels: {} }),
];
const names = (label: string, value: string | null) => reachedBy({ label, value }, known).map(({ name }) => name);

test('a rule without a value reaches every container that has the label, in order of their names', () => {
  assert.deepEqual(names(' tier ', null), ['db', 'web']);
  assert.deepEqual(names('', null), []);
  assert.deepEqual(names('constructor', null), []);
});

test('a rule with a value reaches those that have exactly it, the empty value included', () => {
  assert.deepEqual(names('tier', 'front'), ['web']);
  assert.deepEqual(names('tier', 'fron'), []);
  assert.deepEqual(names('empty', ''), ['db']);
  assert.deepEqual(names('tier', ''), []);
});

test('a rule comes out of the form as it went in, and a line that says nothing is no rule', () => {
  const rules = [{ label: 'tier', value: 'front' }, { label: 'empty', value: '' }, { label: 'any' }];
  const [first, ...others] = rules.map(draftOf);
  assert.ok(first);
  const drafts = [first, { label: ' ', value: null }, ...others];
  assert.deepEqual(rulesOf(drafts), rules);
  assert.deepEqual(placesOf(drafts), [0, 2, 3]);
  assert.deepEqual(rulesOf([{ label: '', value: 'front' }]), [{ label: '', value: 'front' }]);
  assert.deepEqual(rules.map(ruleText), ['tier=front', 'empty=', 'any']);
});

test('proposed are the labels that containers have, and the values of one', () => {
  assert.deepEqual(labelNames(known), ['empty', 'tier']);
  assert.deepEqual(labelValues('tier', known), ['back', 'front']);
  assert.deepEqual(labelValues('empty', known), []);
});
