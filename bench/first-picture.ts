import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Page } from '../contract/index.ts';
import type { Program } from '../lab/process.ts';
import { waitUntil } from '../lab/wait.ts';
import type { Row } from './figures.ts';
import { atMostTimes, summarise } from './figures.ts';
import type { Ground } from './ground.ts';
import { RawClient } from './raw-client.ts';
import type { SimulatedFleet } from './simulated-fleet.ts';

/** By turns with the floors, since other work on the machine comes and goes. */
const starts = 5;
/** Each look takes the program some milliseconds of what is measured. */
const lookEveryMs = 20;

/** Milliseconds of each turn. */
interface Times {
  lists: number[];
  client: number[];
  ready: number[];
  whole: number[];
}

/** Starts the program of a fleet that was stopped, several times, until it knows all containers. The last one is left. */
export const measureFirstPicture = async (ground: Ground, fleet: SimulatedFleet, containers: number) => {
  const times: Times = { lists: [], client: [], ready: [], whole: [] };
  let program = fleet.program;
  for (let i = 0; i < starts; i++) {
    await program.stop();
    times.lists.push(await allLists(fleet));
    times.client.push(await rawClient(fleet));
    program = await start(ground, fleet, containers, times);
  }
  return { program, rows: rowsOf(times, `picture of ${containers} containers on ${fleet.engines.length} hosts`) };
};

const start = async (ground: Ground, fleet: SimulatedFleet, containers: number, times: Times): Promise<Program> => {
  const beganAt = performance.now();
  const program = await ground.start({ ...fleet.again, port: fleet.program.port });
  times.ready.push(performance.now() - beganAt);
  const total = async () => {
    const { items } = await fleet.client.expect<Page<{ containers: { total: number } }>>(200, 'GET', '/api/v1/hosts');
    return items.reduce((sum, host) => sum + host.containers.total, 0);
  };
  await waitUntil('the whole picture', 60_000, lookEveryMs, async () => (await total()) === containers);
  times.whole.push(performance.now() - beganAt);
  return program;
};

const allLists = async (fleet: SimulatedFleet): Promise<number> => {
  const clients = fleet.engines.map(({ socket }) => new RawClient({ socketPath: socket }));
  const beganAt = performance.now();
  await Promise.all(clients.map(async (client) => JSON.parse(await client.call('GET', '/containers/json?all=true'))));
  const tookMs = performance.now() - beganAt;
  for (const client of clients) client.close();
  return tookMs;
};

const rawClient = async (fleet: SimulatedFleet): Promise<number> => {
  const running = promisify(execFile)(process.execPath, [join(import.meta.dirname, 'raw-lists.ts')]);
  running.child.stdin?.end(JSON.stringify(fleet.engines.map(({ socket }) => socket)));
  return Number((await running).stdout);
};

const rowsOf = ({ lists, client, ready, whole }: Times, what: string): Row[] => {
  const floor = { floor: summarise(lists), floorIs: 'all lists at once, taken apart' };
  const answering = summarise(whole.map((ms, i) => ms - (ready[i] ?? 0)));
  const own = 'the same by a client in a process of its own, which asks for a sign of life and the events as well';
  const goal = atMostTimes('cold', 1.5, answering.median, floor.floor.median);
  return [
    { name: `process → ${what}`, unit: 'ms', ours: summarise(whole), ...floor },
    { name: `answering → ${what}`, unit: 'ms', ours: answering, ...floor, goals: [goal] },
    { name: `answering → ${what}`, unit: 'ms', ours: answering, floor: summarise(client), floorIs: own },
  ];
};
