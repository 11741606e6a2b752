import assert from 'node:assert/strict';
import { test } from 'node:test';
import { emptyKey, keyInputOf } from './key-draft.ts';

const now = Date.parse('2026-11-26T06:00:00Z');

test('a key that nobody thought about reads, everywhere, for three months', () => {
  assert.deepEqual(keyInputOf({ ...emptyKey, name: 'backup' }, now), {
    name: 'backup',
    scopes: ['read'],
    permissions: [],
    hosts: null,
    expiresAt: '2027-02-24T06:00:00.000Z',
  });
});

test('rights one by one stand in the place of a step, and do not come along with one', () => {
  const draft = { ...emptyKey, permissions: ['view', 'exec'] as const };
  assert.deepEqual(keyInputOf({ ...draft, permissions: ['view', 'exec'], scope: 'own' }, now).permissions, [
    'view',
    'exec',
  ]);
  assert.deepEqual(keyInputOf({ ...draft, permissions: ['view', 'exec'], scope: 'write' }, now).permissions, []);
});

test('some hosts without one is not all hosts', () => {
  assert.deepEqual(keyInputOf({ ...emptyKey, reach: 'some' }, now).hosts, []);
});
