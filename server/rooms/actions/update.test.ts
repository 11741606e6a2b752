import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import * as v from 'valibot';
import type { ActionOptions, Run } from '../../../contract/index.ts';
import type { ContainerOptions, LabEngine } from '../../../lab/engine.ts';
import { privateEngine } from '../../../lab/engine.ts';
import { freePort } from '../../../lab/free-port.ts';
import { makeImage, pushForeign } from '../../../lab/images.ts';
import type { Registry } from '../../../lab/registry.ts';
import { openRegistry } from '../../../lab/registry.ts';
import { waitUntil } from '../../../lab/wait.ts';
import type { ContainerUpdated } from '../../bus/index.ts';
import { EngineError, recreationOf, strangenessOf } from '../../engine/index.ts';
import { on, Stage, targetOf } from '../../stage.ts';

let engine: LabEngine;
let registry: Registry;
let stage: Stage;
/** Stands for the container that the program runs in. */
let own: string;
const updated: ContainerUpdated[] = [];
before(async () => {
  [engine, registry] = await Promise.all([
    freePort().then((port) => privateEngine({ port, network: true })),
    openRegistry(),
  ]);
  own = await engine.run('chrontainer');
  stage = await Stage.open(engine.url, { confirmAfterMs: 50, ownContainerId: own });
  stage.bus.on('container.updated', (fact) => updated.push(fact));
});
after(async () => {
  await stage.close();
  await registry.close();
  await engine.close();
});

const document = v.looseObject({
  Id: v.string(),
  Image: v.string(),
  State: v.looseObject({ Status: v.string(), Running: v.boolean() }),
  Config: v.looseObject({
    Image: v.string(),
    Env: v.nullable(v.array(v.string())),
    Labels: v.record(v.string(), v.string()),
  }),
  HostConfig: v.looseObject({ RestartPolicy: v.looseObject({ Name: v.string() }) }),
  NetworkSettings: v.looseObject({ Networks: v.record(v.string(), v.looseObject({ IPAMConfig: v.unknown() })) }),
  Mounts: v.array(v.looseObject({ Name: v.optional(v.string()), Destination: v.string() })),
});
const fields = v.record(v.string(), v.unknown());
const inspect = async (name: string) =>
  v.parse(document, (await engine.request('GET', `/containers/${name}/json`)).json);
const names = async (): Promise<string[]> =>
  v
    .parse(
      v.array(v.looseObject({ Id: v.string(), Names: v.array(v.string()) })),
      (await engine.request('GET', '/containers/json?all=true')).json,
    )
    .flatMap(({ Id, Names }) => (Id === own ? [] : [Names[0] ?? '']))
    .sort();

/** Puts an image under a name at the registry, and takes it from the host unless it is to stay. */
const publish = async (name: string, mark: string, changes: string[] = []): Promise<string> => {
  await makeImage(engine, `${mark}:1`, mark, changes);
  const pushed = await registry.push(engine, `${mark}:1`, name);
  await engine.request('DELETE', `/images/${mark}:1`);
  return pushed;
};

/** A container of what the registry has under a name, and then something newer there. */
const outdated = async (name: string, newer: string[] = [], container: ContainerOptions = {}): Promise<string> => {
  const image = await publish(`${name}:1`, `${name}-old`);
  const { more, ...rest } = container;
  const id = await engine.run(name, { ...rest, more: { ...more, Image: image } });
  await publish(`${name}:1`, `${name}-new`, newer);
  // What was pushed from here is here by that name; back to the old one, as if it had been pushed from elsewhere.
  const [repo, tag] = [image.slice(0, image.lastIndexOf(':')), '1'];
  const { Image } = await inspect(name);
  await engine.request('POST', `/images/${Image}/tag?${new URLSearchParams({ repo, tag })}`);
  return id;
};
const update = (name: string, options: ActionOptions = {}): Promise<Run> =>
  stage.run({ action: 'update', targets: on(name), options: { watchMs: 1000, ...options } });
const messageOf = (run: Run): string => targetOf(run).message ?? '';
const markOf = async (name: string) => (await inspect(name)).Config.Env?.find((one) => one.startsWith('MARK='));

test('a container is made anew of the newer image, and keeps all that was given to it', {
  timeout: 60_000,
}, async () => {
  await engine.request('POST', '/networks/create', {
    Name: 'front',
    IPAM: { Config: [{ Subnet: '10.99.0.0/24' }] },
  });
  const old = await outdated('web', ['LABEL made=anew', 'VOLUME /cache'], {
    env: { TZ: 'UTC' },
    labels: { 'com.docker.compose.project': 'shop', 'com.docker.compose.image': 'sha256:old' },
    healthcheck: { Test: ['CMD', 'true'], Interval: 200_000_000, Timeout: 1_000_000_000, Retries: 2 },
    hostConfig: {
      Memory: 32 * 1024 * 1024,
      RestartPolicy: { Name: 'always' },
      PortBindings: { '80/tcp': [{ HostPort: '18080' }] },
      Binds: ['named:/named'],
    },
    more: { ExposedPorts: { '80/tcp': {} }, Volumes: { '/data': {} }, MacAddress: '02:aa:bb:cc:dd:ee' },
  });
  const address = { IPAMConfig: { IPv4Address: '10.99.0.50' }, Aliases: ['shop'] };
  await engine.request('POST', '/networks/front/connect', { Container: old, EndpointConfig: address });
  const was = await inspect('web');
  const run = await update('web');
  assert.equal(run.outcome, 'succeeded', messageOf(run));
  const is = await inspect('web');
  assert.match(messageOf(run), /^updated to the image [0-9a-f]{12}$/);
  assert.notEqual(is.Image, was.Image);
  assert.equal(await markOf('web'), 'MARK=web-new');
  assert.ok(is.Config.Env?.includes('TZ=UTC'));
  assert.equal(is.Config['MacAddress'], '02:aa:bb:cc:dd:ee');
  assert.deepEqual(is.Config.Labels, {
    made: 'anew',
    'com.docker.compose.project': 'shop',
    'com.docker.compose.image': is.Image,
    'chrontainer.update': run.id,
  });
  assert.deepEqual({ ...is.HostConfig, Binds: null }, { ...was.HostConfig, Binds: null });
  assert.deepEqual(Object.keys(is.NetworkSettings.Networks).sort(), ['bridge', 'front']);
  assert.deepEqual(is.NetworkSettings.Networks['front']?.IPAMConfig, address.IPAMConfig);
  const volume = (of: typeof is, path: string) => of.Mounts.find(({ Destination }) => Destination === path)?.Name;
  assert.equal(volume(is, '/data'), volume(was, '/data'));
  assert.equal(volume(is, '/named'), 'named');
  assert.ok(volume(is, '/cache'));
  assert.deepEqual(await names(), ['/web']);
  const fact = updated.at(-1);
  assert.deepEqual([fact?.name, fact?.outcome, fact?.runId], ['web', 'done', run.id]);
  assert.notEqual(fact?.fromDigest, fact?.toDigest);
  const again = await update('web');
  assert.deepEqual([again.outcome, /already up to date/.test(messageOf(again))], ['succeeded', true], messageOf(again));
  await engine.remove('web');
});

test('what ends with the new image gets the old one back, and that image is not taken again by itself', {
  timeout: 60_000,
}, async () => {
  const old = await outdated('api', ['CMD ["/bin/sh","-c","echo broken; exit 3"]']);
  const run = await update('api');
  assert.equal(run.outcome, 'failed');
  assert.match(
    messageOf(run),
    /^rolled back: the new container did not do: it ended with exit code 3; the old container runs/,
  );
  const now = await inspect('api');
  assert.deepEqual([now.Id, now.State.Running], [old, true]);
  assert.deepEqual(await names(), ['/api']);
  assert.equal(updated.at(-1)?.outcome, 'rolled_back');
  const again = await update('api');
  assert.equal(again.outcome, 'skipped');
  assert.match(messageOf(again), /rolled back before.*update by hand with force/);
  const forced = await update('api', { force: true });
  assert.match(messageOf(forced), /^rolled back/);
  await stage.crashAndReturn();
  stage.bus.on('container.updated', (fact) => updated.push(fact));
  assert.equal((await update('api')).outcome, 'skipped');
  await publish('api:1', 'api-newer');
  const newer = await update('api');
  assert.equal(newer.outcome, 'succeeded', messageOf(newer));
  assert.equal(await markOf('api'), 'MARK=api-newer');
  await engine.remove('api');
});

test('what becomes unhealthy with the new image gets the old one back', { timeout: 60_000 }, async () => {
  const old = await outdated('sick', ['ENV SICK=yes'], {
    healthcheck: {
      Test: ['CMD-SHELL', '[ "$SICK" != yes ]'],
      Interval: 200_000_000,
      Timeout: 1_000_000_000,
      Retries: 2,
    },
    hostConfig: { RestartPolicy: { Name: 'unless-stopped' } },
  });
  await waitUntil('it is healthy', 20_000, 50, async () => stage.rooms.hosts.byName(1, 'sick')?.health === 'healthy');
  const run = await update('sick');
  assert.equal(run.outcome, 'failed');
  assert.match(messageOf(run), /^rolled back: the new container did not do: it is unhealthy/);
  const now = await inspect('sick');
  assert.deepEqual([now.Id, now.State.Running, now.HostConfig.RestartPolicy.Name], [old, true, 'unless-stopped']);
  assert.deepEqual(await names(), ['/sick']);
  await engine.remove('sick');
});

test('an engine that fails in the middle gets the old container back, and the image is not to blame', {
  timeout: 60_000,
}, async (t) => {
  const old = await outdated('shaky');
  // The first look is at what there is, the second at the new container.
  const { mock } = t.mock.method(stage.rooms.hosts.engine(1).successors, 'vitalSigns');
  const broken = new EngineError({ kind: 'server', message: 'layer is not known' });
  mock.mockImplementationOnce(() => Promise.reject(broken), 1);
  const run = await update('shaky');
  assert.equal(run.outcome, 'failed');
  assert.match(messageOf(run), /^rolled back: .*layer is not known; the old container runs again/);
  const now = await inspect('shaky');
  assert.deepEqual([now.Id, now.State.Running], [old, true]);
  assert.deepEqual(await names(), ['/shaky']);
  assert.equal((await update('shaky')).outcome, 'succeeded');
  await engine.remove('shaky');
});

test('an image that cannot be fetched leaves everything as it was', { timeout: 60_000 }, async () => {
  const old = await outdated('lost');
  const { image } = await stage.rooms.hosts.engine(1).inspectContainer('lost');
  const manifests = image.replace(/^([^/]+)\/(.*):1$/, 'http://$1/v2/$2/manifests');
  const head = await fetch(`${manifests}/1`, {
    method: 'HEAD',
    headers: { accept: 'application/vnd.docker.distribution.manifest.v2+json' },
  });
  await fetch(`${manifests}/${head.headers.get('docker-content-digest')}`, { method: 'DELETE' });
  const run = await update('lost');
  assert.equal(run.outcome, 'failed');
  assert.match(messageOf(run), /^nothing was touched: /);
  const now = await inspect('lost');
  assert.deepEqual([now.Id, now.State.Running], [old, true]);
  assert.deepEqual(await names(), ['/lost']);
  await engine.remove('lost');
});

test('what is stopped is updated, and stays stopped', { timeout: 60_000 }, async () => {
  await outdated('still', [], { start: false });
  const run = await update('still');
  assert.equal(run.outcome, 'succeeded', messageOf(run));
  const now = await inspect('still');
  assert.deepEqual([now.State.Status, await markOf('still')], ['created', 'MARK=still-new']);
  assert.deepEqual(await names(), ['/still']);
  await engine.remove('still');
});

test('of an unchanged image exactly what there is is foreseen, and what differs is seen', async () => {
  await engine.run('still', { env: { TZ: 'UTC' }, hostConfig: { Binds: ['named:/named'], Memory: 32 * 1024 * 1024 } });
  const is = await inspect('still');
  const source = v.parse(fields, (await engine.request('GET', '/containers/still/json')).json);
  const base = v.parse(fields, (await engine.request('GET', `/images/${is.Image}/json`)).json);
  const { predicted } = recreationOf(source, { base, next: base, labels: {} });
  assert.deepEqual(strangenessOf(predicted, source), [], 'of the same image the same comes');
  const other = { ...source, Config: { ...v.parse(fields, source['Config']), User: 'nobody' } };
  assert.deepEqual(strangenessOf(predicted, other), ['User']);
  await engine.remove('still');
});

test('what cannot be made anew, or has nothing newer, is refused with what helps, and nothing is touched', async () => {
  const image = await publish('plain:1', 'plain-only');
  const { json } = await engine.request('GET', `/images/${image}/json`);
  const { Id, RepoDigests } = v.parse(v.object({ Id: v.string(), RepoDigests: v.array(v.string()) }), json);
  const refused: [string, ContainerOptions, RegExp][] = [
    ['local', {}, /built or loaded on the host.*build it anew/],
    ['bare', { more: { Image: Id } }, /bare image ID: make it of a name/],
    ['pinned', { more: { Image: RepoDigests[0] } }, /pinned to a digest.*name a tag/],
    ['fleeting', { more: { Image: image }, hostConfig: { AutoRemove: true } }, /started with --rm/],
    ['halted', { more: { Image: image } }, /paused: unpause it first/],
    [
      'task',
      { more: { Image: image }, labels: { 'com.docker.swarm.task.id': 'x' } },
      /Swarm service: update the service/,
    ],
  ];
  for (const [name, options, words] of refused) {
    const id = await engine.run(name, options);
    if (name === 'halted') await engine.request('POST', '/containers/halted/pause');
    const run = await update(name);
    assert.equal(run.outcome, 'failed', name);
    assert.match(messageOf(run), words);
    assert.deepEqual([(await inspect(name)).Id, (await inspect(name)).State.Running], [id, true]);
  }
  for (const [name] of refused) await engine.remove(name);
});

test('the container that Chrontainer runs in is refused: nobody could bring it back from here', async () => {
  const run = await update('chrontainer');
  assert.equal(run.outcome, 'failed');
  assert.match(messageOf(run), /runs Chrontainer itself.*update it on its host/);
  assert.deepEqual([(await inspect('chrontainer')).Id, (await inspect('chrontainer')).State.Running], [own, true]);
});

test('an image for another machine is refused when it was fetched, and nothing is touched', async () => {
  const id = await outdated('alien');
  await pushForeign(registry, 'alien', '1', 's390x');
  const run = await update('alien');
  assert.equal(run.outcome, 'failed');
  assert.match(
    messageOf(run),
    /the new image is for linux\/s390x, and the container for linux\/\w+: pull the right one/,
  );
  assert.deepEqual([(await inspect('alien')).Id, (await inspect('alien')).State.Running], [id, true]);
  assert.deepEqual(await names(), ['/alien']);
  await engine.remove('alien');
});

test('what uses the network of an updated container is made anew after it, and of the same image', {
  timeout: 60_000,
}, async () => {
  const provider = await outdated('vpn');
  const image = await publish('client:1', 'client-only');
  const shared = { NetworkMode: `container:${provider}` };
  await engine.run('client', { more: { Image: image }, hostConfig: shared, env: { KEEP: 'me' } });
  const was = await inspect('client');
  await waitUntil('both are seen', 20_000, 20, () => stage.rooms.hosts.byName(1, 'client')?.sharesWith.length === 1);
  const run = await update('vpn');
  assert.equal(run.outcome, 'succeeded', run.message ?? '');
  const [vpn, is] = [await inspect('vpn'), await inspect('client')];
  assert.notEqual(vpn.Id, provider);
  assert.equal(updated.at(-1)?.name, 'vpn', 'nothing is told of what has the image that it had');
  assert.deepEqual(
    [is.HostConfig['NetworkMode'], is.Image, is.State.Running],
    [`container:${vpn.Id}`, was.Image, true],
  );
  assert.ok(is.Config.Env?.includes('KEEP=me'));
  assert.deepEqual(await names(), ['/client', '/vpn']);
  for (const name of ['client', 'vpn']) await engine.remove(name);
});

test('what uses the network of a container that was rolled back is restarted, and is what it was', {
  timeout: 60_000,
}, async () => {
  const provider = await outdated('tunnel', ['CMD ["/bin/sh","-c","exit 3"]']);
  const id = await engine.run('guest', { hostConfig: { NetworkMode: `container:${provider}` } });
  const { startedAtText } = await stage.rooms.hosts.engine(1).inspectContainer(id);
  await waitUntil('both are seen', 20_000, 20, () => stage.rooms.hosts.byName(1, 'guest')?.sharesWith.length === 1);
  const run = await update('tunnel');
  assert.equal(run.outcome, 'failed');
  assert.match(targetOf(run, 0, 0).message ?? '', /^rolled back/);
  assert.equal(targetOf(run, 0, 1).outcome, 'succeeded', targetOf(run, 0, 1).message ?? '');
  const now = await stage.rooms.hosts.engine(1).inspectContainer('guest');
  assert.deepEqual([now.id, now.running], [id, true]);
  assert.notEqual(now.startedAtText, startedAtText);
  for (const name of ['guest', 'tunnel']) await engine.remove(name);
});
