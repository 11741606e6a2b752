import type { Channel, Delivery, Page } from '../contract/index.ts';
import { openReceiver } from '../lab/receiver.ts';
import { simulatedEngine } from '../lab/simulated-engine.ts';
import { waitUntil } from '../lab/wait.ts';
import type { Row } from './figures.ts';
import { summarise } from './figures.ts';
import type { Ground } from './ground.ts';
import { footprintOf, processorMsOf } from './machine.ts';

const size = 500;
const base = '/api/v1/notifications';

/** What people get, and what it takes, when so many containers end at once. */
export const measureStorm = async (ground: Ground): Promise<Row[]> => {
  const engine = await simulatedEngine(size);
  const receiver = await openReceiver();
  const started = await ground.startSignedIn({ dockerHost: engine.url, dataDirectory: ground.directory('storm') });
  const { program, client } = started;
  await client.untilSeen(...engine.names);
  await client.expect(200, 'PATCH', '/api/v1/settings', { allowPrivateAddresses: true });
  const target = { kind: 'gotify', config: { server: receiver.url }, secrets: { token: 'T' } };
  const { id } = await client.expect<Channel>(201, 'POST', `${base}/channels`, { name: 'phone', target });
  await client.expect(201, 'POST', `${base}/rules`, { name: 'r', events: ['container.died'], channels: [id] });
  const [before, cpuBefore, beganAt] = [footprintOf(program.pid).rss, processorMsOf(program.pid), performance.now()];
  engine.endAll();
  let highest = before;
  await waitUntil('every container to be told', 120_000, 50, async () => {
    highest = Math.max(highest, footprintOf(program.pid).rss);
    const { items } = await client.expect<Page<Delivery>>(200, 'GET', `${base}/deliveries?limit=1000`);
    const died = items.filter(({ event }) => event === 'container.died');
    return died.length === size && items.every(({ state }) => state === 'sent' || state === 'gathered');
  });
  const row = (name: string, unit: Row['unit'], value: number): Row => ({ name, unit, ours: summarise([value]) });
  const rows: Row[] = [
    row(`messages when ${size} containers end at once`, 'messages', receiver.received.length),
    row('from the end of all to the last message', 'ms', performance.now() - beganAt),
    row('processor for all of it', 'ms', processorMsOf(program.pid) - cpuBefore),
    row('memory beyond what it had (RSS)', 'MB', highest - before),
  ];
  receiver.close();
  await program.close();
  await engine.close();
  return rows;
};
