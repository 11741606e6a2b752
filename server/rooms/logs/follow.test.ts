import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { LabEngine } from '../../../lab/engine.ts';
import { privateEngine } from '../../../lab/engine.ts';
import type { FaultProxy } from '../../../lab/fault-proxy.ts';
import { faultProxy } from '../../../lab/fault-proxy.ts';
import { waitUntil } from '../../../lab/wait.ts';
import type { Listening, LogStage } from './log-stage.ts';
import { openLogStage } from './log-stage.ts';

let engine: LabEngine;
let proxy: FaultProxy;
let stage: LogStage;

/**
 * Counts in one stream and the other, and goes on from where it was when it is started again. It ends only between two
 * numbers: ended at once it would leave out the one that it had noted and not yet written.
 */
const counter =
  'trap "end=1" TERM; n=$(cat /n 2>/dev/null || echo 0); while [ ! "$end" ]; do n=$((n+1)); echo $n >/n; ' +
  'if [ $((n%3)) = 0 ]; then echo "n $n" >&2; else echo "n $n"; fi; sleep 0.02; done';
before(async () => {
  engine = await privateEngine();
  for (const name of ['counter', 'other']) await engine.run(name, { cmd: ['sh', '-c', counter] });
  const flood = 'yes "0123456789 0123456789 0123456789 0123456789 0123456789" | head -n 300000';
  await engine.run('flood', { cmd: ['sh', '-c', flood] });
  proxy = await faultProxy(engine.socket);
  stage = await openLogStage(proxy.url);
});
after(async () => {
  await stage.close();
  await proxy.close();
  await engine.close();
});

const one = '/api/v1/hosts/1/containers';
const numbersOf = ({ lines }: Listening, container: string) =>
  lines.filter((line) => line.container === container).map(({ text }) => Number(text.slice(2)));
/**
 * No gap, and none twice. The two streams of a container may stand a little out of order in its log: of the first
 * numbers some may be before the cut that `tail` makes, so that the count begins behind them.
 */
const assertWhole = (numbers: number[]) => {
  const all = numbers.toSorted((a, b) => a - b);
  const first = (all[0] ?? 0) + 3;
  const sorted = all.filter((number) => number >= first);
  assert.ok(sorted.length > 0);
  assert.deepEqual(
    sorted,
    sorted.map((_, i) => first + i),
  );
};
const until = (what: string, condition: () => boolean) => waitUntil(what, 60_000, 20, condition);
const buffered = () => process.memoryUsage().arrayBuffers + process.memoryUsage().external;
const leave = (listening: Listening) => listening.incoming.destroy();

test('lines come as they are written, after the last of before', async () => {
  const listening = await stage.listen(`${one}/counter/logs?follow=true&tail=5`);
  await until('lines', () => listening.lines.length > 30);
  leave(listening);
  assertWhole(numbersOf(listening, 'counter'));
  assert.ok(new Set(listening.lines.map(({ stream }) => stream)).size === 2);
});

test('a reader that comes back goes on where it was, without a gap and without a line twice', async () => {
  const numbers: number[] = [];
  let lastEventId: string | undefined;
  for (let i = 0; i < 5; i++) {
    const listening = await stage.listen(`${one}/counter/logs?follow=true&tail=3`, lastEventId);
    await until('lines', () => listening.lines.length > 10);
    leave(listening);
    lastEventId = listening.lastEventId();
    numbers.push(...numbersOf(listening, 'counter'));
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  assertWhole(numbers);
});

test('several containers are followed together, and come back together', async () => {
  const path = '/api/v1/logs?containers=1:counter,1:other&follow=true&tail=4';
  const first = await stage.listen(path);
  const hasBoth = (it: Listening) => ['counter', 'other'].every((name) => numbersOf(it, name).length > 15);
  await until('both', () => hasBoth(first));
  leave(first);
  const second = await stage.listen(path, first.lastEventId());
  await until('both', () => hasBoth(second));
  leave(second);
  for (const name of ['counter', 'other'])
    assertWhole([...numbersOf(first, name), ...numbersOf(second, name)].slice(4));
});

test('a connection that is cut on the way is made again: the reader is told, and misses nothing', async () => {
  const listening = await stage.listen(`${one}/counter/logs?follow=true&tail=1`);
  await until('lines', () => listening.lines.length > 10);
  proxy.cut();
  await until('the break', () => listening.states.some(({ state }) => state === 'interrupted'));
  const count = listening.lines.length;
  await until('more', () => listening.lines.length > count + 20);
  leave(listening);
  assertWhole(numbersOf(listening, 'counter'));
  assert.equal(listening.states.at(-1)?.state, 'following');
});

test('a container that ends is told, and followed again from its next start', async () => {
  const listening = await stage.listen(`${one}/other/logs?follow=true&tail=1`);
  await until('lines', () => listening.lines.length > 5);
  await engine.request('POST', '/containers/other/stop?t=5');
  await until('the end', () => listening.states.some(({ state }) => state === 'ended'));
  const count = listening.lines.length;
  await engine.request('POST', '/containers/other/start');
  await until('more', () => listening.lines.length > count + 10);
  leave(listening);
  assertWhole(numbersOf(listening, 'other'));
});

test('only what is wanted is sent, and what was read is not sent again', async () => {
  const listening = await stage.listen(`${one}/counter/logs?follow=true&tail=all&q=0$&regex=true&stderr=false`);
  await until('lines', () => listening.lines.length > 5);
  leave(listening);
  const numbers = numbersOf(listening, 'counter');
  assert.ok(
    numbers.every((n) => n % 10 === 0 && n % 3 !== 0),
    numbers.join(),
  );
  assert.equal(new Set(numbers).size, numbers.length);
});

test('an engine that is killed and comes back: the reader is told, and goes on from there', async () => {
  const listening = await stage.listen(`${one}/counter/logs?follow=true&tail=1`);
  await until('lines', () => listening.lines.length > 10);
  await engine.kill9();
  await until('the break', () => listening.states.some(({ state }) => state === 'interrupted'));
  const count = listening.lines.length;
  await engine.start();
  // Without live restore the engine's next start ends what ran.
  await engine.request('POST', '/containers/counter/start');
  await until('more', () => listening.lines.length > count + 20);
  leave(listening);
  const numbers = numbersOf(listening, 'counter');
  // What the container wrote while nobody took its output is lost at the engine; nothing else is, and nothing is twice.
  assert.equal(new Set(numbers).size, numbers.length);
  const own = new Set(numbers);
  const page = await stage.scenario.ask('viewer', `GET ${one}/counter/logs?tail=5000`);
  const kept = (page.json as { items: { text: string }[] }).items.map(({ text }) => Number(text.slice(2)));
  const [first = 0] = numbers;
  const last = numbers.at(-1) ?? 0;
  assert.deepEqual(
    kept.filter((n) => n >= first && n <= last && !own.has(n)),
    [],
  );
});

test('a reader that stops to read holds the engine back, and memory does not grow', async () => {
  await until('the flood', () => stage.hosts.byName(1, 'flood')?.state === 'exited');
  const listening = await stage.listen(`${one}/flood/logs?follow=true&tail=all`);
  await until('some', () => listening.lines.length > 100);
  listening.incoming.pause();
  listening.incoming.socket.pause();
  // The sockets on the way fill first.
  let before = 0;
  await waitUntil('the reading to stand still', 60_000, 1000, () => {
    const last = before;
    before = buffered();
    return Math.abs(before - last) < 64 * 1024;
  });
  await new Promise((resolve) => setTimeout(resolve, 3000));
  const grown = buffered() - before;
  assert.ok(grown < 2 * 1024 * 1024, `${grown} bytes more`);
  const count = listening.lines.length;
  assert.ok(count < 299_000, `${count} lines were read ahead`);
  listening.incoming.socket.resume();
  listening.incoming.resume();
  await until('all', () => listening.lines.length >= 299_000);
  leave(listening);
});
