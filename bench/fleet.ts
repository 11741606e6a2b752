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
import type { Row } from './figures.ts';
import { atMost, summarise } from './figures.ts';
import type { Ground } from './ground.ts';
import { ownRuntime, spawnBare } from './idle.ts';
import { footprintOf } from './machine.ts';
import { RawClient } from './raw-client.ts';

const perEngine = [17, 17, 16];
/** With the ill hosts, and as many without. */
const calls = 500;
const rounds = 10;
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

/** Fifty real containers on three engines; by turns one host more that hangs and one that refuses; one is killed. */
export const measureFleet = async (ground: Ground): Promise<Row[]> => {
  const fleet = await open(ground);
  const bare = spawnBare(ownRuntime(ground, 'fleet-bare'));
  const hung = await privateEngine();
  try {
    await hung.freeze();
    const { client, program } = fleet;
    const ill = [
      await addHost(client, 'hung', hung.url),
      await addHost(client, 'refused', `tcp://127.0.0.1:${await freePort()}`),
    ];
    await untilStatus(client, ill, 'offline');
    const byTurns = await timeByTurns(fleet, ill);
    const memory = footprintOf(program.pid).pss;
    const floor = footprintOf(bare.pid ?? 0).pss;
    return [
      ...rowsOf(byTurns),
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

interface Times {
  ours: number[];
  raw: number[];
}

interface Turns {
  lists: Times;
  lags: Times;
}

/** In turns of a few seconds each, with the ill hosts and without: what the machine does meanwhile hits both alike. */
const timeByTurns = async (fleet: Fleet, ill: readonly number[]): Promise<{ well: Turns; ill: Turns }> => {
  const turns = { well: noTimes(), ill: noTimes() };
  const places = placesOf(fleet);
  await timeLists(fleet, noTimes().lists, warmUp);
  for (let round = 0; round < rounds; round += 1) {
    for (const which of round % 2 === 0 ? (['well', 'ill'] as const) : (['ill', 'well'] as const)) {
      await setEnabled(fleet.client, ill, which === 'ill');
      await timeLists(fleet, turns[which].lists, calls / rounds);
      const some = places.filter((_, i) => i % 2 === round % 2);
      const lags = await measureLags(fleet.program, fleet.client, some);
      turns[which].lags.ours.push(...lags.ours);
      turns[which].lags.raw.push(...lags.raw);
    }
  }
  await setEnabled(fleet.client, ill, true);
  await untilStatus(fleet.client, ill, 'offline');
  return turns;
};

const noTimes = (): Turns => ({ lists: { ours: [], raw: [] }, lags: { ours: [], raw: [] } });

const setEnabled = async (client: ApiClient, hostIds: readonly number[], enabled: boolean): Promise<void> => {
  for (const id of hostIds) await client.expect(200, 'PATCH', `/api/v1/hosts/${id}`, { enabled });
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

const untilStatus = (client: ApiClient, hostIds: readonly number[], status: Host['status']): Promise<void> =>
  waitUntil('the ill hosts', 30_000, 50, async () => {
    const { items } = await client.expect<Page<Host>>(200, 'GET', '/api/v1/hosts');
    return hostIds.every((id) => items.some((host) => host.id === id && host.status === status));
  });

/** By turns: our list of all hosts, and the lists of the three engines that answer, asked at once. */
const timeLists = async ({ engines, program, client }: Fleet, times: Times, count: number): Promise<void> => {
  const ours = new RawClient({ host: '127.0.0.1', port: program.port }, { cookie: client.cookie });
  const raw = engines.map(({ socket }) => new RawClient({ socketPath: socket }));
  for (let i = 0; i < count; i += 1) {
    times.ours.push(await ours.timed('GET', '/api/v1/containers?limit=1000'));
    const startedAt = performance.now();
    await Promise.all(raw.map((one) => one.call('GET', '/containers/json?all=true')));
    times.raw.push(performance.now() - startedAt);
  }
  for (const one of [ours, ...raw]) one.close();
};

const rowsOf = ({ well, ill }: { well: Turns; ill: Turns }): Row[] => {
  const list = 'GET /api/v1/containers, 51 containers on three engines';
  const lag = 'engine event → message in /api/v1/events, three engines';
  const others = 'one host more hung and one refused';
  const lists = { floorIs: "the three engines' own lists, asked at once" };
  const streams = { floorIs: "a reader of each engine's own stream" };
  return [
    rowOf(list, well.lists, lists),
    rowOf(`${list}, ${others}`, ill.lists, { ...lists, well: well.lists, p99: 50 }),
    rowOf(lag, well.lags, streams),
    rowOf(`${lag}, ${others}`, ill.lags, { ...streams, well: well.lags, p99: 150 }),
  ];
};

const rowOf = (name: string, times: Times, more: { floorIs: string; well?: Times; p99?: number }): Row => {
  const { floorIs, well, p99 = Number.POSITIVE_INFINITY } = more;
  const [ours, floor] = [summarise(times.ours), summarise(times.raw)];
  const row: Row = { name, unit: 'ms', ours, floor, floorIs };
  if (!well) return row;
  const without = summarise(well.ours);
  const goals = [
    atMost('p99', p99, 'ms', ours.p99),
    atMost('median more than without them', 1, 'ms', ours.median - without.median),
    atMost('p99 more than without them', 10, 'ms', ours.p99 - without.p99),
  ];
  return { ...row, goals };
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
