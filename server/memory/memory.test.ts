import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { getHeapStatistics } from 'node:v8';
import { TestClock } from '../clock/index.ts';
import { collector, Memory } from './memory.ts';

const megabytes = () => getHeapStatistics().used_heap_size / 1024 / 1024;

/** So many megabytes that are needed as long as somebody holds what comes back. */
const fill = (count: number): number[][] =>
  Array.from({ length: count }, () => Array.from({ length: 131_072 }, (_, i) => i + 0.5));

const begin = (isFree = () => true) => {
  const clock = new TestClock();
  let collections = 0;
  const memory = new Memory(clock, isFree, () => {
    collections += 1;
  });
  memory.start();
  return { clock, memory, collections: () => collections };
};

test('what nobody needs any more is given back', () => {
  const collect = collector();
  const held = fill(40);
  const before = megabytes();
  assert.equal(held.splice(0).length, 40);
  collect();
  assert.ok(megabytes() < before - 30, `${before} MB before, ${megabytes()} after`);
});

test('memory is tidied when there is little to do and something has come together, at most every ten minutes', async () => {
  const { clock, memory, collections } = begin();
  await sleep(500);
  await clock.advance(10_000);
  assert.equal(collections(), 1);
  await clock.advance(9 * 60_000);
  assert.equal(collections(), 1, 'nothing has come together');
  const held = fill(40);
  await sleep(1000);
  await clock.advance(50_000);
  assert.equal(collections(), 1, 'too soon');
  await sleep(1000);
  await clock.advance(10_000);
  assert.equal(collections(), 2);
  memory.stop();
  assert.equal(held.length, 40);
});

test('a program that works is not held up for it', async () => {
  const { clock, collections } = begin();
  const endAt = performance.now() + 500;
  while (performance.now() < endAt) await new Promise((resolve) => setImmediate(resolve));
  await clock.advance(10_000);
  assert.equal(collections(), 0);
});

test('memory is not tidied when a schedule is about to be due', async () => {
  let isFree = false;
  const { clock, collections } = begin(() => isFree);
  await sleep(500);
  await clock.advance(10_000);
  assert.equal(collections(), 0);
  isFree = true;
  await sleep(500);
  await clock.advance(10_000);
  assert.equal(collections(), 1);
});
