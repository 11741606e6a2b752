import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plainText } from './plain-text.ts';

test('colours, titles and other sequences of a terminal are left out', () => {
  assert.equal(plainText('\u001b[1;31mred\u001b[0m \u001b]0;title\u0007end\u001b(B'), 'red end');
  assert.equal(plainText('a\u0000b\u0007c\td'), 'abc\td');
});

test('of a line that was written over the last state is shown', () => {
  assert.equal(plainText('10 %\r50 %\r100 %\ndone\r\nnext\r'), '100 %\ndone\nnext');
});

test('what looks like a page stays text', () => {
  assert.equal(plainText('<script>alert(1)</script>'), '<script>alert(1)</script>');
});
