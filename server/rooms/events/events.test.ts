import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:http';
import { after, before, test } from 'node:test';
import type { Host, Schedule } from '../../../contract/index.ts';
import { createLogger } from '../../log/index.ts';
import { Sight } from '../../policy/index.ts';
import type { Scenario } from '../../scenario.ts';
import { openScenario, testTable } from '../../scenario.ts';
import { EventFeed, eventsRoutes } from './index.ts';

const log = createLogger({ level: 'error', isPretty: false, write: () => undefined });
const schedules = new Map<number, Schedule>();
let scenario: Scenario;
let feed: EventFeed;
before(async () => {
  scenario = await openScenario({
    routes: ({ bus, clock }) => {
      feed = new EventFeed({
        bus,
        clock,
        log,
        version: '1.2.3',
        sight: new Sight({ containersOf: () => [], byName: () => undefined }),
        findSchedule: async (id) => schedules.get(id) ?? null,
      });
      return eventsRoutes(feed);
    },
  });
});
after(async () => {
  feed.close();
  await scenario.close();
});

interface Received {
  id: string;
  event: string;
  data: Record<string, unknown>;
}
interface Listening {
  received: Received[];
  incoming: IncomingMessage;
  isEnded: () => boolean;
}

const parse = (text: string): Received[] =>
  text
    .split('\n\n')
    .slice(0, -1)
    .filter((block) => !block.startsWith(':'))
    .map((block) => {
      const fields = Object.fromEntries(block.split('\n').map((line) => line.split(/: (.*)/s, 2)));
      return { id: fields['id'] ?? '', event: fields['event'] ?? '', data: JSON.parse(fields['data'] ?? 'null') };
    });

const listen = (lastEventId?: string, as: 'viewer' | 'admin' = 'viewer'): Promise<Listening> =>
  new Promise((resolve, reject) => {
    const headers = {
      Cookie: scenario.cookieOf(as) ?? '',
      ...(lastEventId === undefined ? {} : { 'Last-Event-ID': lastEventId }),
    };
    const outgoing = request(
      { host: '127.0.0.1', port: scenario.port, path: '/api/v1/events', headers, agent: false },
      (incoming) => {
        const listening = { received: [] as Received[], incoming, isEnded: () => incoming.closed };
        let rest = '';
        incoming.setEncoding('utf8').on('data', (chunk: string) => {
          rest += chunk;
          const end = rest.lastIndexOf('\n\n');
          if (end < 0) return;
          listening.received.push(...parse(rest.slice(0, end + 2)));
          rest = rest.slice(end + 2);
        });
        incoming.on('error', () => undefined);
        resolve(listening);
      },
    );
    outgoing.once('error', reject);
    outgoing.end();
  });
const until = async (holds: () => boolean): Promise<void> => {
  const deadline = Date.now() + 10_000;
  while (!holds()) {
    if (Date.now() > deadline) assert.fail('it did not come about within ten seconds');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
};
const leave = async (listening: Listening): Promise<void> => {
  listening.incoming.destroy();
  await until(listening.isEnded);
};
const hostChanged = (id: number, name = 'Local') => scenario.bus.emit('host.changed', { id, name } as Host);
const namesOf = (listening: Listening) => listening.received.map(({ event, data }) => `${event} ${data['id']}`);
const lastId = (listening: Listening): string => listening.received.at(-1)?.id ?? '';

testTable(
  () => scenario,
  [
    { name: 'are nothing for strangers', as: 'nobody', call: 'GET /api/v1/events', status: 401 },
    {
      name: 'are nothing for other sites',
      as: 'viewer',
      call: 'GET /api/v1/events',
      headers: { 'Sec-Fetch-Site': 'cross-site' },
      status: 403,
    },
  ],
);

test('a new reader is told to fetch everything, then what happens, each with the next ID', async () => {
  const reader = await listen();
  await until(() => reader.received.length === 1);
  assert.deepEqual([reader.received[0]?.event, reader.received[0]?.data], ['reset', { version: '1.2.3' }]);
  schedules.set(3, { id: 3, name: 'nightly' } as Schedule);
  const { bus } = scenario;
  hostChanged(1);
  bus.emit('container.changed', { hostId: 1, id: 'abc' } as never);
  bus.emit('container.removed', { hostId: 1, id: 'abd', name: 'web', stack: null, tags: [] });
  bus.emit('run.changed', { id: 'r1' } as never);
  bus.emit('schedule.removed', { id: 9 });
  await scenario.activity.record({
    actor: { kind: 'system', id: null, name: 'x', address: null },
    action: 'x',
    result: 'ok',
  });
  bus.emit('schedule.changed', { id: 3 });
  bus.emit('schedule.changed', { id: 4 });
  await until(() => reader.received.length === 8);
  assert.deepEqual(
    reader.received.map((message) => message.event),
    ['reset', 'host', 'container', 'container.removed', 'run', 'schedule.removed', 'activity', 'schedule'],
  );
  const numbers = reader.received.map(({ id }) => Number(id.split('-')[1]));
  assert.deepEqual(
    numbers,
    numbers.map((_, i) => (numbers[0] ?? 0) + i),
  );
  await leave(reader);
});

test('that the list of messages has changed is told to those who may see it', async () => {
  const [viewer, admin] = [await listen(), await listen(undefined, 'admin')];
  await until(() => viewer.received.length === 1 && admin.received.length === 1);
  scenario.bus.emit('deliveries.changed', {});
  hostChanged(77);
  await until(() => viewer.received.length === 2 && admin.received.length === 3);
  assert.deepEqual(
    [viewer, admin].map(({ received }) => received.map(({ event }) => event)),
    [
      ['reset', 'host'],
      ['reset', 'deliveries', 'host'],
    ],
  );
  await Promise.all([leave(viewer), leave(admin)]);
});

test('a reader that comes back gets what it missed, the last state of each thing, and no reset', async () => {
  const first = await listen();
  hostChanged(10);
  await until(() => namesOf(first).includes('host 10'));
  const seen = lastId(first);
  await leave(first);
  hostChanged(11, 'early');
  hostChanged(12);
  hostChanged(11, 'late');
  const second = await listen(seen);
  await until(() => second.received.length === 2);
  assert.deepEqual(namesOf(second), ['host 12', 'host 11']);
  assert.equal(second.received[1]?.data['name'], 'late');
  hostChanged(13);
  await until(() => second.received.length === 3);
  await leave(second);
});

test('an ID of another start, of an invention, or from too long ago leads to a reset', async () => {
  const reader = await listen();
  hostChanged(20);
  await until(() => namesOf(reader).includes('host 20'));
  const seen = lastId(reader);
  await leave(reader);
  for (const id of [`00000000-${seen.split('-')[1]}`, 'nonsense', '-', `${seen}x`]) {
    const other = await listen(id);
    await until(() => other.received.length > 0);
    assert.equal(other.received[0]?.event, 'reset', id);
    await leave(other);
  }
  for (let i = 0; i < 2001; i++) hostChanged(1000 + i);
  const late = await listen(seen);
  await until(() => late.received.length > 0);
  assert.equal(late.received[0]?.event, 'reset');
  await leave(late);
});

test('while nobody has listened for five minutes nothing is kept', async () => {
  const reader = await listen();
  await until(() => reader.received.length === 1);
  const seen = lastId(reader);
  await leave(reader);
  await scenario.clock.advance(5 * 60_000);
  hostChanged(30);
  const back = await listen(seen);
  await until(() => back.received.length > 0);
  assert.deepEqual(
    back.received.map((message) => message.event),
    ['reset'],
  );
  await leave(back);
});

test('a slow reader is cut off before what waits for it grows, and the others go on', async () => {
  const [slow, quick] = [await listen(), await listen()];
  await until(() => slow.received.length === 1 && quick.received.length === 1);
  slow.incoming.pause();
  slow.incoming.socket.pause();
  const long = 'x'.repeat(100_000);
  for (let i = 0; i < 400; i++) {
    hostChanged(40, long);
    await until(() => quick.received.length === i + 2);
  }
  slow.incoming.socket.resume();
  slow.incoming.resume();
  await until(slow.isEnded);
  assert.ok(slow.received.length < 400, `${slow.received.length}`);
  hostChanged(41);
  await until(() => namesOf(quick).at(-1) === 'host 41');
  await leave(quick);
});
