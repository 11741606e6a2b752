import type { Page, Run } from '../contract/index.ts';
import type { ApiClient } from '../lab/api-client.ts';
import { waitUntil } from '../lab/wait.ts';
import type { Goal, Row, Summary } from './figures.ts';
import { atMost, atMostTimes, summarise } from './figures.ts';
import type { Ground } from './ground.ts';
import { processorMsOf } from './machine.ts';
import { rawLeadMs, runRawClient } from './raw-process.ts';
import type { SimulatedFleet } from './simulated-fleet.ts';
import { simulatedFleet } from './simulated-fleet.ts';

const schedules = 10_000;
const hosts = 50;
const perHost = 20;
const createdAtOnce = 8;
/** Making so many schedules takes its time. */
const leadMs = 150_000;
const deadlineMs = 300_000;

/** When the schedules are due, and what is aimed at. */
interface Wave {
  name: string;
  /** Evenly over so much time; 0: at one instant. */
  spanMs: number;
  goals(ours: Summary, floor: Summary): Goal[];
}

const spread: Wave = {
  name: `${schedules.toLocaleString('en')} due over 60 s`,
  spanMs: 60_000,
  goals: ({ median, p99, max }) => [
    atMost('median', 5, 'ms', median),
    atMost('p99', 25, 'ms', p99),
    atMost('max', 100, 'ms', max),
  ],
};

const instant: Wave = {
  name: `${schedules.toLocaleString('en')} due at one second`,
  spanMs: 0,
  goals: ({ p99 }, floor) => [atMost('p99', 1500, 'ms', p99), atMostTimes('p99', 1.4, p99, floor.p99)],
};

/** Schedules that are due one after another, evenly over a minute, on engines that take no time. */
export const measureSpread = (ground: Ground): Promise<Row[]> => measure(ground, spread);

/** As many, all due at the same second. */
export const measureInstant = (ground: Ground): Promise<Row[]> => measure(ground, instant);

const measure = async (ground: Ground, wave: Wave): Promise<Row[]> => {
  const fleet = await simulatedFleet(ground, hosts, perHost);
  const { client, pid } = fleet;
  const dueAt = dueTimes(wave, Math.ceil((Date.now() + leadMs) / 1000) * 1000);
  await addSchedules(client, dueAt);
  if (Date.now() > (dueAt[0] ?? 0) - 2000) throw new Error('Making the schedules took too long to measure them');
  takeAll(fleet);
  await waitUntil('the first slot', leadMs, 100, () => Date.now() >= (dueAt[0] ?? 0));
  const beganMs = processorMsOf(pid);
  const ours = await lateness(fleet, dueAt);
  const processorMs = processorMsOf(pid) - beganMs;
  await expectSuccess(client);
  const raw = await rawLateness(fleet, wave);
  await fleet.close();
  const earliest = Math.min(...ours);
  if (earliest < 0) throw new Error(`A request was ${-earliest} ms early`);
  return rowsOf(wave, ours, raw, processorMs);
};

const rowsOf = (wave: Wave, ours: number[], raw: number[], processorMs: number): Row[] => {
  const [late, floor] = [summarise(ours), summarise(raw)];
  return [
    {
      name: `${wave.name}, ${hosts} simulated engines`,
      unit: 'ms',
      ours: late,
      floor,
      floorIs: 'a raw client that sends each request when it is due',
      goals: wave.goals(late, floor),
    },
    {
      name: `${wave.name}: the program's processor time for a run`,
      unit: 'ms',
      ours: summarise([processorMs / schedules]),
    },
  ];
};

const dueTimes = ({ spanMs }: Wave, fromMs: number): number[] =>
  Array.from({ length: schedules }, (_, i) => fromMs + Math.floor((i * spanMs) / schedules));

const hostOf = (i: number): number => (i % hosts) + 1;
const containerOf = (i: number): string => `sim-${(Math.floor(i / hosts) % perHost) + 1}`;

/** The signal is the schedule's number, by which its request is told from the others; a simulated engine takes any. */
const signalOf = (i: number): string => `N${i}`;

const addSchedules = async (client: ApiClient, dueAt: readonly number[]): Promise<void> => {
  const left = dueAt.entries();
  const add = async () => {
    for (const [i, atMs] of left) {
      const trigger = { kind: 'once', at: new Date(atMs).toISOString() };
      const targets = [{ hostId: hostOf(i), container: containerOf(i) }];
      const steps = [{ action: 'kill', options: { signal: signalOf(i) }, targets }];
      await client.expect(201, 'POST', '/api/v1/schedules', { name: `spread ${i}`, trigger, steps });
    }
  };
  await Promise.all(Array.from({ length: createdAtOnce }, add));
};

const takeAll = ({ engines }: SimulatedFleet) => engines.flatMap((engine) => engine.take());

/** How late each request was. @throws when one came twice, or not at all */
const lateness = async (fleet: SimulatedFleet, dueAt: readonly number[]): Promise<number[]> => {
  const cameAt = new Map<number, number>();
  await waitUntil('the requests', deadlineMs, 250, () => {
    for (const { method, path, at } of takeAll(fleet)) {
      const number = /signal=N(\d+)$/.exec(path)?.[1];
      if (method !== 'POST' || number === undefined) continue;
      if (cameAt.has(Number(number))) throw new Error(`Schedule ${number} acted twice`);
      cameAt.set(Number(number), at);
    }
    return cameAt.size === dueAt.length;
  });
  return dueAt.map((due, i) => (cameAt.get(i) ?? Number.NaN) - due);
};

const rawLateness = async (fleet: SimulatedFleet, wave: Wave): Promise<number[]> => {
  const dueAt = dueTimes(wave, Date.now() + rawLeadMs);
  const engines = fleet.engines.map(({ socket }, host) => {
    const own = [...dueAt.entries()].filter(([i]) => hostOf(i) === host + 1);
    const calls = own.map(([i, at]) => ({
      path: `/containers/${containerOf(i)}/kill?signal=${signalOf(i)}`,
      dueAt: at,
    }));
    return { socket, calls };
  });
  takeAll(fleet);
  const [late] = await Promise.all([lateness(fleet, dueAt), runRawClient({ atOnce: 8, engines })]);
  return late;
};

const expectSuccess = async (client: ApiClient): Promise<void> => {
  const { items } = await client.expect<Page<Run>>(200, 'GET', '/api/v1/runs?limit=1&outcome=failed');
  if (items[0]) throw new Error(`A run failed: ${items[0].message}`);
};
