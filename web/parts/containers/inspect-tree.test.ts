import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Fold } from './inspect-tree.ts';
import { foldsOf } from './inspect-tree.ts';

const linesOf = (folds: Fold[]): string[] =>
  folds.flatMap(({ text, inner, end }) => [text, ...linesOf(inner), ...(end === null ? [] : [end])]);

test('every line of a document is in its folds, in order', () => {
  const document = JSON.stringify({ a: { b: [1, { c: [] }], d: {} }, e: ['ends with {', '['], f: '}' }, null, 2);
  assert.equal(linesOf(foldsOf(document)).join('\n'), document);
});

test('what belongs to an object stands under its line', () => {
  const [root] = foldsOf(JSON.stringify({ State: { Status: 'running', Health: null }, Id: 'x' }, null, 2));
  assert.deepEqual(
    root?.inner.map(({ text, inner }) => [text.trim(), inner.length]),
    [
      ['"State": {', 2],
      ['"Id": "x"', 0],
    ],
  );
});
