import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type {
  Container,
  ContainerDetails,
  ContainerProcesses,
  ContainerRemoval,
  ContainerSize,
  Page,
} from '../../../contract/index.ts';
import type { LabEngine } from '../../../lab/engine.ts';
import { privateEngine } from '../../../lab/engine.ts';
import { waitUntil } from '../../../lab/wait.ts';
import { systemClock } from '../../clock/index.ts';
import { connectEngine } from '../../engine/index.ts';
import { createLogger } from '../../log/index.ts';
import type { Reply, Scenario } from '../../scenario.ts';
import { openScenario, testTable } from '../../scenario.ts';
import { scenarioSecrets } from '../../scenario-secrets.ts';
import { Hosts } from '../hosts/index.ts';
import { CloserLook, Containers, containerRoutes } from './index.ts';

const log = createLogger({ level: 'error', isPretty: false, write: () => undefined });
let engine: LabEngine;
let scenario: Scenario;
let hosts: Hosts;
const updates = {
  updateOf: ({ hostId, name, image }: Container) => ({
    ...{ hostId, container: name, image, available: null, pulled: false, currentDigest: null, newestDigest: null },
    ...{ since: null, checkedAt: null, nextCheckAt: null, reason: 'unchecked' as const, message: null },
  }),
};

before(async () => {
  engine = await privateEngine();
  const project = { 'com.docker.compose.project': 'shop' };
  await engine.run('db', {
    env: { PASSWORD: 'hidden', TZ: 'UTC' },
    labels: { ...project, 'com.docker.compose.service': 'db' },
    healthcheck: { Test: ['CMD', 'echo', 'all well'], Interval: 200_000_000, Retries: 1 },
    hostConfig: {
      Memory: 64 * 1024 * 1024,
      NanoCpus: 500_000_000,
      RestartPolicy: { Name: 'on-failure', MaximumRetryCount: 3 },
    },
    more: { Volumes: { '/data': {} } },
  });
  await engine.run('mydb', { labels: { ...project, 'com.docker.compose.depends_on': 'db:service_started:false' } });
  await engine.run('resting', { start: false });
  const self = await engine.run('chrontainer');
  scenario = await openScenario({
    routes: async ({ db, bus }) => {
      const parts = {
        db,
        bus,
        secrets: scenarioSecrets,
        clock: systemClock,
        log,
        ownContainerId: self,
        connect: connectEngine,
      };
      hosts = new Hosts({ ...parts, localUrl: engine.url });
      await hosts.start();
      await waitUntil('all starts', 20_000, 10, () => hosts.containers().filter((c) => c.startedAt).length === 3);
      return containerRoutes(
        new Containers(hosts, systemClock),
        new CloserLook(hosts, { reaching: ({ name }) => [{ id: 7, name: `${name} at 4`, by: 'name' }] }, updates),
      );
    },
  });
});
after(async () => {
  await hosts.stop();
  await scenario.close();
  await engine.close();
});

const list = '/api/v1/containers';
const one = '/api/v1/hosts/1/containers';
const namesIn = ({ json }: Reply) => (json as Page<Container>).items.map((c) => c.name);
const shows =
  (...names: string[]) =>
  (reply: Reply) =>
    assert.deepEqual(namesIn(reply), names);

testTable(
  () => scenario,
  [
    { name: 'is refused to nobody', as: 'nobody', call: `GET ${list}`, status: 401 },
    {
      name: 'shows all by name',
      as: 'viewer',
      call: `GET ${list}`,
      status: 200,
      check: (reply) => {
        shows('chrontainer', 'db', 'mydb', 'resting')(reply);
        const [self, db] = (reply.json as Page<Container>).items;
        assert.equal(self?.isSelf, true);
        assert.deepEqual([db?.isSelf, db?.stale, db?.stack, db?.service], [false, false, 'shop', 'db']);
        assert.match(db?.status ?? '', /^Up .*second/);
      },
    },
    {
      name: 'filters by state',
      as: 'viewer',
      call: `GET ${list}?status=created`,
      status: 200,
      check: shows('resting'),
    },
    { name: 'filters by stack', as: 'viewer', call: `GET ${list}?stack=shop`, status: 200, check: shows('db', 'mydb') },
    { name: 'filters by host', as: 'viewer', call: `GET ${list}?host=2`, status: 200, check: shows() },
    { name: 'filters by tag', as: 'viewer', call: `GET ${list}?tag=none`, status: 200, check: shows() },
    { name: 'searches', as: 'viewer', call: `GET ${list}?q=SHO`, status: 200, check: shows('db', 'mydb') },
    {
      name: 'comes in pages',
      as: 'viewer',
      call: `GET ${list}?limit=3`,
      status: 200,
      check: async (reply) => {
        shows('chrontainer', 'db', 'mydb')(reply);
        const cursor = (reply.json as Page<Container>).nextCursor;
        const rest = await scenario.ask('viewer', `GET ${list}?limit=3&cursor=${cursor}`);
        shows('resting')(rest);
        assert.equal((rest.json as Page<Container>).nextCursor, null);
      },
    },
    {
      name: 'ends with a page that is just full',
      as: 'viewer',
      call: `GET ${list}?limit=4`,
      status: 200,
      check: ({ json }) => assert.equal((json as Page<Container>).nextCursor, null),
    },
    { name: 'refuses a cursor', as: 'viewer', call: `GET ${list}?cursor=nonsense`, status: 400, faults: ['cursor'] },
    { name: 'refuses a status', as: 'viewer', call: `GET ${list}?status=happy`, status: 400, faults: ['status'] },
    { name: 'refuses a field', as: 'viewer', call: `GET ${list}?colour=red`, status: 400, faults: ['colour'] },
    {
      name: 'means exactly that name',
      as: 'viewer',
      call: `GET ${one}/db`,
      status: 200,
      check: ({ json }) => assert.equal((json as Container).name, 'db'),
    },
    { name: 'is no part of a name', as: 'viewer', call: `GET ${one}/my`, status: 404, code: 'CHR_NOT_FOUND' },
    { name: 'is on no such host', as: 'viewer', call: 'GET /api/v1/hosts/9/containers/db', status: 404 },
    { name: 'may hold secrets, not for a viewer', as: 'viewer', call: `GET ${one}/db/inspect`, status: 403 },
    {
      name: 'is the engine’s own document',
      as: 'operator',
      call: `GET ${one}/db/inspect`,
      status: 200,
      check: ({ text }) => assert.match(text, /PASSWORD=hidden/),
    },
    {
      name: 'withholds from a viewer what may be secret',
      as: 'viewer',
      call: `GET ${one}/db/details`,
      status: 200,
      check: ({ json, text }) => {
        const { command, environment } = json as ContainerDetails;
        assert.equal(command, null);
        assert.ok(environment.length > 0 && environment.every(({ value }) => value === null));
        assert.doesNotMatch(text, /hidden/);
      },
    },
    {
      name: 'tells an operator all but the secrets',
      as: 'operator',
      call: `GET ${one}/db/details`,
      status: 200,
      check: ({ json }) => {
        const details = json as ContainerDetails;
        const values = new Map(details.environment.map(({ name, value }) => [name, value]));
        assert.deepEqual([values.get('PASSWORD'), values.get('TZ')], [null, 'UTC']);
        assert.equal(details.command?.[0], '/bin/sh');
        assert.deepEqual(details.restartPolicy, { name: 'on-failure', maximumRetryCount: 3 });
        assert.deepEqual([details.limits.memoryBytes, details.limits.cpus], [64 * 1024 * 1024, 0.5]);
        const [mount] = details.mounts;
        assert.deepEqual([mount?.kind, mount?.destination, mount?.isAnonymous], ['volume', '/data', true]);
        assert.deepEqual(details.dependants, [{ hostId: 1, container: 'mydb', why: 'compose' }]);
      },
    },
    { name: 'holds secrets, not for a viewer', as: 'viewer', call: `GET ${one}/db/environment`, status: 403 },
    {
      name: 'is told in full when asked for',
      as: 'operator',
      call: `GET ${one}/db/environment`,
      status: 200,
      check: ({ json }) =>
        assert.ok(JSON.stringify(json).includes(JSON.stringify({ name: 'PASSWORD', value: 'hidden' }))),
    },
    { name: 'is nothing for a viewer', as: 'viewer', call: `GET ${one}/db/removal`, status: 403 },
    {
      name: 'tells what its removal would take along',
      as: 'operator',
      call: `GET ${one}/db/removal`,
      status: 200,
      check: ({ json }) => {
        const { containerId, isRunning, volumes, dependants, schedules } = json as ContainerRemoval;
        assert.equal(containerId, hosts.byName(1, 'db')?.id);
        assert.equal(isRunning, true);
        assert.deepEqual(
          volumes.map(({ destination, isAnonymous }) => [destination, isAnonymous]),
          [['/data', true]],
        );
        assert.deepEqual(
          [dependants.map(({ container }) => container), schedules],
          [['mydb'], [{ id: 7, name: 'db at 4', by: 'name' }]],
        );
      },
    },
    {
      name: 'measures what it wrote',
      as: 'viewer',
      call: `GET ${one}/db/size`,
      status: 200,
      check: ({ json }) => {
        const { writtenBytes, totalBytes } = json as ContainerSize;
        assert.ok(writtenBytes !== null && totalBytes !== null && totalBytes > 1_000_000);
      },
    },
    { name: 'shows command lines, not to a viewer', as: 'viewer', call: `GET ${one}/db/processes`, status: 403 },
    {
      name: 'shows its processes',
      as: 'operator',
      call: `GET ${one}/db/processes`,
      status: 200,
      check: ({ json }) => {
        const { titles, processes } = json as ContainerProcesses;
        assert.ok(titles.includes('CMD') && processes.some((row) => row.join(' ').includes('/bin/sh')));
      },
    },
    {
      name: 'has no processes while it does not run',
      as: 'operator',
      call: `GET ${one}/resting/processes`,
      status: 409,
      code: 'CHR_CONFLICT',
    },
    { name: 'reaches nothing else', as: 'operator', call: `GET ${one}/..%2F..%2Finfo/inspect`, status: 404 },
  ],
);

test('the last answers of the health check are told, to those who may read logs', async () => {
  const probesOf = async (who: string) => {
    const { json } = await scenario.ask(who, `GET ${one}/db/details`);
    return (json as ContainerDetails).health;
  };
  await waitUntil('a probe', 20_000, 50, async () => (await probesOf('operator'))?.status === 'healthy');
  const [last] = (await probesOf('operator'))?.probes ?? [];
  assert.deepEqual([last?.exitCode, last?.output?.trim()], [0, 'all well']);
});
