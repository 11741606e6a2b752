import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Image, ImageRemoval, Network, PrunePreview, Run, RunOutput, Volume } from '../../../contract/index.ts';
import type { LabEngine } from '../../../lab/engine.ts';
import { privateEngine } from '../../../lab/engine.ts';
import { freePort } from '../../../lab/free-port.ts';
import type { Registry } from '../../../lab/registry.ts';
import { openRegistry } from '../../../lab/registry.ts';
import { guardOf } from '../../admission.ts';
import type { Rooms } from '../../assembly/index.ts';
import { createRooms } from '../../assembly/index.ts';
import { systemClock } from '../../clock/index.ts';
import { connectEngine } from '../../engine/index.ts';
import { createLogger } from '../../log/index.ts';
import type { Guard } from '../../policy/index.ts';
import type { Reply, Scenario } from '../../scenario.ts';
import { openScenario, problemOf, testTable } from '../../scenario.ts';
import { scenarioSecrets } from '../../scenario-secrets.ts';
import { runRoutes } from '../runs/index.ts';
import { Stores, stockRoutes } from './index.ts';

const log = createLogger({ level: 'error', isPretty: false, write: () => undefined });
let engine: LabEngine;
let registry: Registry;
let scenario: Scenario;
let rooms: Rooms;
let guard: Guard;

/** One engine with images, volumes and networks in use and out of it, a host that is away, and a registry. */
before(async () => {
  [engine, registry] = await Promise.all([
    freePort().then((port) => privateEngine({ port, network: true })),
    openRegistry(),
  ]);
  await engine.request('POST', '/networks/create', { Name: 'front', Labels: { 'com.docker.compose.project': 'shop' } });
  await engine.request('POST', '/networks/create', { Name: 'resting' });
  await engine.request('POST', '/networks/create', { Name: 'idle' });
  await engine.request('POST', '/volumes/create', { Name: 'data' });
  await engine.request('POST', '/volumes/create', {});
  const hostConfig = { NetworkMode: 'front', Binds: ['data:/data'] };
  await engine.run('web', { hostConfig, cmd: ['sh', '-c', 'head -c 300000 /dev/zero > /big; sleep 1000'] });
  await engine.run('asleep', { start: false, hostConfig: { NetworkMode: 'resting' } });
  await engine.request('POST', '/images/tiny:1/tag?repo=spare&tag=1');
  scenario = await openScenario({
    guard: (call) => guard(call),
    clock: systemClock,
    routes: async ({ db, bus }) => {
      const row = { enabled: 1, color: '#000000', created_at: 0, url: 'unix:///nowhere/docker.sock' };
      await db
        .insertInto('hosts')
        .values({ ...row, id: 2, name: 'Away' })
        .execute();
      const ground = { db, bus, clock: systemClock, log, connect: connectEngine, secrets: scenarioSecrets };
      rooms = await createRooms({ ...ground, localUrl: engine.url, timeZone: 'UTC', ownContainerId: null });
      await rooms.start();
      await rooms.hosts.settled();
      guard = guardOf(rooms);
      const stores = new Stores(rooms.hosts, systemClock, rooms.updates);
      return [...stockRoutes({ ...rooms, stores }), ...runRoutes({ ...rooms, fleet: rooms.hosts })];
    },
  });
  const role = (name: string, scopes: object[]) => ({
    name,
    permissions: JSON.stringify(['view', 'logs', 'operate']),
    scopes: JSON.stringify(scopes),
    created_at: 0,
    updated_at: 0,
  });
  const roles = [role('shopkeeper', [{ stack: 'shop' }]), role('away', [{ hostId: 2 }]), role('own', [{ hostId: 1 }])];
  await scenario.db.insertInto('roles').values(roles).execute();
  await scenario.accounts.roles.reload();
  for (const name of ['shopkeeper', 'away', 'own']) await scenario.join(name, name);
});
after(async () => {
  await rooms.stop(0);
  await scenario.close();
  await registry.close();
  await engine.close();
});

interface List<T> {
  items: T[];
  faults: { hostId: number; message: string }[];
}
const items = <T>(reply: Reply): T[] => (reply.json as List<T>).items;
const ask = (call: string, body?: unknown, who = 'operator') =>
  scenario.ask(who, call, body === undefined ? {} : { body });
const done = async (call: string, body?: unknown): Promise<Run> => {
  const reply = await ask(call, body);
  assert.equal(reply.status, 200, reply.text);
  return reply.json as Run;
};
const messageOf = (run: Run) => run.steps[0]?.targets[0]?.message ?? '';
const foresee = async (what: string) => (await ask(`GET /api/v1/${what}/prune?host=1`)).json as PrunePreview;
const imageNamed = async (name: string) =>
  items<Image>(await ask('GET /api/v1/images?host=1')).find(({ names }) => names.includes(name));

testTable(
  () => scenario,
  [
    { name: 'is closed to nobody', as: 'nobody', call: 'GET /api/v1/images', status: 401 },
    {
      name: 'shows names and use, and says which host could not be asked',
      as: 'viewer',
      call: 'GET /api/v1/images',
      status: 200,
      check: ({ json }) => {
        const { items: all, faults } = json as List<Image>;
        assert.deepEqual(
          all.map(({ names, usedBy, dangling, sharedBytes }) => [names.sort(), usedBy, dangling, sharedBytes]),
          [[['spare:1', 'tiny:1'], ['asleep', 'web'], false, null]],
        );
        assert.ok((all[0]?.sizeBytes ?? 0) > 100_000);
        assert.deepEqual(
          faults.map(({ hostId }) => hostId),
          [2],
        );
        assert.match(faults[0]?.message ?? '', /docker\.sock/);
      },
    },
    {
      name: 'tells what images share when it is asked to measure',
      as: 'viewer',
      call: 'GET /api/v1/images?host=1&measure=true',
      status: 200,
      check: (reply) => {
        const [image] = items<Image>(reply);
        assert.deepEqual([image?.sharedBytes, image?.uniqueBytes], [0, image?.sizeBytes]);
      },
    },
    {
      name: 'shows volumes with their use and size, those without a name last',
      as: 'viewer',
      call: 'GET /api/v1/volumes?host=1&measure=true',
      status: 200,
      check: (reply) => {
        const [named, nameless] = items<Volume>(reply);
        assert.deepEqual([named?.name, named?.anonymous, named?.usedBy], ['data', false, ['web']]);
        assert.deepEqual([nameless?.anonymous, nameless?.usedBy, nameless?.sizeBytes], [true, [], 0]);
      },
    },
    {
      name: "shows networks with their use and stack, the engine's own last",
      as: 'viewer',
      call: 'GET /api/v1/networks?host=1',
      status: 200,
      check: (reply) =>
        assert.deepEqual(
          items<Network>(reply).map(({ name, usedBy, stack, builtIn }) => [name, usedBy, stack, builtIn]),
          [
            ['front', ['web'], 'shop', false],
            ['idle', [], null, false],
            ['resting', ['asleep'], null, false],
            ['bridge', [], null, true],
            ['host', [], null, true],
            ['none', [], null, true],
          ],
        ),
    },
    ...['images', 'volumes', 'networks'].flatMap((what) => [
      {
        name: 'shows nothing of a host of which the caller sees one stack only',
        as: 'shopkeeper',
        call: `GET /api/v1/${what}`,
        status: 200,
        check: (reply: Reply) => assert.deepEqual(reply.json, { items: [], nextCursor: null, faults: [] }),
      },
      { name: 'hides the host', as: 'shopkeeper', call: `GET /api/v1/${what}?host=1`, status: 404 },
      { name: 'hides the host', as: 'away', call: `GET /api/v1/${what}/prune?host=1`, status: 404 },
      { name: 'hides the host', as: 'away', call: `POST /api/v1/${what}/prune`, body: { hostId: 1 }, status: 404 },
      {
        name: 'is refused to who looks',
        as: 'viewer',
        call: `POST /api/v1/${what}/prune`,
        body: { hostId: 1 },
        status: 403,
      },
    ]),
    { name: 'hides the host', as: 'away', call: 'DELETE /api/v1/images?host=1&image=tiny:1', status: 404 },
    { name: 'is refused to who looks', as: 'viewer', call: 'DELETE /api/v1/images?host=1&image=tiny:1', status: 403 },
    { name: 'knows only what is there', as: 'own', call: 'DELETE /api/v1/images?host=1&image=none:1', status: 404 },
    {
      name: 'takes no path for a name',
      as: 'operator',
      call: 'GET /api/v1/images/removal?host=1&image=a/../../info',
      status: 404,
    },
    {
      name: 'names every fault',
      as: 'operator',
      call: 'POST /api/v1/images/pull',
      body: { hostId: 0, image: '-x' },
      status: 400,
      faults: ['hostId', 'image'],
    },
    {
      name: 'hides the host',
      as: 'away',
      call: 'POST /api/v1/images/pull',
      body: { hostId: 1, image: 'a:1' },
      status: 404,
    },
    {
      name: 'answers at once with the run',
      as: 'own',
      call: 'POST /api/v1/images/tag',
      body: { hostId: 1, image: 'tiny:1', name: 'third' },
      status: 202,
    },
  ],
);

test('one of several names goes although containers use the image, the last one does not', async () => {
  const run = await done('DELETE /api/v1/images?host=1&image=spare:1&wait=true');
  assert.deepEqual([run.outcome, messageOf(run)], ['succeeded', 'removed spare:1']);
  await done('DELETE /api/v1/images?host=1&image=third&wait=true');
  const refused = await ask('DELETE /api/v1/images?host=1&image=tiny:1');
  assert.equal(refused.status, 409);
  assert.match(problemOf(refused).detail, /^tiny:1 is used by the containers asleep, web\. Remove them first/);
  assert.ok(await imageNamed('tiny:1'));
});

test('what a removal would do is told before, and by its ID an image goes with all its names', async () => {
  await engine.request('POST', '/commit?container=web&repo=shop&tag=1', {});
  await done('POST /api/v1/images/tag?wait=true', { hostId: 1, image: 'shop:1', name: 'localhost:5000/shop:2' });
  const image = await imageNamed('shop:1');
  const asked = await ask(`GET /api/v1/images/removal?host=1&image=${image?.id}`);
  const { names, removesImage, freedBytes, refusal } = asked.json as ImageRemoval;
  assert.deepEqual([names.sort(), removesImage, refusal], [['localhost:5000/shop:2', 'shop:1'], true, null]);
  assert.ok(freedBytes !== null && freedBytes >= 300_000 && freedBytes < (image?.sizeBytes ?? 0));
  await done(`DELETE /api/v1/images?host=1&image=${image?.id}&wait=true`);
  assert.equal(await imageNamed('shop:1'), undefined);
});

test('a clean-up of images takes exactly what was foreseen, and frees as much', async () => {
  await engine.request('POST', '/commit?container=web', {});
  const foreseen = await foresee('images');
  assert.equal(foreseen.items.length, 1);
  const run = await done('POST /api/v1/images/prune?wait=true', { hostId: 1 });
  assert.equal(run.outcome, 'succeeded');
  assert.match(messageOf(run), /^removed 1 image, freed 300\.0 kB$/);
  assert.ok(Math.abs((foreseen.freedBytes ?? 0) - 300_000) < 50);
  assert.deepEqual(
    items<Image>(await ask('GET /api/v1/images?host=1')).flatMap(({ names }) => names),
    ['tiny:1'],
  );
});

test('a clean-up of volumes leaves those that somebody named', async () => {
  const foreseen = await foresee('volumes');
  assert.deepEqual([foreseen.items.length, foreseen.freedBytes], [1, 0]);
  await done('POST /api/v1/volumes/prune?wait=true', { hostId: 1 });
  assert.deepEqual(
    items<Volume>(await ask('GET /api/v1/volumes?host=1')).map(({ name }) => name),
    ['data'],
  );
});

test('a clean-up of networks says which stopped container wants one, and takes what it foresaw', async () => {
  const { items: foreseen } = await foresee('networks');
  assert.deepEqual(
    foreseen.map(({ name, note }) => [name, note]),
    [
      ['idle', null],
      ['resting', 'wanted by asleep, which could not start without it'],
    ],
  );
  await done('POST /api/v1/networks/prune?wait=true', { hostId: 1 });
  const left = items<Network>(await ask('GET /api/v1/networks?host=1')).filter(({ builtIn }) => !builtIn);
  assert.deepEqual(
    left.map(({ name }) => name),
    ['front'],
  );
});

test('an image is fetched from a registry, with the progress of each layer', async () => {
  await engine.request('POST', '/commit?container=web&repo=local&tag=1', {});
  const name = await registry.push(engine, 'local:1', 'shop/app:1');
  for (const image of [name, 'local:1']) await done(`DELETE /api/v1/images?host=1&image=${image}&wait=true`);
  const run = await done('POST /api/v1/images/pull?wait=true', { hostId: 1, image: name });
  assert.equal(run.outcome, 'succeeded');
  assert.match(messageOf(run), /\/shop\/app:1 was fetched: [0-9a-f]{12}$/);
  const output = (await ask(`GET /api/v1/runs/${run.id}/output`)).json as RunOutput;
  const lines = output.items.flatMap(({ text }) => text.trim().split('\n'));
  const layers = new Set(lines.flatMap((line) => /^([0-9a-f]{12}): /.exec(line)?.[1] ?? []));
  assert.equal(layers.size, 2, lines.join('\n'));
  assert.ok(
    lines.some((line) => /^[0-9a-f]{12}: Pull complete$/.test(line)),
    lines.join('\n'),
  );
  assert.deepEqual((await imageNamed(name))?.digests.length, 1);
  const again = await done('POST /api/v1/images/pull?wait=true', { hostId: 1, image: name });
  assert.match(messageOf(again), /is up to date/);
});

test('a failure that the engine hides behind a success is told in its words', async () => {
  await engine.request('POST', '/commit?container=web&repo=doomed&tag=1', {});
  const name = await registry.push(engine, 'doomed:1', 'shop/doomed:1');
  // It has the same layers: while it is there, nothing is fetched.
  const other = registry.nameOf('shop/app:1');
  for (const image of [name, 'doomed:1', other]) await done(`DELETE /api/v1/images?host=1&image=${image}&wait=true`);
  registry.lose(await topLayerOf('shop/doomed', '1'));
  const raw = await engine.request('POST', `/images/create?fromImage=${name}`);
  assert.deepEqual([raw.status, /"error"/.test(String(raw.json))], [200, true]);
  const run = await done('POST /api/v1/images/pull?wait=true', { hostId: 1, image: name });
  assert.equal(run.outcome, 'failed');
  assert.match(messageOf(run), /blob|layer|unexpected/i);
  assert.equal(await imageNamed(name), undefined);
});

test('an image or a registry that is not there is told in the words of the engine', async () => {
  const unknown = await done('POST /api/v1/images/pull?wait=true', { hostId: 1, image: registry.nameOf('none:1') });
  assert.deepEqual([unknown.outcome, /manifest|not found/.test(messageOf(unknown))], ['failed', true]);
  const image = `127.0.0.1:${await freePort()}/shop:1`;
  const away = await done('POST /api/v1/images/pull?wait=true', { hostId: 1, image });
  assert.equal(away.outcome, 'failed');
  assert.match(messageOf(away), /connection refused/);
});

const topLayerOf = async (repository: string, tag: string): Promise<string> => {
  const url = `http://127.0.0.1:${registry.port}/v2/${repository}/manifests/${tag}`;
  const accept = 'application/vnd.docker.distribution.manifest.v2+json';
  const { layers } = (await (await fetch(url, { headers: { accept } })).json()) as { layers: { digest: string }[] };
  return layers.at(-1)?.digest ?? '';
};
