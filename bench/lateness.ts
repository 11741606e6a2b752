import type { ApiClient } from '../lab/api-client.ts';
import { recordingProxy } from '../lab/recording-proxy.ts';
import type { BurstResult, Scene } from './burst.ts';
import { programBurst, rawBurst } from './burst.ts';
import type { Goal, Row, Summary } from './figures.ts';
import { atMostTimes, summarise } from './figures.ts';
import type { Ground } from './ground.ts';
import { simulatedFleet } from './simulated-fleet.ts';

/** So many schedules are due at one second. */
const due = 100;
/** And of restarts also so many, as a nightly round has them. */
const fewDue = 20;
/** What the program lets act on one host at once: so many wait for nobody. */
const perHost = 8;
/** With so many hosts, none has more of them than it may act on at once. */
const enoughHosts = 13;
const rounds = 5;
const restartRounds = 2;

/** A signal that its containers ignore: the cheapest thing that a real engine can be asked for. */
const signal = { action: 'kill', options: { signal: 'SIGHUP' } } as const;
const restart = { action: 'restart', options: {} } as const;

/** Due instant → request at the engine, of schedules that are all due at the same second. */
export const measureLateness = async (ground: Ground): Promise<Row[]> => [
  ...(await measureReal(ground)),
  ...(await measureSimulated(ground, 1)),
  ...(await measureSimulated(ground, enoughHosts)),
];

const measureReal = async (ground: Ground): Promise<Row[]> => {
  const proxy = await recordingProxy((await ground.engine()).socket);
  const dataDirectory = ground.directory('lateness');
  const { program, client } = await ground.startSignedIn({ dockerHost: proxy.url, dataDirectory });
  await client.untilSeen(...ground.names);
  const targets = Array.from({ length: due }, (_, i) => ({
    hostId: 1,
    container: ground.names[i % ground.names.length] ?? '',
  }));
  const engines = new Map([[1, proxy]]);
  const signals = await bursts({ ...signal, targets, engines }, rounds, client);
  const restarts = await bursts({ ...restart, targets, engines }, restartRounds, client);
  const few = await bursts({ ...restart, targets: targets.slice(0, fewDue), engines }, restartRounds, client);
  await program.close();
  await proxy.close();
  return [
    ...rowsOf('real engine, signal', signals, perHost),
    ...rowsOf('real engine, restart', restarts, perHost),
    ...rowsOf('real engine, restart', few, perHost, fewDue),
  ];
};

/** Engines that take no time: what is left is the program's own. */
const measureSimulated = async (ground: Ground, hosts: number): Promise<Row[]> => {
  const fleet = await simulatedFleet(ground, hosts, Math.ceil(due / hosts));
  const targets = Array.from({ length: due }, (_, i) => ({
    hostId: (i % hosts) + 1,
    container: `sim-${Math.floor(i / hosts) + 1}`,
  }));
  const engines = new Map(fleet.engines.map((engine, i) => [i + 1, engine]));
  const measured = await bursts({ ...signal, targets, engines }, rounds, fleet.client);
  await fleet.close();
  return rowsOf(hosts === 1 ? 'a simulated engine' : `${hosts} simulated engines`, measured, perHost * hosts);
};

interface Measured {
  ours: BurstResult[];
  raw: BurstResult[];
}

/** Ours and the floor by turns, so that a busy moment of the machine meets both. */
const bursts = async (scene: Scene, times: number, client: ApiClient): Promise<Measured> => {
  const measured: Measured = { ours: [], raw: [] };
  for (let i = 0; i < times; i += 1) {
    measured.ours.push(await programBurst(scene, client));
    measured.raw.push(await rawBurst(scene));
  }
  return measured;
};

/** @throws when a request was early: that is no matter of degree */
const rowsOf = (name: string, measured: Measured, unhindered: number, count = due): Row[] => {
  const earliest = Math.min(...measured.ours.flatMap(({ lateness }) => lateness));
  if (earliest < 0) throw new Error(`A request was ${-earliest} ms early: ${name}`);
  const row = (what: string, times: (result: BurstResult) => number[], goals: Goals = () => []): Row => {
    const ours = summarise(measured.ours.flatMap(times));
    const floor = summarise(measured.raw.flatMap(times));
    return {
      name: `${count} due at once, ${name}: ${what}`,
      unit: 'ms',
      ours,
      floor,
      floorIs,
      goals: goals(ours, floor),
    };
  };
  const first = row(`the first ${unhindered}`, ({ lateness }) => lateness.slice(0, unhindered));
  const isReal = name.startsWith('real');
  return [
    ...(unhindered < due ? [first] : []),
    row('all', ({ lateness }) => lateness, isReal ? likeRaw : undefined),
    row('last run over', ({ doneAfter }) => [doneAfter], name.endsWith('restart') ? wallLikeRaw : undefined),
  ];
};

const floorIs = 'a raw client that sends the same requests at such a second, 8 at once to each engine';
type Goals = (ours: Summary, floor: Summary) => Goal[];
const likeRaw: Goals = (ours, floor) => [atMostTimes('p99', 1.4, ours.p99, floor.p99)];
const wallLikeRaw: Goals = (ours, floor) => [atMostTimes('wall', 1.1, ours.median, floor.median)];
