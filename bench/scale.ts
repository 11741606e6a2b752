import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from '../contract/index.ts';
import { waitUntil } from '../lab/wait.ts';
import type { Row } from './figures.ts';
import { atMost, atMostTimes, summarise } from './figures.ts';
import type { Ground } from './ground.ts';
import { footprintOf, processorMsOf } from './machine.ts';
import { RawClient } from './raw-client.ts';
import { simulatedFleet } from './simulated-fleet.ts';

const hosts = 50;
const perHost = 200;
const lists = 200;
const quietMs = 30_000;

/** Ten thousand containers on fifty hosts: the first picture, pages of the list, and what it takes at rest. */
export const measureScale = async (ground: Ground): Promise<Row[]> => {
  const fleet = await simulatedFleet(ground, hosts, perHost);
  await fleet.program.stop();
  const raw = fleet.engines.map(({ socket }) => new RawClient({ socketPath: socket }));
  const rawAt = performance.now();
  await Promise.all(raw.map(async (client) => JSON.parse(await client.call('GET', '/containers/json?all=true'))));
  const rawMs = performance.now() - rawAt;
  const beganAt = performance.now();
  const program = await ground.start({ ...fleet.again, port: fleet.program.port });
  const readyMs = performance.now() - beganAt;
  const total = async () => {
    const { items } = await fleet.client.expect<Page<{ containers: { total: number } }>>(200, 'GET', '/api/v1/hosts');
    return items.reduce((sum, { containers }) => sum + containers.total, 0);
  };
  await waitUntil('the whole picture', 60_000, 5, async () => (await total()) === hosts * perHost);
  const coldMs = performance.now() - beganAt;
  const listed = await timeLists(program.port, fleet.client.cookie);
  await sleep(quietMs);
  const [cpu, at] = [processorMsOf(program.pid), performance.now()];
  await sleep(quietMs);
  const busy = ((processorMsOf(program.pid) - cpu) / (performance.now() - at)) * 100;
  const { pss } = footprintOf(program.pid);
  for (const client of raw) client.close();
  await program.close();
  await fleet.close();
  const what = `${hosts * perHost} containers on ${hosts} hosts`;
  return [
    {
      name: `process → picture of ${what}`,
      unit: 'ms',
      ours: summarise([coldMs]),
      floor: summarise([rawMs]),
      floorIs: 'all lists at once, taken apart',
      goals: [],
    },
    {
      name: `answering → picture of ${what}`,
      unit: 'ms',
      ours: summarise([coldMs - readyMs]),
      floor: summarise([rawMs]),
      floorIs: 'all lists at once, taken apart',
      goals: [atMostTimes('cold', 1.5, coldMs - readyMs, rawMs)],
    },
    {
      name: 'a page of 50 of the list',
      unit: 'ms',
      ours: listed,
      goals: [atMost('p99', 50, 'ms', listed.p99)],
    },
    {
      name: `idle memory, ${what}, PSS`,
      unit: 'MB',
      ours: summarise([pss]),
      goals: [atMost('PSS', 180, 'MB', pss)],
    },
    { name: 'idle processor', unit: '% of a core', ours: summarise([busy]) },
  ];
};

const timeLists = async (port: number, cookie: string) => {
  const client = new RawClient({ host: '127.0.0.1', port }, { cookie });
  const times: number[] = [];
  for (let i = 0; i < lists; i++) {
    const page = i % 2 === 0 ? 'limit=50' : `limit=50&q=sim-${i}`;
    times.push(await client.timed('GET', `/api/v1/containers?${page}`));
  }
  client.close();
  return summarise(times);
};
