import assert from 'node:assert/strict';
import { test } from 'node:test';
import { imageName } from './image-name.ts';

test('the registry is left out, an organisation is not', () => {
  assert.equal(imageName('ghcr.io/immich-app/immich-server:v1'), 'immich-app/immich-server:v1');
  assert.equal(imageName('localhost:5000/web:2'), 'web:2');
  assert.equal(imageName('jellyfin/jellyfin:10'), 'jellyfin/jellyfin:10');
  assert.equal(imageName('redis'), 'redis');
});

test('an image without a name is shown by the start of its ID', () => {
  assert.equal(imageName(`sha256:${'ab'.repeat(32)}`), 'abababababab');
});
