import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Container, Selector } from '../../../contract/index.ts';
import { matchesPattern, resolveTargets } from './targets.ts';

const container = (hostId: number, name: string, more: Partial<Container> = {}): Container => ({
  hostId,
  id: `${hostId}-${name}`,
  name,
  image: 'tiny:1',
  imageId: 'sha256:0',
  state: 'running',
  health: null,
  status: 'Up',
  exitCode: null,
  oomKilled: false,
  startedAt: null,
  finishedAt: null,
  createdAt: '2026-11-23T08:00:00.000Z',
  ipAddresses: [],
  ports: [],
  stack: null,
  service: null,
  labels: {},
  sharesWith: [],
  tags: [],
  webUrl: null,
  webUrlSource: null,
  updateAvailable: null,
  stale: false,
  isSelf: false,
  ...more,
});

const fleet = [
  container(1, 'db', { stack: 'shop', service: 'db', labels: { backup: 'nightly' } }),
  container(1, 'mydb', { labels: { backup: 'weekly' } }),
  container(1, 'web', { stack: 'shop', service: 'web' }),
  container(2, 'db', { stack: 'shop', service: 'db' }),
  container(1, 'chrontainer', { stack: 'shop', isSelf: true }),
];
const names = (...selectors: Selector[]) => resolveTargets(selectors, fleet).map((t) => `${t.hostId}/${t.container}`);

test('a name means exactly that name on that host, not a part of another', () => {
  assert.deepEqual(names({ hostId: 1, container: 'db' }), ['1/db']);
});

test('a named container is a target even where it does not exist, so that its absence is told', () => {
  assert.deepEqual(names({ hostId: 1, container: 'gone' }), ['1/gone']);
});

test('a stack means its containers on every host, or on one, or one service of it', () => {
  assert.deepEqual(names({ stack: 'shop' }), ['1/db', '1/web', '2/db']);
  assert.deepEqual(names({ stack: 'shop', hostId: 2 }), ['2/db']);
  assert.deepEqual(names({ stack: 'shop', service: 'web' }), ['1/web']);
});

test('a label means its presence, or its exact value', () => {
  assert.deepEqual(names({ label: 'backup' }), ['1/db', '1/mydb']);
  assert.deepEqual(names({ label: 'backup', value: 'weekly' }), ['1/mydb']);
  assert.deepEqual(names({ label: 'toString' }), []);
});

test('the container that runs the program is left out unless it is named', () => {
  assert.deepEqual(names({ hostId: 1, all: true }), ['1/db', '1/mydb', '1/web']);
  assert.deepEqual(names({ hostId: 1, container: 'chrontainer' }), ['1/chrontainer']);
});

test('a container that several selectors mean is one target', () => {
  assert.deepEqual(names({ hostId: 1, container: 'db' }, { stack: 'shop' }, { hostId: 1, all: true }), [
    '1/db',
    '1/mydb',
    '1/web',
    '2/db',
  ]);
});

test('a pattern fits the whole name', () => {
  for (const [pattern, name, fits] of [
    ['db', 'mydb', false],
    ['*db', 'mydb', true],
    ['*db', 'db', true],
    ['d?', 'db', true],
    ['d?', 'd', false],
    ['a*b*c', 'a1b2b3c', true],
    ['a*b*c', 'a1b2b3', false],
    ['[a-z]+', 'web', false],
  ] as const) {
    assert.equal(matchesPattern(pattern, name), fits, `${pattern} against ${name}`);
  }
});

test('a hostile pattern is decided in a bounded number of steps', () => {
  assert.equal(matchesPattern(`${'*a'.repeat(120)}b`, 'a'.repeat(250)), false);
});
