import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isMeant } from './identity.ts';
import { aContainer } from './testing.ts';

test('a name means exactly that name, on that host', () => {
  assert.equal(isMeant({ hostId: 1, container: 'db' }, aContainer({ name: 'db' })), true);
  assert.equal(isMeant({ hostId: 1, container: 'db' }, aContainer({ name: 'mydb' })), false);
  assert.equal(isMeant({ hostId: 2, container: 'db' }, aContainer({ name: 'db' })), false);
});

test('a stack means its containers, on every host unless one is named', () => {
  const container = aContainer({ stack: 'media', service: 'jellyfin', hostId: 3 });
  assert.equal(isMeant({ stack: 'media' }, container), true);
  assert.equal(isMeant({ stack: 'media', service: 'immich' }, container), false);
  assert.equal(isMeant({ stack: 'media', hostId: 1 }, container), false);
});

test('labels, tags and patterns find theirs', () => {
  const container = aContainer({
    name: 'web-1',
    labels: { tier: 'front' },
    tags: [{ name: 'nightly', color: '#888888', label: null }],
  });
  assert.equal(isMeant({ label: 'tier' }, container), true);
  assert.equal(isMeant({ label: 'tier', value: 'back' }, container), false);
  assert.equal(isMeant({ tag: 'nightly' }, container), true);
  assert.equal(isMeant({ namePattern: 'web-*' }, container), true);
  assert.equal(isMeant({ namePattern: 'web' }, container), false);
});

test('everything on a host leaves out Chrontainer itself', () => {
  assert.equal(isMeant({ hostId: 1, all: true }, aContainer()), true);
  assert.equal(isMeant({ hostId: 1, all: true }, aContainer({ isSelf: true })), false);
});
