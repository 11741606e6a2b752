import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { LogBatch } from '../../engine/index.ts';
import { stampOf } from '../../engine/index.ts';
import { mergeLogs } from './merge.ts';

const source = (name: string) => ({ hostId: 1, name });

async function* batchesOf(times: readonly number[], size: number): AsyncGenerator<LogBatch> {
  for (let i = 0; i < times.length; i += size) {
    const lines = times
      .slice(i, i + size)
      .map((time) => ({ at: stampOf(BigInt(time)), stream: 'stdout' as const, text: String(time), isCut: false }));
    yield { lines, messages: lines.length };
  }
}

test('logs are merged by time, whatever pieces they come in, and each keeps its own order', async () => {
  const times = fc.array(fc.integer({ min: 0, max: 1000 }), { maxLength: 40 }).map((all) => all.sort((a, b) => a - b));
  const logs = fc.array(fc.record({ times, size: fc.integer({ min: 1, max: 7 }) }), { maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(logs, async (all) => {
      const inflows = all.map((log, i) => ({ source: source(String(i)), batches: batchesOf(log.times, log.size) }));
      const merged: { name: string; time: number }[] = [];
      for await (const lines of mergeLogs(inflows)) {
        merged.push(...lines.map((one) => ({ name: one.source.name, time: Number(one.line.text) })));
      }
      const expected = all.flatMap((log) => log.times).sort((a, b) => a - b);
      assert.deepEqual(
        merged.map(({ time }) => time),
        expected,
      );
    }),
  );
});

test('a line that stands behind a later one of its own log stays behind it', async () => {
  const inflows = [
    { source: source('a'), batches: batchesOf([10, 30, 20], 2) },
    { source: source('b'), batches: batchesOf([15, 25, 35], 1) },
  ];
  const merged: string[] = [];
  for await (const lines of mergeLogs(inflows)) merged.push(...lines.map(({ line }) => line.text));
  assert.deepEqual(merged, ['10', '15', '25', '30', '20', '35']);
});

test('who leaves closes all of them', async () => {
  let open = 0;
  async function* counted(): AsyncGenerator<LogBatch> {
    open += 1;
    try {
      yield* batchesOf([1, 2, 3], 1);
    } finally {
      open -= 1;
    }
  }
  for await (const _ of mergeLogs([
    { source: source('a'), batches: counted() },
    { source: source('b'), batches: counted() },
  ])) {
    break;
  }
  assert.equal(open, 0);
});
