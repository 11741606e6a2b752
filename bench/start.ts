import type { Container, Page } from '../contract/index.ts';
import { waitUntil } from '../lab/wait.ts';
import { wallClock } from '../lab/wall-clock.ts';
import type { Row } from './figures.ts';
import { summarise } from './figures.ts';
import type { Ground } from './ground.ts';
import { RawClient } from './raw-client.ts';
import { bareListening, listeningRow, Site } from './restarts.ts';

const starts = 10;
const deadlineMs = 60_000;
/** As many at once as the program asks for after a list. */
const inspectionsAtOnce = 4;

/** From the birth of the process to what people wait for; the compile cache is warm, as from the second start on. */
export const measureStart = async (ground: Ground): Promise<Row[]> => {
  const site = await Site.prepare(ground, 'start');
  const times = { listening: [] as number[], complete: [] as number[], bare: [] as number[], sync: [] as number[] };
  for (let i = 0; i < starts; i += 1) {
    const { program, bornAt, listening } = await site.start();
    times.complete.push((await untilComplete(site)) - bornAt);
    times.listening.push(listening);
    await program.stop();
    times.bare.push(await bareListening());
    times.sync.push(await rawSync(site));
  }
  await site.close();
  return [
    listeningRow('start → listening', summarise(times.listening), summarise(times.bare)),
    {
      name: `start → picture of ${ground.names.length} containers complete`,
      unit: 'ms',
      ours: summarise(times.complete),
      floor: summarise(times.sync),
      floorIs: 'one list and an inspection of each, four at once, by a raw client that runs already',
    },
  ];
};

/** Every container is in the list, with what only its inspection tells. */
const untilComplete = async ({ port, client, ground }: Site): Promise<number> => {
  const raw = new RawClient({ host: '127.0.0.1', port }, { cookie: client.cookie });
  await waitUntil('the picture', deadlineMs, 5, async () => {
    const { items }: Page<Container> = JSON.parse(await raw.call('GET', '/api/v1/containers'));
    return items.filter((c) => !c.stale && c.startedAt !== null).length === ground.names.length;
  });
  raw.close();
  return wallClock();
};

const rawSync = async ({ proxy }: Site): Promise<number> => {
  const beganAt = performance.now();
  const lister = new RawClient({ socketPath: proxy.socket });
  const list: { Id: string }[] = JSON.parse(await lister.call('GET', '/containers/json?all=true'));
  lister.close();
  const left = list.values();
  const inspect = async () => {
    const client = new RawClient({ socketPath: proxy.socket });
    for (const { Id } of left) JSON.parse(await client.call('GET', `/containers/${Id}/json`));
    client.close();
  };
  await Promise.all(Array.from({ length: inspectionsAtOnce }, inspect));
  return performance.now() - beganAt;
};
