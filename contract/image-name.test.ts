import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isImageName } from './image-name.ts';

test('names that engines take are names', () => {
  const names = [
    'nginx',
    'nginx:1.27-alpine',
    'library/nginx',
    'registry.lan/shop:2',
    'registry.lan:5000/team/shop',
    'localhost/tiny:1',
    '127.0.0.1:40123/shop:v1',
    'build:5000/shop:_x',
    'a__b/c--d.e',
    `shop:${'t'.repeat(128)}`,
  ];
  assert.deepEqual(
    names.filter((name) => !isImageName(name)),
    [],
  );
});

test('what engines refuse is no name', () => {
  const texts = [
    '',
    'Shop',
    'Team/shop',
    'shop:',
    'shop:-x',
    `shop:${'t'.repeat(129)}`,
    '/shop',
    'shop/',
    'a//b',
    'a..b',
    'a___b',
    'shop.',
    'shop@sha256:0',
    'a b',
    '-lan.example/shop',
    'http://registry.lan/shop',
    'f'.repeat(64),
    `${'a/'.repeat(128)}a`,
  ];
  assert.deepEqual(texts.filter(isImageName), []);
});
