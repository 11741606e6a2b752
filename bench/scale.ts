import { setTimeout as sleep } from 'node:timers/promises';
import type { Row } from './figures.ts';
import { atMost, summarise } from './figures.ts';
import { measureFirstPicture } from './first-picture.ts';
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
  const { program, rows } = await measureFirstPicture(ground, fleet, hosts * perHost);
  const listed = await timeLists(program.port, fleet.client.cookie);
  await sleep(quietMs);
  const [cpu, at] = [processorMsOf(program.pid), performance.now()];
  await sleep(quietMs);
  const busy = ((processorMsOf(program.pid) - cpu) / (performance.now() - at)) * 100;
  const { pss } = footprintOf(program.pid);
  await program.close();
  await fleet.close();
  const what = `${hosts * perHost} containers on ${hosts} hosts`;
  return [
    ...rows,
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
