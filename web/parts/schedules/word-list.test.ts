import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { joinWords, splitWords } from './word-list.ts';

test('blanks part words, quotes and backslashes keep them together', () => {
  assert.deepEqual(splitWords(`sh -c 'echo "$HOME"'  a\\ b "c \\"d\\""`).words, [
    'sh',
    '-c',
    'echo "$HOME"',
    'a b',
    'c "d"',
  ]);
  assert.deepEqual(splitWords(`x '' y`).words, ['x', '', 'y']);
  assert.deepEqual(splitWords(' \n ').words, []);
});

test('an open quote is told', () => {
  assert.equal(splitWords(`sh -c 'echo`).isOpen, true);
  assert.equal(splitWords(`sh -c 'echo'`).isOpen, false);
});

test('any command survives being shown as a line', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme' }), { minLength: 1 }), (words) => {
      assert.deepEqual(splitWords(joinWords(words)), { words, isOpen: false });
    }),
  );
  assert.deepEqual(splitWords(joinWords(['sh', '-c', "a\n'b'\\\n"])).words, ['sh', '-c', "a\n'b'\\\n"]);
});
