import assert from 'node:assert/strict';
import { test } from 'node:test';
import { copyName, nameFault } from './name-fault.ts';

const taken = new Set(['web', 'web-copy', 'web-copy-2']);
const isTaken = (name: string) => taken.has(name);

test('a name is refused that engines do not take, or that another container has', () => {
  assert.equal(nameFault('', isTaken), 'rename.form');
  assert.equal(nameFault('-web', isTaken), 'rename.form');
  assert.equal(nameFault('a b', isTaken), 'rename.form');
  assert.equal(nameFault('web', isTaken), 'rename.taken');
  assert.equal(nameFault('web.2_b-c', isTaken), null);
});

test('a copy gets a name that is free', () => {
  assert.equal(copyName('db', isTaken), 'db-copy');
  assert.equal(copyName('web', isTaken), 'web-copy-3');
});
