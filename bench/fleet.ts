import type { Container, Host, LogLine, Page } from '../contract/index.ts';
import type { ApiClient } from '../lab/api-client.ts';
import { countingCommand, miscountOf } from '../lab/counting.ts';
import type { LabEngine } from '../lab/engine.ts';
import { privateEngine } from '../lab/engine.ts';
import type { EventReader } from '../lab/event-reader.ts';
import { readEvents } from '../lab/event-reader.ts';
import { freePort } from '../lab/free-port.ts';
import type { Program } from '../lab/process.ts';
import { waitUntil } from '../lab/wait.ts';
import { wallClock } from '../lab/wall-clock.ts';
import { measureLags } from './events.ts';
import type { Row, Summary } from './figures.ts';
import { atMost, summarise } from './figures.ts';
import type { Ground } from './ground.ts';
import { ownRuntime, spawnBare } from './idle.ts';
import { footprintOf } from './machine.ts';
import { RawClient } from './raw-client.ts';

const perEngine = [17, 17, 16];
const calls = 500;
const warmUp = 50;
const kills = 5;

interface Fleet {
  engines: LabEngine[];
  names: string[];
  program: Program;
  client: ApiClient;
  /** The last host: one that is killed, with a container that counts. */
  mortal: { engine: LabEngine; hostId: number };
}

/** Fifty real containers on three engines; then one host more that hangs and one that refuses, and one that is killed. */
export const measureFleet = async (ground: Ground): Promise<Row[]> => {
  const fleet = await open(ground);
  const bare = spawnBare(ownRuntime(ground, 'fleet-bare'));
  const hung = await privateEngine();
  try {
    const well = await timeLists(fleet);
    await hung.freeze();
    await addHost(fleet.client, 'hung', hung.url);
    await addHost(fleet.client, 'refused', `tcp://127.0.0.1:${await freePort()}`);
    await untilOffline(fleet.client, 2);
    const ill = await timeLists(fleet);
    const lags = await measureLags(fleet.program, fleet.client, placesOf(fleet));
    const memory = footprintOf(fleet.program.pid).pss;
    const floor = footprintOf(bare.pid ?? 0).pss;
    return [
      ...listRows(well, ill),
      {
        name: 'engine event → message in /api/v1/events, three engines, one host hung and one refused',
        unit: 'ms',
        ours: lags.ours,
        floor: lags.raw,
        floorIs: "a reader of each engine's own stream",
        goals: [atMost('p99', 150, 'ms', lags.ours.p99)],
      },
      {
        name: 'memory after that (PSS), 51 containers on three engines, one host hung and one refused',
        unit: 'MB',
        ours: summarise([memory]),
        floor: summarise([floor]),
        floorIs: 'a bare Node process with a timer',
      },
      ...(await killed(fleet)),
    ];
  } finally {
    bare.kill('SIGKILL');
    await hung.thaw();
    await Promise.all([...fleet.engines, hung].map((engine) => engine.close()));
  }
};

const open = async (ground: Ground): Promise<Fleet> => {
  const make = async (count: number, place: number) => {
    const engine = await privateEngine({ arguments: ['--live-restore'] });
    for (let i = 0; i < count; i += 1) await engine.run(`fleet-${place}-${i}`);
    return engine;
  };
  const engines = await Promise.all(perEngine.map(make));
  const [first, , last] = engines;
  if (!first || !last) throw new Error('There are no engines');
  await last.run('counter', { cmd: countingCommand });
  const { program, client } = await ground.startSignedIn({
    dockerHost: first.url,
    dataDirectory: ground.directory('fleet'),
    runtime: ownRuntime(ground, 'fleet-ours'),
  });
  const ids: number[] = [];
  for (const [i, engine] of engines.slice(1).entries()) ids.push(await addHost(client, `fleet-${i + 2}`, engine.url));
  const names = perEngine.flatMap((count, place) => Array.from({ length: count }, (_, i) => `fleet-${place}-${i}`));
  await client.untilSeen(...names, 'counter');
  return { engines, names, program, client, mortal: { engine: last, hostId: ids.at(-1) ?? 0 } };
};

const addHost = async (client: ApiClient, name: string, url: string): Promise<number> =>
  (await client.expect<Host>(201, 'POST', '/api/v1/hosts', { name, url })).id;

const untilOffline = (client: ApiClient, count: number): Promise<void> =>
  waitUntil('the ill hosts', 30_000, 50, async () => {
    const { items } = await client.expect<Page<Host>>(200, 'GET', '/api/v1/hosts');
    return items.filter(({ status }) => status === 'offline').length === count;
  });

/** By turns: our list of all hosts, and the lists of the three engines that answer, asked at once. */
const timeLists = async ({ engines, program, client }: Fleet): Promise<{ ours: Summary; raw: Summary }> => {
  const ours = new RawClient({ host: '127.0.0.1', port: program.port }, { cookie: client.cookie });
  const raw = engines.map(({ socket }) => new RawClient({ socketPath: socket }));
  const times = { ours: [] as number[], raw: [] as number[] };
  for (let i = -warmUp; i < calls; i += 1) {
    const oursMs = await ours.timed('GET', '/api/v1/containers?limit=1000');
    const startedAt = performance.now();
    await Promise.all(raw.map((one) => one.call('GET', '/containers/json?all=true')));
    const rawMs = performance.now() - startedAt;
    if (i >= 0) times.ours.push(oursMs);
    if (i >= 0) times.raw.push(rawMs);
  }
  for (const one of [ours, ...raw]) one.close();
  return { ours: summarise(times.ours), raw: summarise(times.raw) };
};

const listRows = (well: { ours: Summary; raw: Summary }, ill: { ours: Summary; raw: Summary }): Row[] => {
  const floorIs = "the three engines' own lists, asked at once";
  const name = 'GET /api/v1/containers, 51 containers on three engines';
  return [
    { name, unit: 'ms', ours: well.ours, floor: well.raw, floorIs },
    {
      name: `${name}, one host more hung and one refused`,
      unit: 'ms',
      ours: ill.ours,
      floor: ill.raw,
      floorIs,
      goals: [
        atMost('p95', 50, 'ms', ill.ours.p95),
        atMost('p99 more than without them', 10, 'ms', ill.ours.p99 - well.ours.p99),
      ],
    },
  ];
};

const placesOf = ({ engines }: Fleet) =>
  engines.flatMap((engine, place) =>
    Array.from({ length: perEngine[place] ?? 0 }, (_, i) => ({ engine, name: `fleet-${place}-${i}` })),
  );

/** One engine is killed and brought back, again and again, while its log is followed and the events are read. */
const killed = async ({ client, program, mortal: { engine, hostId } }: Fleet): Promise<Row[]> => {
  const path = `${program.url}/api/v1/hosts/${hostId}/containers/counter/logs?follow=true&tail=1`;
  const [log, stream] = [
    await readEvents(path, client.cookie),
    await readEvents(`${program.url}/api/v1/events`, client.cookie),
  ];
  const times = { told: [] as number[], back: [] as number[], line: [] as number[] };
  for (let i = 0; i < kills; i += 1) {
    await untilMore(log, 50);
    const killedAt = wallClock();
    await engine.kill9();
    const toldAt = await untilTold(stream, killedAt, ({ event, data }) => isHost(event, data, hostId, 'offline'));
    await untilTold(stream, killedAt, ({ event, data }) => event === 'container' && isStale(data, hostId));
    const downAt = wallClock();
    await engine.start();
    const answersAt = wallClock();
    const backAt = await untilTold(stream, downAt, ({ event, data }) => isHost(event, data, hostId, 'online'));
    const lineAt = await untilTold(log, downAt, ({ event }) => event === 'log');
    times.told.push(toldAt - killedAt);
    times.back.push(backAt - answersAt);
    times.line.push(lineAt - answersAt);
  }
  await untilMore(log, 50);
  const numbers = log.events
    .filter(({ event }) => event === 'log')
    .map(({ data }) => Number((data as LogLine).text.slice(2)));
  const { missing, doubled } = miscountOf(numbers);
  for (const reader of [log, stream]) reader.close();
  return [
    { name: 'engine killed → its host is told to be offline', unit: 'ms', ours: summarise(times.told) },
    { name: 'engine answers again → its host is told to be online', unit: 'ms', ours: summarise(times.back) },
    { name: 'engine answers again → the next line of a followed log', unit: 'ms', ours: summarise(times.line) },
    lines(`lines lost of ${numbers.length}, over ${kills} kills`, missing.length),
    lines(`lines twice of ${numbers.length}, over ${kills} kills`, doubled.length),
  ];
};

const lines = (name: string, count: number): Row => ({
  name,
  unit: 'lines',
  ours: summarise([count]),
  goals: [atMost('lines', 0, 'lines', count)],
});

const untilMore = (reader: EventReader, more: number): Promise<void> => {
  const before = reader.events.length;
  return waitUntil('more lines', 60_000, 10, () => reader.events.length >= before + more);
};

/** When it was received. */
const untilTold = async (reader: EventReader, since: number, is: (event: EventReader['events'][number]) => boolean) => {
  const find = () => reader.events.find((event) => event.receivedAt >= since && is(event));
  await waitUntil('what is to be told', 60_000, 5, () => find() !== undefined);
  return find()?.receivedAt ?? Number.NaN;
};

const isHost = (event: string, data: unknown, hostId: number, status: Host['status']): boolean => {
  if (event !== 'host') return false;
  const host = data as Host;
  return host.id === hostId && host.status === status;
};

const isStale = (data: unknown, hostId: number): boolean => {
  const row = data as Container;
  return row.hostId === hostId && row.stale;
};
