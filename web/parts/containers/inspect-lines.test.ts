import assert from 'node:assert/strict';
import { test } from 'node:test';
import { linesAround } from './inspect-lines.ts';

const document = JSON.stringify({ A: { B: { C: 1, D: 2, E: 3, F: 4, G: 'needle' } }, H: 1, I: 2, J: 3 }, null, 2);
const textsOf = (needle: string) => linesAround(document, needle).lines.map(({ text }) => text.trim());

test('without a search all lines are shown', () => {
  const { lines, hits } = linesAround(document, ' ');
  assert.equal(lines.map(({ text }) => text).join('\n'), document);
  assert.equal(hits, 0);
});

test('a hit stands with its neighbours and with what it belongs to', () => {
  assert.deepEqual(textsOf('NEEDLE'), ['{', '"A": {', '"B": {', '"E": 3,', '"F": 4,', '"G": "needle"', '}', '},']);
  assert.equal(linesAround(document, 'needle').hits, 1);
});

test('what was left out is told where it was left out', () => {
  const gaps = linesAround(document, 'needle').lines.filter(({ isAfterGap }) => isAfterGap);
  assert.deepEqual(
    gaps.map(({ text }) => text.trim()),
    ['"E": 3,'],
  );
});

test('nothing found shows nothing', () => {
  assert.deepEqual(linesAround(document, 'absent'), { lines: [], hits: 0 });
});
