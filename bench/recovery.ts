import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiClient } from '../lab/api-client.ts';
import type { RecordingProxy } from '../lab/recording-proxy.ts';
import { waitUntil } from '../lab/wait.ts';
import type { Row } from './figures.ts';
import { atMost, summarise } from './figures.ts';
import type { Ground } from './ground.ts';
import { bareListening, listeningRow, runBare, Site } from './restarts.ts';

const starts = 10;
const schedules = 10_000;
const createdAtOnce = 8;
/** How far ahead a slot is when the program is ended: it is to pass while nobody is there. */
const aheadMs = 2000;
const deadlineMs = 60_000;

/** A slot passes while the program is down, among many that do not: how soon is its request at the engine? */
export const measureRecovery = async (ground: Ground): Promise<Row[]> => {
  const site = await Site.prepare(ground, 'recovery');
  const times = { listening: [] as number[], first: [] as number[], bare: [] as number[], bareFirst: [] as number[] };
  let { program } = await site.start();
  await addSchedules(site.client);
  for (let i = 0; i < starts; i += 1) {
    const at = Date.now() + aheadMs;
    await addSlot(site.client, at);
    await program.stop();
    if (Date.now() >= at) throw new Error('The program took so long to end that the slot was not missed');
    await sleep(at + 500 - Date.now());
    site.proxy.take();
    const start = await site.start();
    program = start.program;
    times.listening.push(start.listening);
    times.first.push((await firstAction(site.proxy)) - start.bornAt);
    times.bare.push(await bareListening());
    const { bornAt } = await runBare(bareRequest(site.proxy.socket));
    times.bareFirst.push((await firstAction(site.proxy)) - bornAt);
  }
  await program.stop();
  await site.close();
  const [first, count] = [summarise(times.first), schedules.toLocaleString('en')];
  return [
    listeningRow(`start with ${count} schedules → listening`, summarise(times.listening), summarise(times.bare)),
    {
      name: `start with ${count} schedules → missed slot at the engine`,
      unit: 'ms',
      ours: first,
      floor: summarise(times.bareFirst),
      floorIs: 'a bare Node process that sends one request',
      goals: [atMost('p99', 1000, 'ms', first.p99)],
    },
  ];
};

const step = { action: 'kill', options: { signal: 'SIGHUP' }, targets: [{ hostId: 1, container: 'bench-1' }] };

const addSlot = (client: ApiClient, atMs: number): Promise<unknown> => {
  const at = new Date(atMs).toISOString();
  return client.expect(201, 'POST', '/api/v1/schedules', { name: at, trigger: { kind: 'once', at }, steps: [step] });
};

/** Once a year each, on days that are far enough away. */
const addSchedules = async (client: ApiClient): Promise<void> => {
  const month = ((new Date().getUTCMonth() + 5) % 12) + 1;
  const left = Array.from({ length: schedules }).keys();
  const add = async () => {
    for (const i of left)
      await client.schedule(`yearly ${i}`, `${i % 60} ${i % 24} ${1 + (i % 28)} ${month} *`, [step]);
  };
  await Promise.all(Array.from({ length: createdAtOnce }, add));
};

/** When the next acting request came, epoch milliseconds. */
const firstAction = async (proxy: RecordingProxy): Promise<number> => {
  let at: number | undefined;
  await waitUntil('a request at the engine', deadlineMs, 5, () => {
    at = proxy.take().find(({ method }) => method === 'POST')?.at;
    return at !== undefined;
  });
  return at ?? Number.NaN;
};

const bareRequest = (socketPath: string): string => {
  const call = { socketPath, method: 'POST', path: '/containers/bench-1/kill?signal=SIGHUP' };
  return `require('node:http').request(${JSON.stringify(call)}, (answer) => answer.resume()).end();`;
};
