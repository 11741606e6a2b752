import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { LogLine } from './log-lines.ts';
import { LogDecoder } from './log-lines.ts';
import { canonicalStamp, nanosecondsOf, stampOf } from './log-stamp.ts';

const at = (n: number) => `2026-11-25T23:24:11.${String(n).padStart(9, '0')}Z`;
const frame = (type: number, text: string | Buffer): Buffer => {
  const content = Buffer.from(text);
  const header = Buffer.alloc(8);
  header[0] = type;
  header.writeUInt32BE(content.length, 4);
  return Buffer.concat([header, content]);
};
/** Pushes it in pieces of that size. */
const decode = (bytes: Buffer, size = bytes.length || 1, hasTimes = true): LogLine[] => {
  const decoder = new LogDecoder({ hasTimes });
  const lines: LogLine[] = [];
  for (let from = 0; from < bytes.length; from += size) lines.push(...decoder.push(bytes.subarray(from, from + size)));
  return [...lines, ...decoder.end()];
};
const textsOf = (lines: LogLine[]) => lines.map(({ stream, text }) => `${stream} ${text}`);

test('frames become lines, wherever the network cut them', () => {
  const text = fc.string({ unit: 'grapheme' }).map((it) => it.replaceAll(/[\n]/g, ''));
  const entries = fc.array(fc.record({ type: fc.constantFrom(1, 2), text }), { maxLength: 20 });
  fc.assert(
    fc.property(entries, fc.integer({ min: 1, max: 50 }), (written, size) => {
      const bytes = Buffer.concat(written.map((entry, i) => frame(entry.type, `${at(i)} ${entry.text}\n`)));
      const expected = written.map((entry, i) => ({
        at: at(i),
        stream: entry.type === 2 ? 'stderr' : 'stdout',
        text: Buffer.from(entry.text).toString(),
        isCut: false,
      }));
      assert.deepEqual(decode(bytes, size), expected);
    }),
  );
});

test('the pieces of a long line are put together, also when another stream writes in between', () => {
  const long = 'x'.repeat(16_384);
  const bytes = Buffer.concat([
    frame(1, `${at(1)} ${long}`),
    frame(2, `${at(2)} error\n`),
    frame(1, `${at(1)} ${long}`),
    frame(1, `${at(1)} end\n`),
  ]);
  assert.deepEqual(textsOf(decode(bytes, 1000)), ['stderr error', `stdout ${long}${long}end`]);
});

test('a terminal’s log has neither frames nor carriage returns, and its long lines lose the times within', () => {
  const long = 'y'.repeat(16_384);
  const bytes = Buffer.from(`${at(1)} one\r\n${at(2)} ${long}${at(2)} ${long}${at(2)} end\r\n${at(3)} half`);
  const lines = decode(bytes, 777);
  assert.deepEqual(textsOf(lines), ['stdout one', `stdout ${long}${long}end`, 'stdout half']);
  assert.deepEqual(
    lines.map((line) => line.at),
    [at(1), at(2), at(3)],
  );
});

test('what a program did not end with a newline is a line of its own when it starts again', () => {
  const bytes = Buffer.concat([frame(1, `${at(1)} prompt> `), frame(1, `${at(2)} hello\n`)]);
  assert.deepEqual(textsOf(decode(bytes)), ['stdout prompt> ', 'stdout hello']);
});

test('without times the lines of frames are the same', () => {
  const long = 'x'.repeat(16_384);
  const bytes = Buffer.concat([
    frame(1, '\u0000one\n'),
    frame(1, `${at(1)} two\n`),
    frame(1, long),
    frame(2, 'error\n'),
    frame(1, long),
    frame(1, 'end\n'),
    frame(1, 'prompt> '),
    frame(1, 'hello\n'),
  ]);
  const lines = decode(bytes, 1000, false);
  const texts = ['\u0000one', `${at(1)} two`, 'error', `${long}${long}end`, 'prompt> ', 'hello'];
  assert.deepEqual(
    lines.map(({ text }) => text),
    texts,
  );
  assert.ok(lines.every((line) => line.at === ''));
});

/** Three megabytes without an end. */
const endless = (isTerminal: boolean): Buffer[] => {
  const piece = 'z'.repeat(16_384);
  return Array.from({ length: 200 }, (_, i) =>
    isTerminal ? Buffer.from(i === 0 ? `${at(1)} ${piece}` : piece) : frame(1, `${at(1)} ${piece}`),
  );
};

for (const isTerminal of [true, false]) {
  test(`a line without an end is cut, and never kept whole, ${isTerminal ? 'from a terminal' : 'in frames'}`, () => {
    const decoder = new LogDecoder();
    const lines = endless(isTerminal).flatMap((bytes) => decoder.push(bytes));
    assert.ok(lines.every(({ isCut, text }) => isCut && text.length > 100_000 && text.length <= 512 * 1024));
    assert.ok(lines.reduce((total, { text }) => total + text.length, 0) > 2_500_000);
  });
}

test('hostile text stays as it is, and what is no UTF-8 does no harm', () => {
  const hostile = '\u001b[31m<script>alert(1)</script>\u0007 {"a":1} \u202e';
  const bytes = Buffer.concat([
    frame(1, `${at(1)} ${hostile}\n`),
    frame(1, Buffer.concat([Buffer.from(`${at(2)} `), Buffer.from([0xff, 0x00, 0xc3, 0x0a])])),
    frame(1, `${at(3)} 2020-01-01T00:00:00Z not the time\n`),
    frame(1, 'no time at all\n'),
  ]);
  const lines = decode(bytes, 5);
  assert.deepEqual(
    lines.map(({ text }) => text),
    [hostile, '\ufffd\u0000\ufffd', '2020-01-01T00:00:00Z not the time', 'no time at all'],
  );
  assert.equal(lines[3]?.at, '');
});

test('what is no log is refused', () => {
  assert.throws(() => decode(Buffer.from([1, 0, 0, 0, 255, 255, 255, 255, 1])), /unknown format/);
  assert.throws(() => decode(Buffer.concat([frame(1, 'a\n'), Buffer.from('plain text')])), /unknown format/);
});

test('Podman’s times have no fractions, or an offset; all become one form that compares as text', () => {
  assert.equal(canonicalStamp('2026-11-23T07:47:46Z'), '2026-11-23T07:47:46.000000000Z');
  assert.equal(canonicalStamp('2026-11-23T09:47:46.5+02:00'), '2026-11-23T07:47:46.500000000Z');
  assert.equal(canonicalStamp('2026-11-23'), null);
  // Recorded from Podman 4.3.1.
  const recorded = 'AQAAAAAAABkyMDI2LTExLTIzVDA3OjQ3OjQ2WiBvdXQKAgAAAAAAABkyMDI2LTExLTIzVDA3OjQ3OjQ2WiBlcnIK';
  assert.deepEqual(textsOf(decode(Buffer.from(recorded, 'base64'), 7)), ['stdout out', 'stderr err']);
});

test('times go to nanoseconds and back', () => {
  assert.equal(stampOf(nanosecondsOf(at(799876689))), at(799876689));
});
