import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { ContainerUpdate } from '../../../contract/index.ts';
import type { LabPodman } from '../../../lab/podman.ts';
import { privatePodman } from '../../../lab/podman.ts';
import type { Registry } from '../../../lab/registry.ts';
import { openRegistry } from '../../../lab/registry.ts';
import { waitUntil } from '../../../lab/wait.ts';
import { Rights } from '../../policy/index.ts';
import { ada, Stage } from '../../stage.ts';

let podman: LabPodman;
let registry: Registry;
let stage: Stage;
let shop: string;

/** A real Podman with containers of an image from a registry, and of one that is of its own. */
before(async () => {
  registry = await openRegistry();
  podman = await privatePodman(registry.port);
  shop = await registry.push(podman, 'localhost/tiny:1', 'shop:1');
  await podman.request('DELETE', `/images/${encodeURIComponent(shop)}`);
  await pull();
  await podman.run('web', { more: { Image: shop }, start: false });
  await podman.run('home', { start: false });
  stage = await Stage.open(podman.url, { confirmAfterMs: 50 });
  await stage.rooms.settings.update({ allowPrivateAddresses: true }, ada);
});
after(async () => {
  await stage.close();
  await podman.close();
  await registry.close();
});

const everything = new Rights([{ permissions: new Set(['view', 'operate']), scopes: null }]);
const update = (name: string): ContainerUpdate => stage.rooms.updates.get(1, name);
const check = async (name: string): Promise<ContainerUpdate> => {
  const { updates } = stage.rooms;
  updates.checkByHand([{ hostId: 1, container: name }], everything);
  await waitUntil('the check', 20_000, 20, () => !updates.progress.seenBy(everything).running);
  return update(name);
};
const pull = () => podman.request('POST', `/images/create?${new URLSearchParams({ fromImage: shop })}`);
const idOf = async (name: string): Promise<string> =>
  ((await podman.request('GET', `/images/${encodeURIComponent(name)}/json`)).json as { Id: string }).Id;
const tag = (image: string, name: string) => {
  const at = name.lastIndexOf(':');
  const query = new URLSearchParams({ repo: name.slice(0, at), tag: name.slice(at + 1) });
  return podman.request('POST', `/images/${encodeURIComponent(image)}/tag?${query}`);
};

test('what Podman fetched is up to date by the digest, and what it built is nobody’s to ask for', async () => {
  await waitUntil('the images', 20_000, 20, () => update('web').reason === 'unchecked');
  const { available, reason, currentDigest, newestDigest } = await check('web');
  assert.deepEqual([available, reason], [false, null]);
  assert.equal(currentDigest, newestDigest);
  const { requests } = stage.rooms.updates.client;
  assert.equal((await check('home')).reason, 'local');
  assert.equal(stage.rooms.updates.client.requests, requests);
});

test('a newer image in the registry is told of, as not pulled and then as pulled', async () => {
  const old = await idOf(shop);
  const query = new URLSearchParams({ container: 'web', repo: 'localhost/newer', tag: '1', changes: 'ENV MARK=newer' });
  const made = await podman.request('POST', `/commit?${query}`, {});
  assert.equal(made.status, 201, JSON.stringify(made.json));
  await registry.push(podman, 'localhost/newer:1', 'shop:1');
  await podman.request('DELETE', '/images/localhost%2Fnewer:1');
  await podman.request('DELETE', `/images/${encodeURIComponent(shop)}`);
  await tag(old, shop);
  const waiting = await check('web');
  assert.deepEqual([waiting.available, waiting.pulled, waiting.reason], [true, false, null], JSON.stringify(waiting));
  assert.notEqual(waiting.currentDigest, waiting.newestDigest);
  await pull();
  assert.notEqual(await idOf(shop), old);
  assert.deepEqual([(await check('web')).available, update('web').pulled], [true, true]);
});

test('a container that is made anew of the newer image is up to date', async () => {
  await podman.request('DELETE', '/containers/web');
  await podman.run('web', { more: { Image: shop }, start: false });
  await waitUntil(
    'the new one',
    20_000,
    50,
    () => stage.rooms.hosts.byName(1, 'web') !== undefined && update('web').available === false,
  );
});
