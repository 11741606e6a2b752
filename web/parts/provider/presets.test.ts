import assert from 'node:assert/strict';
import { test } from 'node:test';
import { refilled } from './presets.ts';

test('a kind fills in what nobody has typed, and takes it back with the next', () => {
  assert.equal(refilled('issuer', '', 'github'), 'https://github.com');
  assert.equal(refilled('issuer', 'https://github.com', 'google'), 'https://accounts.google.com');
  assert.equal(refilled('label', 'Google', 'oidc'), '');
  assert.equal(refilled('issuer', 'https://git.example.org', 'github'), 'https://git.example.org');
});
