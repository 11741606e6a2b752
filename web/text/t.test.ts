import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import en from './en.json' with { type: 'json' };
import { fill, list, tn } from './t.ts';

const root = join(import.meta.dirname, '..');
const sources = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.(svelte|ts)$/.test(file) && !file.endsWith('.test.ts'))
  .map((file) => readFileSync(join(root, file), 'utf8'))
  .join('\n');

const keys = Object.keys(en);

test('a text is filled with its variables and leaves an unknown one visible', () => {
  assert.equal(fill('{a} of {b}', { a: 1234 }), '1,234 of {b}');
  assert.equal(tn('unit.containers', 1), '1 container');
  assert.equal(tn('unit.containers', 3), '3 containers');
  assert.match(list(['a', 'b', 'c']), /^a, b,? and c$/);
});

test('every key that the sources name exists', () => {
  const named = [...sources.matchAll(/\b(tn?)\(\s*'([\w.]+)'/g)];
  const missing = named
    .map(([, call, key]) => (call === 'tn' ? `${key}.other` : String(key)))
    .filter((key) => !keys.includes(key));
  assert.deepEqual([...new Set(missing)], []);
});

test('every key of the catalogue is used', () => {
  const quoted = new Set([...sources.matchAll(/'([\w.-]+)'/g)].map((match) => match[1]));
  const stems = [...sources.matchAll(/`([a-z][\w.]*\.)\$\{/g)].map((match) => String(match[1]));
  const unused = keys.filter((key) => {
    const plain = key.replace(/\.(one|other)$/, '');
    return !quoted.has(key) && !quoted.has(plain) && !stems.some((stem) => key.startsWith(stem));
  });
  assert.deepEqual(unused, []);
});

test('every counted text has both of its forms', () => {
  const stems = keys.filter((key) => /\.(one|other)$/.test(key)).map((key) => key.replace(/\.(one|other)$/, ''));
  for (const stem of stems) {
    assert.ok(keys.includes(`${stem}.one`) && keys.includes(`${stem}.other`), stem);
  }
});
