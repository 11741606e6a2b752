import type { ActionOptions, AvailableAction, Page, Run } from '../contract/index.ts';
import type { ApiClient } from '../lab/api-client.ts';
import type { RecordedRequest } from '../lab/recording-proxy.ts';
import { waitUntil } from '../lab/wait.ts';
import { rawLeadMs, runRawClient } from './raw-process.ts';

/** Something that schedules are due for at one instant. */
export interface Scene {
  action: AvailableAction;
  options: ActionOptions;
  /** One for each schedule. */
  targets: { hostId: number; container: string }[];
  /** By host: where the engine listens, and what came there since the last call. */
  engines: Map<number, { socket: string; take(): RecordedRequest[] }>;
}

/** What became of one burst; times in milliseconds after the due instant. */
export interface BurstResult {
  /** When each request was at its engine, in order. */
  lateness: number[];
  /** When the last one was done. */
  doneAfter: number;
}

/** As many as the program lets act on one host at once. */
const atOnce = 8;
/** Time to make the schedules, and for the machine to come to rest. */
const leadMs = 6_000;
const deadlineMs = 300_000;

const nextDueAt = (): number => Math.ceil((Date.now() + leadMs) / 1000) * 1000;

/** The program's: a schedule for each target, all due at the same second. */
export const programBurst = async (scene: Scene, client: ApiClient): Promise<BurstResult> => {
  const dueAt = nextDueAt();
  const at = new Date(dueAt).toISOString();
  for (const [i, target] of scene.targets.entries()) {
    const steps = [{ action: scene.action, options: scene.options, targets: [target] }];
    await client.expect(201, 'POST', '/api/v1/schedules', { name: `${at} ${i}`, trigger: { kind: 'once', at }, steps });
  }
  if (Date.now() > dueAt - 1000) throw new Error('Making the schedules took too long to measure them');
  takeAll(scene);
  const lateness = (await requestsOf(scene)).map((requestAt) => requestAt - dueAt);
  const runs = await untilOver(client, at, scene.targets.length);
  const failed = runs.find((run) => run.outcome !== 'succeeded');
  if (failed) throw new Error(`A run ended as ${failed.outcome}: ${failed.message}`);
  const doneAt = Math.max(...runs.map((run) => Date.parse(run.finishedAt ?? '')));
  return { lateness, doneAfter: doneAt - dueAt };
};

/** The floor: the same requests at the same kind of instant, by a client that does nothing else. */
export const rawBurst = async (scene: Scene): Promise<BurstResult> => {
  const dueAt = Math.ceil((Date.now() + rawLeadMs) / 1000) * 1000;
  const engines = [...scene.engines].map(([hostId, { socket }]) => {
    const own = scene.targets.filter((target) => target.hostId === hostId);
    return { socket, calls: own.map((target) => ({ path: pathOf(scene, target), dueAt })) };
  });
  takeAll(scene);
  const doneAt = await runRawClient({ atOnce, engines });
  const lateness = (await requestsOf(scene)).map((requestAt) => requestAt - dueAt);
  return { lateness, doneAfter: doneAt - dueAt };
};

const pathOf = ({ action, options }: Scene, { container }: Scene['targets'][number]): string =>
  `/containers/${container}/${action}${options.signal ? `?signal=${options.signal}` : ''}`;

const takeAll = (scene: Scene): RecordedRequest[] => [...scene.engines.values()].flatMap(({ take }) => take());

/** When each acting request came, in order. The program is left alone meanwhile. */
const requestsOf = async (scene: Scene): Promise<number[]> => {
  const times: number[] = [];
  await waitUntil('the requests at the engines', deadlineMs, 100, () => {
    for (const { method, at } of takeAll(scene)) if (method === 'POST') times.push(at);
    return times.length >= scene.targets.length;
  });
  if (times.length > scene.targets.length)
    throw new Error(`${times.length} requests for ${scene.targets.length} schedules`);
  return times.sort((a, b) => a - b);
};

/** All runs of the schedules that were due then, when they are over. */
const untilOver = async (client: ApiClient, at: string, count: number): Promise<Run[]> => {
  let runs: Run[] = [];
  await waitUntil('the runs to be over', deadlineMs, 200, async () => {
    const page = await client.expect<Page<Run>>(200, 'GET', '/api/v1/runs?limit=500');
    runs = page.items.filter((run) => run.scheduledFor === at);
    return runs.length === count && runs.every((run) => run.finishedAt !== null);
  });
  return runs;
};
