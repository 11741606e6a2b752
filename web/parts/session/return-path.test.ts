import assert from 'node:assert/strict';
import { test } from 'node:test';
import { returnPath } from './return-path.ts';

const origin = 'http://nas.local:5000';

test('a path of the same origin is returned to, with its query', () => {
  assert.equal(returnPath('/containers?host=1&q=web', origin), '/containers?host=1&q=web');
});

test('another origin is never returned to, however it is written', () => {
  for (const next of [
    'https://evil.example/',
    '//evil.example/',
    '/\\evil.example',
    '/\t/evil.example',
    'javascript:alert(1)',
  ]) {
    assert.equal(returnPath(next, origin), '/', next);
  }
});

test('nothing, and the sign-in page itself, lead to the first page', () => {
  assert.equal(returnPath(null, origin), '/');
  assert.equal(returnPath('/sign-in?next=/runs', origin), '/');
});
