import type { RecordingProxy } from '../lab/recording-proxy.ts';
import { recordingProxy } from '../lab/recording-proxy.ts';
import type { SimulatedEngine } from '../lab/simulated-engine.ts';
import { simulatedEngine } from '../lab/simulated-engine.ts';
import { openDatabase } from '../server/database/index.ts';
import type { BurstResult, Scene } from './burst.ts';
import { programBurst, rawBurst } from './burst.ts';
import type { Row } from './figures.ts';
import { atMost, atMostTimes, summarise } from './figures.ts';
import type { Ground } from './ground.ts';

/** So many schedules are due at one second. */
const due = 100;
/** What the program lets act on one host at once, and so the first that wait for nobody. */
const first = 8;
const rounds = 5;

/** Due instant → request at the engine, of schedules that are all due at the same second. */
export const measureLateness = async (ground: Ground): Promise<Row[]> => [
  ...(await measureReal(ground)),
  ...(await measureSimulated(ground, 1)),
  ...(await measureSimulated(ground, 13)),
];

/** A signal that its containers ignore is the cheapest that a real engine can be asked for; a restart the usual one. */
const measureReal = async (ground: Ground): Promise<Row[]> => {
  const engine = await ground.engine();
  const proxy = await recordingProxy(engine.socket);
  const dataDirectory = ground.directory('lateness-real');
  const { program, client } = await ground.startSignedIn({ dockerHost: proxy.url, dataDirectory });
  await client.untilSeen(...ground.names);
  const targets = Array.from({ length: due }, (_, i) => ({
    hostId: 1,
    container: ground.names[i % ground.names.length] ?? '',
  }));
  const engines = new Map([[1, proxy as Pick<RecordingProxy, 'socket' | 'take'>]]);
  const run = async (scene: Pick<Scene, 'action' | 'options'>, times: number, name: string) =>
    rowsOf(name, await bursts({ ...scene, targets, engines }, times, client), first);
  const rows = [
    ...(await run({ action: 'kill', options: { signal: 'SIGHUP' } }, rounds, 'real engine, signal')),
    ...(await run({ action: 'restart', options: {} }, 1, 'real engine, restart')),
  ];
  await program.close();
  await proxy.close();
  return rows;
};

/** Engines that take no time: what is left is the program's own. With enough of them no host's limit is reached. */
const measureSimulated = async (ground: Ground, hosts: number): Promise<Row[]> => {
  const perHost = Math.ceil(due / hosts);
  const simulated = await Promise.all(Array.from({ length: hosts }, () => simulatedEngine(perHost)));
  const dataDirectory = ground.directory(`lateness-${hosts}`);
  await addHosts(`${dataDirectory}/chrontainer.db`, simulated);
  const { program, client } = await ground.startSignedIn({ dockerHost: simulated[0]?.url ?? '', dataDirectory });
  await client.untilSeen('sim-1');
  const targets = Array.from({ length: due }, (_, i) => ({
    hostId: (i % hosts) + 1,
    container: `sim-${Math.floor(i / hosts) + 1}`,
  }));
  const engines = new Map(simulated.map((engine, i) => [i + 1, engine]));
  const scene: Scene = { action: 'kill', options: { signal: 'SIGHUP' }, targets, engines };
  const name = hosts === 1 ? 'one simulated engine' : `${hosts} simulated engines`;
  const rows = rowsOf(name, await bursts(scene, rounds, client), hosts === 1 ? first : due);
  await program.close();
  await Promise.all(simulated.map((engine) => engine.close()));
  return rows;
};

/** This version has no page for more hosts yet, but knows what to do with them. */
const addHosts = async (file: string, engines: readonly SimulatedEngine[]): Promise<void> => {
  const { db, close } = await openDatabase(file, Date.now());
  const rows = engines.map(({ url }, i) => ({ id: i + 1, name: `sim-${i}`, url, color: '#2f81d0', created_at: 0 }));
  await db.insertInto('hosts').values(rows).execute();
  await close();
};

interface Measured {
  ours: BurstResult[];
  raw: BurstResult[];
}

/** Ours and the floor by turns, so that a busy moment of the machine meets both. */
const bursts = async (scene: Scene, times: number, client: Parameters<typeof programBurst>[1]): Promise<Measured> => {
  const measured: Measured = { ours: [], raw: [] };
  for (let i = 0; i < times; i += 1) {
    measured.ours.push(await programBurst(scene, client));
    measured.raw.push(await rawBurst(scene));
  }
  return measured;
};

/** @throws when a request was early: that is no matter of degree */
const rowsOf = (name: string, { ours, raw }: Measured, unhindered: number): Row[] => {
  const earliest = Math.min(...ours.flatMap(({ lateness }) => lateness));
  if (earliest < 0) throw new Error(`A request was ${-earliest} ms early: ${name}`);
  const floorIs = 'a raw client that sends the same requests at such a second, 8 at once to each engine';
  const late = (results: BurstResult[], count: number) =>
    summarise(results.flatMap(({ lateness }) => lateness.slice(0, count)));
  const [ours8, raw8] = [late(ours, unhindered), late(raw, unhindered)];
  const [oursAll, rawAll] = [late(ours, due), late(raw, due)];
  const done = (results: BurstResult[]) => summarise(results.map(({ doneAfter }) => doneAfter));
  const [oursDone, rawDone] = [done(ours), done(raw)];
  const strict = [atMost('median', 5, 'ms', ours8.median), atMost('p99', 25, 'ms', ours8.p99)];
  const what = `${due} due at one second, ${name}`;
  return [
    ...(unhindered < due
      ? [
          {
            name: `${what}: the first ${unhindered}`,
            unit: 'ms',
            ours: ours8,
            floor: raw8,
            floorIs,
            goals: strict,
          } as const,
        ]
      : []),
    {
      name: `${what}: all`,
      unit: 'ms',
      ours: oursAll,
      floor: rawAll,
      floorIs,
      goals:
        unhindered < due
          ? [atMostTimes('p99', 1.4, oursAll.p99, rawAll.p99), atMost('p99', 1500, 'ms', oursAll.p99)]
          : [...strict, atMost('max', 100, 'ms', oursAll.max)],
    },
    {
      name: `${what}: until the last run is over`,
      unit: 'ms',
      ours: oursDone,
      floor: rawDone,
      floorIs,
      ...(name.endsWith('restart') && { goals: [atMostTimes('wall', 1.1, oursDone.median, rawDone.median)] }),
    },
  ];
};
