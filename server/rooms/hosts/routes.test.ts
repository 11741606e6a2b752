import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Host, HostRecipe, HostTest, Page } from '../../../contract/index.ts';
import type { LabEngine } from '../../../lab/engine.ts';
import { privateEngine } from '../../../lab/engine.ts';
import { socketProxy } from '../../../lab/socket-proxy.ts';
import { waitUntil } from '../../../lab/wait.ts';
import { systemClock } from '../../clock/index.ts';
import { connectEngine } from '../../engine/index.ts';
import { createLogger } from '../../log/index.ts';
import { Sight } from '../../policy/index.ts';
import type { Rooms, Scenario } from '../../scenario.ts';
import { openScenario, testTable } from '../../scenario.ts';
import { scenarioCaller } from '../../scenario-caller.ts';
import { scenarioSecrets } from '../../scenario-secrets.ts';
import { Containers } from '../containers/index.ts';
import { HostKeeper, Hosts, hostRoutes } from './index.ts';

const log = createLogger({ level: 'error', isPretty: false, write: () => undefined });
let engine: LabEngine;
let scenario: Scenario;
let hosts: Hosts;

const ground = { clock: systemClock, secrets: scenarioSecrets, connect: connectEngine };
const hostsOf = ({ db, bus }: Pick<Rooms, 'db' | 'bus'>, localUrl: string) =>
  new Hosts({ ...ground, db, bus, log, localUrl, ownContainerId: null });

before(async () => {
  engine = await privateEngine();
  await engine.run('web');
  await engine.run('done', { start: false });
  scenario = await openScenario({
    routes: async (rooms) => {
      const other = { enabled: 1, color: '#000000', created_at: 0 };
      await rooms.db
        .insertInto('hosts')
        .values([
          {
            ...other,
            id: 2,
            position: 2,
            name: 'Gone',
            url: 'unix:///nowhere/docker.sock',
            last_seen_at: 1_700_000_000_000,
          },
          { ...other, id: 3, position: 3, name: 'Switched off', url: engine.url, enabled: 0 },
          { ...other, id: 4, position: 4, name: 'Unknown kind', url: 'carrier-pigeon://home' },
        ])
        .execute();
      hosts = hostsOf(rooms, engine.url);
      await hosts.start();
      await hosts.settled();
      const hostKeeper = new HostKeeper({ ...rooms, ...ground, hosts });
      return hostRoutes({ hosts, hostKeeper, sight: new Sight(hosts) });
    },
  });
});
after(async () => {
  await hosts.stop();
  await scenario.close();
  await engine.close();
});

const path = '/api/v1/hosts';

testTable(
  () => scenario,
  [
    { name: 'is refused to nobody', as: 'nobody', call: `GET ${path}`, status: 401 },
    {
      name: 'tells the state of each host, with the reason of each that cannot be reached',
      as: 'viewer',
      call: `GET ${path}`,
      status: 200,
      check: ({ json }) => {
        const { items } = json as Page<Host>;
        assert.deepEqual(
          items.map((host) => [host.id, host.name, host.status]),
          [
            [1, 'Local', 'online'],
            [2, 'Gone', 'offline'],
            [3, 'Switched off', 'disabled'],
            [4, 'Unknown kind', 'offline'],
          ],
        );
        const [local, gone, off, unknown] = items;
        assert.deepEqual(local?.containers, { total: 2, running: 1 });
        assert.equal(local?.engine?.kind, 'docker');
        assert.equal(local?.reason, null);
        assert.match(gone?.reason ?? '', /no socket at/);
        assert.equal(gone?.lastSeenAt, new Date(1_700_000_000_000).toISOString());
        assert.match(off?.reason ?? '', /disabled/);
        assert.match(unknown?.reason ?? '', /must begin with unix/);
      },
    },
    {
      name: 'tells of one host',
      as: 'viewer',
      call: `GET ${path}/1`,
      status: 200,
      check: ({ json }) => assert.equal((json as Host).url, engine.url),
    },
    { name: 'knows no such host', as: 'viewer', call: `GET ${path}/99`, status: 404, code: 'CHR_NOT_FOUND' },
    { name: 'wants a number', as: 'viewer', call: `GET ${path}/one`, status: 400, faults: ['hostId'] },
    { name: 'is not for a viewer to start', as: 'viewer', call: `POST ${path}/1/test`, status: 403 },
    {
      name: 'goes through all steps when the engine is well',
      as: 'admin',
      call: `POST ${path}/1/test`,
      status: 200,
      check: ({ json }) => {
        const { ok, steps, latencyMs } = json as HostTest;
        assert.equal(ok, true);
        assert.deepEqual(
          steps.map((step) => [step.name, step.ok]),
          [
            ['connect', true],
            ['answer', true],
            ['permission', true],
            ['version', true],
          ],
        );
        assert.match(steps[2]?.message ?? '', /may see 2 containers/);
        assert.ok(latencyMs !== null && latencyMs >= 0);
      },
    },
    {
      name: 'tells which step failed, and the remedy',
      as: 'admin',
      call: `POST ${path}/2/test`,
      status: 200,
      check: ({ json }) => {
        const { ok, steps } = json as HostTest;
        assert.equal(ok, false);
        assert.deepEqual(
          steps.map((step) => [step.name, step.ok]),
          [['connect', false]],
        );
        assert.match(steps[0]?.message ?? '', /mount the socket/);
      },
    },
    {
      name: 'tells that an address cannot be used',
      as: 'admin',
      call: `POST ${path}/4/test`,
      status: 200,
      check: ({ json }) => assert.equal((json as HostTest).steps[0]?.name, 'address'),
    },
    {
      name: 'works for a host that is disabled',
      as: 'admin',
      call: `POST ${path}/3/test`,
      status: 200,
      check: ({ json }) => assert.equal((json as HostTest).ok, true),
    },
  ],
);

test('a disabled host has no engine to act on', () => {
  assert.throws(() => hosts.engine(3), { code: 'CHR_CONFLICT' });
  assert.throws(() => hosts.engine(99), { code: 'CHR_NOT_FOUND' });
  assert.throws(() => hosts.findContainer(3, 'web'), { code: 'CHR_NOT_FOUND' });
});

test('a container is found by its exact name or its ID', () => {
  const { id } = hosts.findContainer(1, 'web');
  assert.equal(hosts.findContainer(1, id).name, 'web');
  assert.equal(hosts.findContainer(1, id.slice(0, 12)).name, 'web');
  assert.throws(() => hosts.findContainer(1, 'we'), /no container we on the host Local/);
});

test('the local host follows the configuration, keeps its name, and remembers when it was seen last', async () => {
  const own = await openScenario();
  const first = hostsOf(own, 'unix:///nowhere/docker.sock');
  await first.start();
  await first.settled();
  assert.equal(first.get(1).lastSeenAt, null);
  await first.stop();
  await own.db.updateTable('hosts').set({ name: 'Cellar' }).where('id', '=', 1).execute();

  const second = hostsOf(own, engine.url);
  await second.start();
  await waitUntil('the host', 20_000, 10, () => second.get(1).status === 'online');
  await second.stop();
  const row = await own.db.selectFrom('hosts').selectAll().executeTakeFirstOrThrow();
  assert.deepEqual([row.id, row.name, row.url], [1, 'Cellar', engine.url]);
  assert.ok((row.last_seen_at ?? 0) > 0);
  await own.close();
});

test('a change of the status is told', async () => {
  const own = await openScenario();
  const told: string[] = [];
  own.bus.on('host.changed', (host) => told.push(host.status));
  const fleet = hostsOf(own, engine.url);
  await fleet.start();
  await fleet.settled();
  assert.deepEqual(told, ['online']);
  await fleet.stop();
  await own.close();
});

test('the test of a host tells what a socket proxy keeps back, the host shows it, and the recipe is one for its grants', async () => {
  const switches = ['PING', 'VERSION', 'EVENTS', 'CONTAINERS'];
  const proxy = await socketProxy(engine.socket, switches);
  try {
    const { json: made } = await scenario.ask('admin', 'POST /api/v1/hosts', {
      body: { name: 'Kept back', url: proxy.url, grants: ['observe'] },
    });
    const { id, reach } = made as Host;
    assert.equal(reach, null);
    const tried = (await scenario.ask('admin', `POST /api/v1/hosts/${id}/test`)).json as HostTest;
    assert.equal(tried.ok, true);
    const refused = tried.reach?.areas.filter(({ answer }) => answer === 'refused').map(({ area }) => area) ?? [];
    assert.ok(['logs', 'start', 'kill', 'create', 'commands'].every((area) => refused.some((one) => one === area)));
    assert.ok(!refused.includes('containers'));
    assert.deepEqual(((await scenario.ask('admin', `GET /api/v1/hosts/${id}`)).json as Host).reach, tried.reach);
    const recipe = (await scenario.ask('admin', `GET /api/v1/hosts/${id}/proxy-recipe`)).json as HostRecipe;
    assert.match(recipe.compose, /^ +CONTAINERS: 1$/m);
    assert.match(recipe.compose, /^ +POST: 0$/m);
    await scenario.ask('admin', `PATCH /api/v1/hosts/${id}`, { body: { grants: ['observe', 'operate'] } });
    const wider = (await scenario.ask('admin', `GET /api/v1/hosts/${id}/proxy-recipe`)).json as HostRecipe;
    assert.match(wider.compose, /^ +POST: 1$/m);
  } finally {
    await proxy.close();
  }
});

test('pages of containers cover every host once, wherever the hosts have their places', async () => {
  const own = await openScenario();
  const other = { id: 2, name: 'Other', url: engine.url, color: '#000000', created_at: 0, position: 0 };
  await own.db.insertInto('hosts').values(other).execute();
  const fleet = hostsOf(own, engine.url);
  await fleet.start();
  await fleet.settled();
  const room = new Containers(fleet, systemClock);
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const page = room.page({ limit: 1, cursor }, scenarioCaller.rights);
    seen.push(...page.items.map(({ hostId, name }) => `${hostId} ${name}`));
    cursor = page.nextCursor ?? undefined;
  } while (cursor);
  assert.deepEqual(seen, ['1 done', '1 web', '2 done', '2 web']);
  await fleet.stop();
  await own.close();
});
