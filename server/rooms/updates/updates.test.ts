import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Container, ContainerUpdate, Page, UpdateCheck } from '../../../contract/index.ts';
import type { LabEngine } from '../../../lab/engine.ts';
import { privateEngine } from '../../../lab/engine.ts';
import { freePort } from '../../../lab/free-port.ts';
import { makeImage, pull, pushIndex } from '../../../lab/images.ts';
import type { Registry } from '../../../lab/registry.ts';
import { openRegistry } from '../../../lab/registry.ts';
import { waitUntil } from '../../../lab/wait.ts';
import type { Rooms } from '../../assembly/index.ts';
import { createRooms } from '../../assembly/index.ts';
import { systemClock, TestClock } from '../../clock/index.ts';
import { GroupCommit } from '../../database/index.ts';
import { connectEngine } from '../../engine/index.ts';
import { createLogger } from '../../log/index.ts';
import type { Scenario } from '../../scenario.ts';
import { openScenario } from '../../scenario.ts';
import { scenarioSecrets } from '../../scenario-secrets.ts';
import { CloserLook, Containers, containerRoutes } from '../containers/index.ts';
import { UpdateBook, Updates, updateRoutes } from './index.ts';

const log = createLogger({ level: 'error', isPretty: false, write: (line) => process.stderr.write(line) });
const ada = { kind: 'user', id: 1, name: 'admin', address: null } as const;
let engine: LabEngine;
let registry: Registry;
let scenario: Scenario;
let rooms: Rooms;
const told: UpdateCheck[] = [];

const openRooms = async ({ db, bus }: Pick<Scenario, 'db' | 'bus'>): Promise<Rooms> => {
  const ground = { db, bus, clock: systemClock, log, connect: connectEngine, secrets: scenarioSecrets };
  const place = { localUrl: engine.url, timeZone: 'UTC', ownContainerId: null, confirmAfterMs: 50 };
  const opened = await createRooms({ ...ground, ...place });
  await opened.start();
  await opened.hosts.settled();
  return opened;
};

/** A real engine and a real registry, with containers of images from there and from here. */
before(async () => {
  [engine, registry] = await Promise.all([
    freePort().then((port) => privateEngine({ port, network: true })),
    openRegistry(),
  ]);
  await makeImage(engine, 'shop:1', 'shop-1');
  const shop = await registry.push(engine, 'shop:1', 'shop:1');
  await engine.run('web', { more: { Image: shop }, labels: { 'com.docker.compose.project': 'shop' } });
  await engine.run('worker', { more: { Image: shop } });
  await engine.run('home', { start: false });
  const { json } = await engine.request('GET', `/images/${shop}/json`);
  const { Id, RepoDigests } = json as { Id: string; RepoDigests: string[] };
  await engine.run('bare', { more: { Image: Id }, start: false });
  await engine.run('pinned', { more: { Image: RepoDigests[0] }, start: false });
  scenario = await openScenario({
    clock: systemClock,
    routes: async (parts) => {
      parts.bus.on('updates.progress', ({ whole }) => told.push(whole));
      rooms = await openRooms(parts);
      return [
        ...updateRoutes(rooms),
        ...containerRoutes(
          new Containers(rooms.hosts, systemClock),
          new CloserLook(rooms.hosts, rooms.schedules, rooms.updates),
        ),
      ];
    },
  });
});
after(async () => {
  await rooms.stop(0);
  await scenario.close();
  await registry.close();
  await engine.close();
});

const updateOf = async (name: string): Promise<ContainerUpdate> => {
  const reply = await scenario.ask('viewer', `GET /api/v1/hosts/1/containers/${name}/update`);
  assert.equal(reply.status, 200, reply.text);
  return reply.json as ContainerUpdate;
};
const isRunning = async () =>
  ((await scenario.ask('viewer', 'GET /api/v1/updates')).json as { check: UpdateCheck }).check.running;

/** By hand, to the end. */
const check = async (...names: string[]): Promise<number> => {
  const before = rooms.updates.client.requests;
  const targets = names.map((container) => ({ hostId: 1, container }));
  const body = names.length === 0 ? {} : { targets };
  const reply = await scenario.ask('operator', 'POST /api/v1/updates/check', { body });
  assert.equal(reply.status, 202, reply.text);
  await waitUntil('the check', 20_000, 20, async () => !(await isRunning()));
  return rooms.updates.client.requests - before;
};
const names = async (query: string): Promise<string[]> => {
  const { json } = await scenario.ask('viewer', `GET /api/v1/containers?${query}`);
  return (json as Page<Container>).items.map(({ name }) => name);
};

test('before anything was asked nobody knows, and that is said', async () => {
  await waitUntil('the images', 20_000, 50, async () => (await updateOf('web')).reason === 'unchecked');
  const { available, message, checkedAt } = await updateOf('web');
  assert.deepEqual([available, checkedAt], [null, null]);
  assert.match(message ?? '', /not asked yet/);
});

test('a registry in the network is not asked before an admin allows that', async () => {
  await check('web');
  const { available, reason, message } = await updateOf('web');
  assert.deepEqual([available, reason], [null, 'refused']);
  assert.match(message ?? '', /an admin can allow those in the settings/);
  await rooms.settings.update({ allowPrivateAddresses: true }, ada);
});

test('what no registry could be asked for says why, and no registry is asked', async () => {
  assert.equal(await check('home', 'bare', 'pinned'), 0);
  const all = await Promise.all(['home', 'bare', 'pinned'].map(updateOf));
  assert.deepEqual(
    all.map(({ available, reason }) => [available, reason]),
    [
      [null, 'local'],
      [null, 'no_name'],
      [null, 'pinned'],
    ],
  );
  assert.ok(all.every(({ message }) => message !== null));
});

test('one question serves all containers of an image, and what is up to date is said to be', async () => {
  assert.equal(await check(), 1);
  for (const name of ['web', 'worker']) {
    const { available, currentDigest, newestDigest, reason, nextCheckAt } = await updateOf(name);
    assert.deepEqual([available, reason], [false, null]);
    assert.equal(currentDigest, newestDigest);
    const inMs = Date.parse(nextCheckAt ?? '') - Date.now();
    assert.ok(inMs > 5.3 * 3_600_000 && inMs < 6.7 * 3_600_000, String(inMs));
  }
  assert.deepEqual(await names('update=false'), ['web', 'worker']);
});

let since: string | null = null;
test('a newer image counts when it was answered twice, and tells since when it is there', async () => {
  const startedAt = Date.now();
  await makeImage(engine, 'shop:2', 'shop-2');
  // Pushed by another engine's hand: this one keeps the name for what it has.
  const held = await engine.request('GET', `/images/${registry.nameOf('shop:1')}/json`);
  await registry.push(engine, 'shop:2', 'shop:1');
  const { Id } = held.json as { Id: string };
  await engine.request('DELETE', `/images/${registry.nameOf('shop:1')}`);
  const query = new URLSearchParams({ repo: registry.nameOf('shop'), tag: '1' });
  await engine.request('POST', `/images/${Id}/tag?${query}`);
  told.length = 0;
  assert.equal(await check('web', 'worker'), 3);
  const { available, currentDigest, newestDigest, pulled, ...rest } = await updateOf('web');
  assert.deepEqual([available, pulled, rest.reason], [true, false, null]);
  assert.match(`${currentDigest} ${newestDigest}`, /^sha256:[0-9a-f]{64} sha256:[0-9a-f]{64}$/);
  assert.notEqual(currentDigest, newestDigest);
  ({ since } = rest);
  assert.ok(Date.parse(since ?? '') >= startedAt && Date.parse(since ?? '') <= Date.now());
  assert.deepEqual(await names('update=true'), ['web', 'worker']);
  await waitUntil('the last word', 5_000, 20, () => told.at(-1)?.running === false);
  const last = told.at(-1);
  assert.deepEqual([last?.running, last?.total, last?.done, last?.found], [false, 2, 2, 2]);
});

test('the first time that a digest was seen stays, and what it is is not looked at again', async () => {
  assert.equal(await check('web'), 1);
  assert.equal((await updateOf('web')).since, since);
  const details = await scenario.ask('viewer', 'GET /api/v1/hosts/1/containers/web/details');
  assert.deepEqual((details.json as { update: ContainerUpdate }).update, await updateOf('web'));
});

test('a newer image that was pulled and is not used is an update that waits', async () => {
  await pull(engine, registry.nameOf('shop:1'));
  await check('web');
  const { available, pulled } = await updateOf('web');
  assert.deepEqual([available, pulled], [true, true]);
  await engine.remove('worker');
  await engine.run('worker', { more: { Image: registry.nameOf('shop:1') } });
  await waitUntil('the new one', 20_000, 50, async () => (await updateOf('worker')).available === false);
});

test('what a registry said is known after a restart, without asking', async () => {
  await rooms.stop(0);
  rooms = await openRooms(scenario);
  const { updates } = rooms;
  await waitUntil('the images', 20_000, 50, () => updates.get(1, 'web').available !== null);
  assert.deepEqual([updates.get(1, 'web').available, updates.get(1, 'web').since], [true, since]);
  await waitUntil('the list', 20_000, 50, () => rooms.hosts.byName(1, 'web')?.updateAvailable === true);
  assert.equal(updates.client.requests, 0);
});

/** The rooms were opened anew: these are asked without the way through the routes. */
const checkDirectly = async (name: string): Promise<{ requests: number; update: ContainerUpdate }> => {
  const { updates } = rooms;
  const before = updates.client.requests;
  const admin = await scenario.accounts.roles.rightsOf('admin');
  updates.checkByHand([{ hostId: 1, container: name }], admin);
  await waitUntil('the check', 20_000, 20, () => !updates.progress.seenBy(admin).running);
  return { requests: updates.client.requests - before, update: updates.get(1, name) };
};

test('of an index only the image for the own platform counts, and the index is fetched once', async () => {
  for (const mark of ['a', 'b', 'c']) {
    await makeImage(engine, `multi:${mark}`, `multi-${mark}`);
    await registry.push(engine, `multi:${mark}`, `multi:${mark}`);
  }
  const both = (amd: string, arm: string) =>
    pushIndex(registry, 'multi', 'stable', [
      { tag: amd, architecture: process.arch === 'arm64' ? 'arm64' : 'amd64' },
      { tag: arm, architecture: 's390x' },
    ]);
  await both('a', 'b');
  for (const mark of ['a', 'b', 'c']) await engine.request('DELETE', `/images/${registry.nameOf(`multi:${mark}`)}`);
  await pull(engine, registry.nameOf('multi:stable'));
  await engine.run('multi', { more: { Image: registry.nameOf('multi:stable') } });
  await waitUntil('the container', 20_000, 20, () => rooms.hosts.byName(1, 'multi') !== undefined);
  const first = await checkDirectly('multi');
  assert.deepEqual([first.update.available, first.requests], [false, 1]);
  const otherOnly = await both('a', 'c');
  const second = await checkDirectly('multi');
  assert.deepEqual([second.update.available, second.update.newestDigest, second.requests], [false, otherOnly, 3]);
  assert.equal((await checkDirectly('multi')).requests, 1);
  const ours = await both('c', 'b');
  const third = await checkDirectly('multi');
  assert.deepEqual([third.update.available, third.update.newestDigest], [true, ours]);
});

test('checks go by themselves, each image again after the time that is set, and not at all when they are switched off', async () => {
  const clock = new TestClock(Date.now());
  const commits = new GroupCommit(scenario.db);
  await scenario.db.deleteFrom('image_checks').execute();
  const book = await UpdateBook.open({ db: scenario.db, commits, isOn: () => true, blocks: { reasonFor: () => null } });
  const updates = new Updates({ ...rooms, bus: scenario.bus, clock, log, book, registries: rooms.updates.registries });
  book.images.put(1, await rooms.hosts.engine(1).stock.images());
  await updates.start();
  const after = async (ms: number): Promise<number> => {
    const before = updates.client.requests;
    for (let passed = 0; passed < ms; passed += 300_000) {
      await clock.advance(300_000);
      await new Promise((resolve) => setTimeout(resolve, 40));
    }
    return updates.client.requests - before;
  };
  assert.ok((await after(10 * 60_000)) >= 2);
  await after(10 * 60_000);
  assert.equal(await after(3_600_000), 0);
  assert.ok((await after(6 * 3_600_000)) >= 2);
  await rooms.settings.update({ checkUpdates: false }, ada);
  assert.equal(await after(8 * 3_600_000), 0);
  updates.stop();
  await rooms.settings.update({ checkUpdates: true }, ada);
});
