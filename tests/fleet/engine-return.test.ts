import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Container, Host, LogLine, LogState, Page } from '../../contract/index.ts';
import { ApiClient } from '../../lab/api-client.ts';
import { countingCommand, miscountOf } from '../../lab/counting.ts';
import type { LabEngine } from '../../lab/engine.ts';
import { privateEngine } from '../../lab/engine.ts';
import type { EventReader } from '../../lab/event-reader.ts';
import { readEvents } from '../../lab/event-reader.ts';
import type { Program } from '../../lab/process.ts';
import { startProgram } from '../../lab/process.ts';
import { waitUntil } from '../../lab/wait.ts';

/** The second keeps its containers when it is killed, as administrators set it who care; the third does not. */
let steady: LabEngine;
let keeping: LabEngine;
let dropping: LabEngine;
let program: Program;
let client: ApiClient;
const hostIds = new Map<LabEngine, number>();

before(async () => {
  steady = await privateEngine();
  keeping = await privateEngine({ arguments: ['--live-restore'] });
  dropping = await privateEngine();
  for (const engine of [steady, keeping, dropping]) {
    await engine.run('counter', { cmd: countingCommand });
    await engine.run('quiet');
  }
  program = await startProgram({ dockerHost: steady.url });
  client = new ApiClient(program.url);
  await client.setUp();
  hostIds.set(steady, 1);
  for (const [name, engine] of Object.entries({ keeping, dropping })) {
    const { id } = await client.expect<Host>(201, 'POST', '/api/v1/hosts', { name, url: engine.url });
    hostIds.set(engine, id);
  }
  await until('all rows', async () => (await rows()).filter(({ stale }) => !stale).length === 6);
});
after(async () => {
  await program?.close();
  await Promise.all([steady, keeping, dropping].map((engine) => engine?.close()));
});

const until = (what: string, condition: () => boolean | Promise<boolean>) => waitUntil(what, 60_000, 20, condition);
const idOf = (engine: LabEngine): number => hostIds.get(engine) ?? 0;
const rows = async () => (await client.expect<Page<Container>>(200, 'GET', '/api/v1/containers')).items;
const follow = (engine: LabEngine) =>
  readEvents(`${program.url}/api/v1/hosts/${idOf(engine)}/containers/counter/logs?follow=true&tail=1`, client.cookie);
const numbersOf = ({ events }: EventReader) =>
  events.filter(({ event }) => event === 'log').map(({ data }) => Number((data as LogLine).text.slice(2)));
const statesOf = ({ events }: EventReader) =>
  events.filter(({ event }) => event === 'state').map(({ data }) => (data as LogState).state);
const hostIn = ({ events }: EventReader, engine: LabEngine) =>
  events
    .filter(({ event }) => event === 'host')
    .map(({ data }) => data as Host)
    .findLast(({ id }) => id === idOf(engine));
const rowsIn = ({ events }: EventReader, engine: LabEngine) => {
  const told = events
    .filter(({ event }) => event === 'container')
    .map(({ data }) => data as Container)
    .filter(({ hostId }) => hostId === idOf(engine));
  return new Map(told.map((row) => [row.name, row]));
};

/** Kills an engine with both streams open, checks what is told meanwhile, and brings it back. */
const killAndReturn = async (engine: LabEngine, afterStart: () => Promise<unknown> = async () => undefined) => {
  const stream = await readEvents(`${program.url}/api/v1/events`, client.cookie);
  const [log, beside] = [await follow(engine), await follow(steady)];
  await until('lines', () => numbersOf(log).length > 10 && numbersOf(beside).length > 10);
  await engine.kill9();
  await until('the host offline in the stream', () => hostIn(stream, engine)?.status === 'offline');
  assert.match(hostIn(stream, engine)?.reason ?? '', /\w/);
  await until('its rows stale in the stream', () => {
    const told = rowsIn(stream, engine);
    return ['counter', 'quiet'].every((name) => told.get(name)?.stale === true);
  });
  await until('the reader of the log is told', () => statesOf(log).at(-1) === 'interrupted');
  const listed = await rows();
  assert.equal(listed.length, 6, 'what was known last stays in the list');
  for (const row of listed) assert.equal(row.stale, row.hostId === idOf(engine), `${row.hostId} ${row.name}`);
  const [own, others] = [numbersOf(log).length, numbersOf(beside).length];
  await until('the log of the other host', () => numbersOf(beside).length > others + 25);
  assert.equal(numbersOf(log).length, own);
  await engine.start();
  await afterStart();
  await until('the host online in the stream', () => hostIn(stream, engine)?.status === 'online');
  await until('its rows fresh in the stream', () => {
    const told = rowsIn(stream, engine);
    return ['counter', 'quiet'].every((name) => told.get(name)?.stale === false);
  });
  await until('more lines', () => numbersOf(log).length > own + 30);
  assert.equal(statesOf(log).at(-1), 'following');
  assert.equal(hostIn(stream, steady)?.status ?? 'online', 'online');
  for (const reader of [stream, log, beside]) {
    assert.equal(reader.isEnded(), false);
    reader.close();
  }
  assert.deepEqual(miscountOf(numbersOf(beside)), { missing: [], doubled: [] });
  return numbersOf(log);
};

test('an engine that keeps its containers is killed and comes back: a followed log goes on with no line lost and none twice', async () => {
  const numbers = await killAndReturn(keeping);
  assert.deepEqual(miscountOf(numbers), { missing: [], doubled: [] });
  assert.deepEqual(
    numbers,
    numbers.toSorted((a, b) => a - b),
  );
});

test('one that lets them end comes back as well: nothing is twice, and nothing is lost that the engine kept', async () => {
  const restart = () => dropping.request('POST', '/containers/counter/start');
  const numbers = await killAndReturn(dropping, restart);
  const { missing, doubled } = miscountOf(numbers);
  assert.deepEqual(doubled, []);
  const query = `/api/v1/hosts/${idOf(dropping)}/containers/counter/logs?tail=5000`;
  const { items } = await client.expect<Page<LogLine>>(200, 'GET', query);
  const kept = new Set(items.map(({ text }) => Number(text.slice(2))));
  assert.deepEqual(
    missing.filter((n) => kept.has(n)),
    [],
  );
  const quiet = (await rows()).find(({ hostId, name }) => hostId === idOf(dropping) && name === 'quiet');
  assert.deepEqual([quiet?.state, quiet?.stale], ['exited', false], 'what ended with its engine is told so');
});
