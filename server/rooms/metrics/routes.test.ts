import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { ContainerMetrics, ContainerStats, HostMetrics } from '../../../contract/index.ts';
import type { LabEngine } from '../../../lab/engine.ts';
import { privateEngine } from '../../../lab/engine.ts';
import { waitUntil } from '../../../lab/wait.ts';
import { systemClock } from '../../clock/index.ts';
import { connectEngine } from '../../engine/index.ts';
import { createLogger } from '../../log/index.ts';
import { Sight } from '../../policy/index.ts';
import type { Scenario } from '../../scenario.ts';
import { openScenario, testTable } from '../../scenario.ts';
import { scenarioSecrets } from '../../scenario-secrets.ts';
import { Hosts } from '../hosts/index.ts';
import type { Measuring } from './index.ts';
import { metricsRoutes, openMetrics } from './index.ts';

const log = createLogger({ level: 'error', isPretty: false, write: () => undefined });
let engine: LabEngine;
let scenario: Scenario;
let hosts: Hosts;
let measuring: Measuring;

before(async () => {
  engine = await privateEngine();
  await engine.run('web', { cmd: ['sh', '-c', 'trap "exit 0" TERM; while :; do :; done'] });
  await engine.run('db');
  await engine.run('resting', { start: false });
  scenario = await openScenario({
    routes: async ({ db, bus }) => {
      const parts = {
        db,
        bus,
        secrets: scenarioSecrets,
        clock: systemClock,
        log,
        ownContainerId: null,
        connect: connectEngine,
      };
      hosts = new Hosts({ ...parts, localUrl: engine.url });
      await hosts.start();
      await waitUntil('the list', 20_000, 10, () => hosts.containers().length === 3);
      measuring = openMetrics({ hosts, bus, clock: systemClock });
      return metricsRoutes({ ...measuring, sight: new Sight(hosts) });
    },
  });
});
after(async () => {
  measuring.gauges.close();
  await hosts.stop();
  await scenario.close();
  await engine.close();
});

const one = '/api/v1/hosts/1/containers';

testTable(
  () => scenario,
  [
    { name: 'is refused to nobody', as: 'nobody', call: `GET ${one}/web/stats`, status: 401 },
    { name: 'is refused to nobody', as: 'nobody', call: 'GET /api/v1/stats?containers=1:web', status: 401 },
    { name: 'is refused to nobody', as: 'nobody', call: `GET ${one}/web/metrics`, status: 401 },
    { name: 'is refused to nobody', as: 'nobody', call: 'GET /api/v1/hosts/1/metrics', status: 401 },
    {
      name: 'tells the use of the processor',
      as: 'viewer',
      call: `GET ${one}/web/stats`,
      status: 200,
      check: ({ json }) => {
        const stats = json as ContainerStats;
        assert.ok((stats.cpuPercent ?? 0) > 1, JSON.stringify(stats));
        assert.deepEqual([stats.hostId, stats.container, stats.networkSentBytes], [1, 'web', null]);
      },
    },
    { name: 'has nothing of what rests', as: 'viewer', call: `GET ${one}/resting/stats`, status: 409 },
    { name: 'has nothing of what is not there', as: 'viewer', call: `GET ${one}/none/stats`, status: 404 },
    { name: 'knows no other host', as: 'viewer', call: 'GET /api/v1/hosts/9/metrics', status: 404 },
    { name: 'wants a range', as: 'viewer', call: `GET ${one}/web/metrics?range=x`, status: 400, faults: ['range'] },
    {
      name: 'knows nothing of what nobody watches',
      as: 'viewer',
      call: `GET ${one}/db/metrics`,
      status: 200,
      check: ({ json }) => assert.deepEqual(json, { hostId: 1, container: 'db', known: null, samples: [] }),
    },
    {
      name: 'wants containers',
      as: 'viewer',
      call: 'GET /api/v1/stats?containers=web,2:',
      status: 400,
      faults: ['containers'],
    },
    {
      name: 'is bounded',
      as: 'viewer',
      call: `GET /api/v1/stats?containers=${Array.from({ length: 101 }, (_, i) => `1:c${i}`).join()}`,
      status: 400,
      faults: ['containers'],
    },
    {
      name: 'tells what the host has, and counts the disk on demand',
      as: 'viewer',
      call: 'GET /api/v1/hosts/1/metrics?disk=true',
      status: 200,
      check: ({ json }) => {
        const metrics = json as HostMetrics;
        assert.ok(metrics.cpus >= 1 && metrics.memoryBytes > 1e8 && metrics.images === 1);
        assert.deepEqual(metrics.containers, { total: 3, running: 2 });
        assert.ok((metrics.disk?.imagesBytes ?? 0) > 1e6);
      },
    },
  ],
);

/** The messages of a stream, until there are enough. */
const listen = async (path: string, isEnough: (messages: Message[]) => boolean): Promise<Message[]> => {
  const leaving = new AbortController();
  const headers = { Cookie: scenario.cookieOf('viewer') ?? '' };
  const response = await fetch(`http://127.0.0.1:${scenario.port}${path}`, { headers, signal: leaving.signal });
  const messages: Message[] = [];
  let rest = '';
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    const blocks = (rest + chunk).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const [, event = '', data = ''] = /^event: (.*)\ndata: (.*)$/s.exec(block) ?? [];
      if (event !== '') messages.push({ event, data: JSON.parse(data) });
    }
    if (isEnough(messages)) break;
  }
  leaving.abort();
  return messages;
};
interface Message {
  event: string;
  data: { items?: ContainerStats[]; container?: string; cpuPercent?: number; measured?: number };
}

test('one container is followed through its end and its next start', async () => {
  let turn = 0;
  const messages = await listen(`${one}/db/stats?follow=true`, (all) => {
    const seen = all.map(({ event }) => event);
    if (turn === 0 && seen.length === 2) {
      turn = 1;
      void engine.request('POST', '/containers/db/stop?t=0');
    }
    // Docker does not tell of an end that is over before its next sample.
    if (turn === 1 && seen.includes('pause')) {
      turn = 2;
      void engine.request('POST', '/containers/db/start');
    }
    return turn === 2 && seen.at(-1) === 'stats';
  });
  assert.deepEqual(
    messages.slice(0, 2).map(({ event }) => event),
    ['stats', 'stats'],
  );
});

test('a set is told together, the window is kept meanwhile, and nothing is measured when all have left', async () => {
  const set = '/api/v1/stats?containers=1:web,1:db,1:none,7:web';
  const isFull = ({ data }: Message) => data.items?.length === 2;
  const messages = await listen(set, (all) => all.filter(isFull).length >= 2);
  const { json } = await scenario.ask('viewer', `GET ${one}/web/metrics?range=5m`);
  const known = json as ContainerMetrics;
  assert.ok(known.samples.length >= 2);
  assert.equal(known.known?.to, known.samples.at(-1)?.at);
  const paused = messages.filter(({ event }) => event === 'pause').map(({ data }) => data.container);
  assert.deepEqual(new Set(paused), new Set(['none', 'web']));
  await waitUntil('the end of all streams', 20_000, 50, () => measuring.gauges.size === 0);
});

test('a host’s containers are told as a sum', async () => {
  const messages = await listen('/api/v1/hosts/1/metrics?follow=true', (all) =>
    all.some(({ data }) => data.measured === 2 && (data.cpuPercent ?? 0) > 0),
  );
  assert.equal(messages.at(-1)?.event, 'use');
});
