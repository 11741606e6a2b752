import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LogLine } from '../../../contract/logs.ts';
import { LogLines, mostLines } from './log-lines.ts';

const line = (n: number, text = String(n)): LogLine => ({
  hostId: 1,
  container: 'web',
  at: `2026-11-25T23:24:11.${String(n).padStart(9, '0')}Z`,
  stream: 'stdout',
  text,
  level: null,
  isCut: false,
});
const textsOf = (lines: LogLines) => lines.all.map(({ text }) => text).join(' ');

test('a line that comes late goes where it belongs', () => {
  const lines = new LogLines();
  lines.add([line(1), line(5)]);
  lines.add([line(3), line(6)]);
  assert.equal(textsOf(lines), '1 3 5 6');
});

test('what is brought again after a break is shown once, and two lines alike are two', () => {
  const lines = new LogLines();
  lines.add([line(1), line(2), line(2, 'other')]);
  lines.add([line(2), line(2, 'other'), line(3)]);
  assert.equal(textsOf(lines), '1 2 other 3');
  const podman = { ...line(0), at: '2026-11-25T23:24:11.000000000Z', text: 'same' };
  const coarse = new LogLines();
  coarse.add([podman, podman]);
  assert.equal(coarse.all.length, 2);
});

test('what was before goes in front, without what is there already, and every line keeps its number', () => {
  const lines = new LogLines();
  lines.add([line(4), line(5)]);
  const before = lines.all.map(({ key }) => key);
  lines.addEarlier([line(2), line(3), line(4)]);
  assert.equal(textsOf(lines), '2 3 4 5');
  assert.deepEqual(
    lines.all.slice(2).map(({ key }) => key),
    before,
  );
  assert.equal(new Set(lines.all.map(({ key }) => key)).size, 4);
});

test('beyond a hundred thousand the oldest go', () => {
  const lines = new LogLines();
  for (let from = 0; from < 120_000; from += 1000) {
    lines.add(Array.from({ length: 1000 }, (_, i) => line(from + i + 1)));
  }
  assert.ok(lines.all.length >= mostLines && lines.all.length <= mostLines + 5000);
  assert.equal(lines.dropped, 120_000 - lines.all.length);
  assert.equal(lines.all.at(-1)?.text, '120000');
});
