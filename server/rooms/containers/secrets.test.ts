import assert from 'node:assert/strict';
import { test } from 'node:test';
import { looksSecret, masked } from './secrets.ts';

test('a variable whose name speaks of a secret is withheld, and what it is called stays', () => {
  for (const name of [
    'POSTGRES_PASSWORD',
    'api_token',
    'AWS_SECRET_ACCESS_KEY',
    'DB_PW',
    'JWT_SIGNING',
    'SENTRY_DSN',
  ]) {
    assert.deepEqual(masked({ name, value: 'x1' }), { name, value: null }, name);
  }
});

test('so is one whose value is a secret under a harmless name', () => {
  for (const value of [
    'postgres://app:hunter2@db/app',
    'redis://:hunter2@cache',
    '-----BEGIN PRIVATE KEY-----',
    'eyJhbGciOiJIUzI1NiJ9.e30.x',
    'dGhpcyBpcyBhIGxvbmcgcmFuZG9tIHZhbHVlIG9mIGJ5dGVz',
  ]) {
    assert.ok(looksSecret({ name: 'SOMETHING', value }), value);
  }
});

test('what is no secret is shown, and an empty secret is shown as empty', () => {
  for (const [name, value] of [
    ['PATH', '/usr/local/sbin:/usr/local/bin:/usr/sbin'],
    ['TZ', 'Europe/Berlin'],
    ['DATABASE_URL', 'postgres://db/app'],
    ['POSTGRES_PASSWORD_FILE', '/run/secrets/pw'],
    ['MYSQL_ROOT_PASSWORD', ''],
  ] as const) {
    assert.equal(masked({ name, value }).value, value, name);
  }
});
