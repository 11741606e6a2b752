import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FieldErrors } from './field-errors.ts';

const errors = new FieldErrors(
  new Map([
    ['trigger.expression', 'has four fields, needs five'],
    ['steps.0.targets.1.container', 'must be a name'],
    ['steps.1.action', 'is unknown'],
  ]),
);

test('a field has its own fault and those below it, as a sentence', () => {
  assert.equal(errors.of('trigger.expression'), 'Has four fields, needs five.');
  assert.equal(errors.of('steps.0.targets'), 'Must be a name.');
  assert.equal(errors.of('name'), null);
});

test('a path is not taken for one that only begins alike', () => {
  assert.equal(new FieldErrors(new Map([['names', 'x']])).has('name'), false);
});

test('a fault that no field shows is not lost', () => {
  assert.deepEqual(errors.beyond(['trigger', 'steps.0']), ['steps.1.action: is unknown']);
});
