import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { LogLine } from '../../engine/index.ts';
import { stampOf } from '../../engine/index.ts';
import { LogPosition } from './position.ts';

const startNs = 1_795_000_000_000_000_000n;
const lineAt = (ns: bigint, text: string): LogLine => ({ at: stampOf(ns), stream: 'stdout', text, isCut: false });

/** A log in the order of its file: times grow, stand still, or go back a little, as two streams beside each other do. */
const logs = fc
  .array(fc.constantFrom(0n, 0n, 1n, 1_000n, 50_000_000n, 400_000_000n, 3_000_000_000n, -40_000_000n), {
    minLength: 1,
    maxLength: 80,
  })
  .map((steps) => {
    let ns = startNs;
    return steps.map((step, i) => {
      ns += step;
      return lineAt(ns, String(i));
    });
  });

/** What the engine gives from a time on. */
const from = (log: readonly LogLine[], since: string | undefined) =>
  log.filter(({ at }) => since === undefined || at >= since);

test('however often reading is broken off, no line is lost and none comes twice', () => {
  const breaks = fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 12 });
  fc.assert(
    fc.property(logs, breaks, (log, lengths) => {
      const got: string[] = [];
      let position = LogPosition.atStart();
      const read = (lines: readonly LogLine[]) => {
        for (const line of lines) if (position.take(line)) got.push(line.text);
      };
      for (const length of [...lengths, log.length]) {
        // The reader comes back with what it was told last, to another process.
        position = LogPosition.parse(String(position)) ?? assert.fail(String(position));
        read(from(log, position.since).slice(0, length));
      }
      position.rewind();
      read(from(log, position.since));
      assert.deepEqual(
        got.toSorted((a, b) => Number(a) - Number(b)),
        log.map(({ text }) => text),
      );
    }),
    { numRuns: 1000 },
  );
});

test('a line that was written beside the first one, and stands behind it with an earlier time, is not lost', () => {
  const log = [lineAt(startNs, '0'), lineAt(startNs - 40_000_000n, '1'), lineAt(startNs - 40_000_000n, '2')];
  const first = LogPosition.atStart();
  assert.equal(first.take(log[0] ?? assert.fail()), true);
  const again = LogPosition.parse(String(first)) ?? assert.fail(String(first));
  const fresh = from(log, again.since).filter((line) => again.take(line));
  assert.deepEqual(
    fresh.map(({ text }) => text),
    ['1', '2'],
  );
});

test('what the log holds before the first line that was asked for stays out after a break', () => {
  const log = Array.from({ length: 6 }, (_, i) => lineAt(startNs + BigInt(i) * 100_000_000n, String(i)));
  const tail = LogPosition.atStart();
  for (const line of log.slice(3, 5)) assert.equal(tail.take(line), true);
  const again = LogPosition.parse(String(tail)) ?? assert.fail(String(tail));
  const next = from(log, again.since).filter((line) => again.take(line));
  assert.deepEqual(
    next.map(({ text }) => text),
    ['5'],
  );
});

test('where the engine threw old lines away, what is later than all that was read is new', () => {
  const position = LogPosition.atStart();
  const log = Array.from({ length: 10 }, (_, i) => lineAt(startNs + BigInt(i) * 1000n, String(i)));
  for (const line of log) position.take(line);
  position.rewind();
  const rotated = [...log.slice(8), lineAt(startNs + 1_000_000n, 'new')];
  assert.deepEqual(
    rotated.filter((line) => position.take(line)).map(({ text }) => text),
    ['new'],
  );
});

test('what is none of its texts is no position', () => {
  for (const text of ['', 'x', '1_2_3', '2026-11-25T23:24:11.799876689Z_x_2026-11-25T23:24:11.799876689Z']) {
    assert.equal(LogPosition.parse(text), null, text);
  }
  assert.equal(String(LogPosition.parse('0')), '0');
});
