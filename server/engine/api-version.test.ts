import assert from 'node:assert/strict';
import { test } from 'node:test';
import { negotiate } from './api-version.ts';

test('the newest version that both sides know is spoken', () => {
  assert.equal(negotiate('1.41'), '1.41');
  assert.equal(negotiate('1.52'), '1.52');
  assert.equal(negotiate('1.99'), '1.52');
});

test('an engine that is too old is refused with the remedy', () => {
  assert.throws(() => negotiate('1.40'), /1\.41 .*or newer is needed\. Update it/);
  assert.throws(() => negotiate('1.9'), /Update it/);
});

test('what is no engine is told so', () => {
  assert.throws(() => negotiate(''), /not a Docker or Podman engine/);
});
