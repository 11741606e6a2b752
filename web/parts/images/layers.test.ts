import assert from 'node:assert/strict';
import { test } from 'node:test';
import { layersOf } from './layers.ts';

test('each layer is as it was told of last, and lines of the whole image are none', () => {
  const output = [
    'latest: Pulling from shop/app',
    '0123456789ab: Pulling fs layer',
    'ba9876543210: Downloading 50/200',
    '0123456789ab: Downloading 1/4',
    'ba9876543210: Pull complete',
    'Digest: sha256:77',
    '',
  ].join('\n');
  assert.deepEqual(layersOf(output), [
    { id: '0123456789ab', status: 'Downloading', share: 0.25 },
    { id: 'ba9876543210', status: 'Pull complete', share: null },
  ]);
});
