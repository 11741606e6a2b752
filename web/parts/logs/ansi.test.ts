import assert from 'node:assert/strict';
import { test } from 'node:test';
import { spansOf, textOf } from './ansi.ts';

const looks = (line: string) => spansOf(line).map(({ text, color, isBold }) => [text, color, isBold]);

test('colours and bold begin and end where the program said', () => {
  assert.deepEqual(looks('\u001b[1;31mERROR\u001b[0m at \u001b[92mnoon\u001b[39m!'), [
    ['ERROR', 'red', true],
    [' at ', null, false],
    ['noon', 'green', false],
    ['!', null, false],
  ]);
});

test('of many colours the nearest of the eight is shown, and greys as text', () => {
  assert.deepEqual(looks('\u001b[38;5;196ma\u001b[38;2;30;200;190mb\u001b[38;5;244mc\u001b[38;5;3md'), [
    ['a', 'red', false],
    ['b', 'cyan', false],
    ['c', null, false],
    ['d', 'yellow', false],
  ]);
});

test('a ground of its own is a mark, whatever its colour', () => {
  assert.deepEqual(
    spansOf('\u001b[30;47mx\u001b[48;5;1my\u001b[49mz').map(({ text, isMarked }) => [text, isMarked]),
    [
      ['x', true],
      ['y', true],
      ['z', false],
    ],
  );
});

test('hostile text stays text: markup, links, cursor moves, control characters and turned writing', () => {
  const line =
    '<img src=x onerror=alert(1)>\u001b]8;;javascript:alert(1)\u0007link\u001b[2J\u001b[10A\u0000\u0007 \u202egnp';
  assert.equal(textOf(line), '<img src=x onerror=alert(1)>link \ufffdgnp');
  assert.equal(
    spansOf(line)
      .map(({ text }) => text)
      .join(''),
    textOf(line),
  );
});

test('an order that is cut off at the end takes nothing with it', () => {
  assert.equal(textOf('done\u001b[3'), 'done3');
  assert.equal(textOf('done\u001b'), 'done');
});

test('a long line of orders takes no time', () => {
  const startedAt = performance.now();
  spansOf('\u001b['.repeat(100_000));
  spansOf(`\u001b]${'x'.repeat(100_000)}`.repeat(3));
  spansOf('\u001b[31mx'.repeat(50_000));
  assert.ok(performance.now() - startedAt < 3000);
});
