import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { LabPodman } from '../lab/podman.ts';
import { privatePodman } from '../lab/podman.ts';
import { openRegistry } from '../lab/registry.ts';
import { waitUntil } from '../lab/wait.ts';
import type { StatsSample } from './engine/index.ts';
import { foreseeImages, foreseeNetworks, readImages, readNetworks, readVolumes } from './rooms/images/index.ts';
import { on, Stage, targetOf } from './stage.ts';

let podman: LabPodman;
let stage: Stage;
before(async () => {
  podman = await privatePodman();
  const labels = { 'com.docker.compose.project': 'shop', 'com.docker.compose.service': 'front' };
  await podman.request('POST', '/volumes/create', { Name: 'data' });
  await podman.run('web', { labels, binds: ['data:/data'] });
  for (const Name of ['spoken-for', 'resting', 'idle']) await podman.request('POST', '/networks/create', { Name });
  await podman.run('netted', { network: 'spoken-for' });
  await podman.run('rests', { network: 'resting', start: false });
  const check = { Test: ['CMD-SHELL', 'echo looked; test -e /ok'], Interval: 3600e9, Timeout: 5e9, Retries: 1 };
  await podman.run('checked', { more: { Healthcheck: check } });
  await podman.run('terminal', { cmd: ['sh', '-c', 'echo hello; echo trouble >&2; sleep 1000'], more: { Tty: true } });
  await podman.run('talking', { cmd: ['sh', '-c', 'echo hello; echo trouble >&2; sleep 1000'] });
  stage = await Stage.open(podman.url);
});
after(async () => {
  await stage.close();
  await podman.close();
});

const engine = () => stage.rooms.hosts.engine(1);
const web = () => stage.rooms.hosts.byName(1, 'web');

test('Podman is recognised, and its containers are shown with their stack', () => {
  assert.equal(stage.rooms.hosts.get(1).engine?.kind, 'podman');
  assert.deepEqual([web()?.state, web()?.stack, web()?.service], ['running', 'shop', 'front']);
});

test('a container is stopped and started, and the picture follows by the events', async () => {
  const stopped = await stage.run({ action: 'stop', targets: on('web'), options: { timeoutMs: 1000 } });
  assert.equal(targetOf(stopped).outcome, 'succeeded', targetOf(stopped).message ?? '');
  await waitUntil('the stop in the picture', 10_000, 20, () => web()?.state === 'exited');
  const started = await stage.run({ action: 'start', targets: on('web') });
  assert.equal(targetOf(started).outcome, 'succeeded', targetOf(started).message ?? '');
  await waitUntil('the start in the picture', 10_000, 20, () => web()?.state === 'running');
});

test('what happens outside is seen by the events as well', async () => {
  await podman.request('POST', '/containers/web/pause');
  await waitUntil('the pause in the picture', 10_000, 20, () => web()?.state === 'paused');
  await podman.request('POST', '/containers/web/unpause');
  await waitUntil('the end of the pause', 10_000, 20, () => web()?.state === 'running');
});

test('what a container wrote is read, each stream by itself', async () => {
  const read: string[] = [];
  const ends = AbortSignal.timeout(3000);
  const { id } = await engine().inspectContainer('talking');
  const pieces = await engine().jobs.followLogs(id, ends);
  try {
    for await (const { stream, bytes } of pieces) {
      read.push(`${stream} ${bytes.toString().trim()}`);
      if (read.length === 2) break;
    }
  } catch (error) {
    if (!ends.aborted) throw error;
  }
  assert.deepEqual(read.sort(), ['stderr trouble', 'stdout hello']);
});

test('images, volumes and networks are told with their use, and what Podman does not tell is not invented', async () => {
  const [image] = await readImages(engine(), true);
  assert.deepEqual(image?.names, ['localhost/tiny:1']);
  assert.deepEqual(
    [image?.usedBy, image?.sharedBytes, image?.uniqueBytes],
    [['checked', 'netted', 'rests', 'talking', 'terminal', 'web'], null, null],
  );
  const [volume] = await readVolumes(engine(), true);
  assert.deepEqual([volume?.name, volume?.usedBy], ['data', ['web']]);
  const networks = (await readNetworks(engine())).filter(({ builtIn }) => !builtIn);
  assert.deepEqual(
    networks.map(({ name, usedBy }) => [name, usedBy]),
    [
      ['idle', []],
      ['resting', ['rests']],
      ['spoken-for', ['netted']],
    ],
  );
});

test('an image that is in use is not removed, in the words of Podman', async () => {
  const run = await stage.run({ action: 'remove-image', hostId: 1, options: { image: 'localhost/tiny:1' } });
  assert.equal(run.outcome, 'failed');
  assert.match(targetOf(run).message ?? '', /in use|used by/);
});

test('an image that is removed by its ID goes with all its names', async () => {
  const query = new URLSearchParams({ container: 'rests', repo: 'localhost/spare', tag: '1', changes: 'ENV SPARE=1' });
  assert.equal((await podman.request('POST', `/commit?${query}`, {})).status, 201);
  await podman.request('POST', '/images/localhost%2Fspare:1/tag?repo=localhost/spare&tag=2');
  const { id } = await engine().stock.image('localhost/spare:1');
  const run = await stage.run({ action: 'remove-image', hostId: 1, options: { image: id.slice(7, 19) } });
  assert.equal(run.outcome, 'succeeded', JSON.stringify(run));
  const left = (await readImages(engine(), false)).flatMap(({ names }) => names);
  assert.deepEqual(left, ['localhost/tiny:1']);
});

const happened = async (what: 'healthy' | 'unhealthy', act: () => Promise<unknown>) => {
  const told: string[] = [];
  const stop = stage.bus.on('container.happened', (it) => void told.push(`${it.name} ${it.happened}`));
  await act();
  await waitUntil(`${what} in the picture`, 10_000, 20, () => stage.rooms.hosts.byName(1, 'checked')?.health === what);
  await waitUntil(`${what} on the bus`, 10_000, 20, () => told.includes(`checked ${what}`));
  stop();
};

test('a failing and a passing health check are seen, with what the last probe said', async () => {
  // A probe that fails is refused by the command as well.
  await happened('unhealthy', () => assert.rejects(podman.probe('checked')));
  const { health } = await engine().looks.details((await engine().inspectContainer('checked')).id);
  assert.deepEqual(
    [health?.status, health?.failingStreak, health?.probes[0]?.exitCode, health?.probes[0]?.output?.trim()],
    ['unhealthy', 1, 1, 'looked'],
  );
  await stage.run({ action: 'exec', targets: on('checked'), options: { command: ['touch', '/ok'] } });
  await happened('healthy', () => podman.probe('checked'));
});

const logOf = async (name: string) => {
  const { id } = await engine().inspectContainer(name);
  const lines: string[] = [];
  for await (const batch of engine().logs.read(id, { signal: AbortSignal.timeout(5000) })) {
    lines.push(...batch.lines.map(({ stream, text }) => `${stream} ${text}`));
  }
  return lines.sort();
};

test('logs are read with and without a terminal', async () => {
  assert.deepEqual(await logOf('talking'), ['stderr trouble', 'stdout hello']);
  assert.deepEqual(await logOf('terminal'), ['stdout hello', 'stdout trouble']);
});

test('what a container uses is told, its share of the processor from the second sample on', async () => {
  const { id } = await engine().inspectContainer('web');
  const samples: StatsSample[] = [];
  for await (const sample of engine().stats.watch(id, AbortSignal.timeout(30_000))) {
    samples.push(sample);
    if (samples.length === 2) break;
  }
  const [first, second] = samples;
  assert.ok((first?.memoryBytes ?? 0) > 0 && (first?.pids ?? 0) > 0);
  assert.equal(first?.cpu, null);
  assert.ok((second?.cpu?.percentOfHost ?? -1) >= 0);
});

test('a container of Podman is made anew as it was, but for the name that was made of its ID', async () => {
  const given = { labels: { a: 'b' }, binds: ['/tmp:/x:ro', 'data:/v'] };
  const more = { Env: ['TZ=UTC'], Volumes: { '/data': {} } };
  const id = await podman.run('former', { ...given, network: 'spoken-for', more });
  await podman.request('POST', '/networks/idle/connect', { Container: id });
  const { imageId } = await engine().inspectContainer(id);
  const successor = { name: 'latter', imageId, labels: { k: 'v' } };
  await engine().successors.make(id, successor);
  assert.deepEqual(await engine().successors.complete(id, successor), []);
  const [was, is] = [await engine().inspectRaw('former'), await engine().inspectRaw('latter')];
  const text = JSON.stringify(is['Config']);
  assert.ok(text.includes('TZ=UTC') && text.includes('container=podman'), text);
  assert.ok(!text.includes(id.slice(0, 12)), text);
  const volumes = (document: object) =>
    [...JSON.stringify(document).matchAll(/"Name":"([0-9a-f]{64})"/g)].map(([, name]) => name);
  assert.deepEqual(volumes(is), volumes(was));
  const { networks } = await engine().looks.details((await engine().inspectContainer('latter')).id);
  assert.deepEqual(networks.map(({ name }) => name).sort(), ['idle', 'spoken-for']);
  await engine().changes.remove(id, { force: true, volumes: false });
  await engine().startContainer('latter');
  assert.equal((await engine().inspectContainer('latter')).state, 'running');
  await engine().changes.remove('latter', { force: true, volumes: true });
});

test('the end of a container is told with its exit code', async () => {
  await podman.run('brief', { cmd: ['sh', '-c', 'exit 7'] });
  const brief = () => stage.rooms.hosts.byName(1, 'brief');
  await waitUntil('the end in the picture', 10_000, 20, () => brief()?.state === 'exited');
  assert.equal(brief()?.exitCode, 7);
  await podman.request('DELETE', '/containers/brief');
});

const prune = async (what: 'images' | 'containers' | 'networks' | 'volumes' | 'build-cache') => {
  const run = await stage.run({ action: 'prune', hostId: 1, options: { what } });
  return `${run.outcome}: ${run.message}`;
};

test('a clean-up of networks takes what was foreseen: here, what a stopped container needs stays', async () => {
  const { items } = await foreseeNetworks(engine());
  assert.deepEqual(
    items.map(({ name, note }) => [name, note]),
    [['idle', null]],
  );
  assert.equal(await prune('networks'), 'succeeded: removed 1 network');
  const left = (await readNetworks(engine())).filter(({ builtIn }) => !builtIn).map(({ name }) => name);
  assert.deepEqual(left, ['resting', 'spoken-for']);
});

test('a clean-up of images takes what was foreseen', async () => {
  await podman.request('POST', '/commit?container=web', {});
  const { items } = await foreseeImages(engine());
  assert.equal(items.length, 1);
  assert.match(await prune('images'), /^succeeded: removed 1 image\b/);
  assert.deepEqual((await foreseeImages(engine())).items, []);
});

test('a clean-up of containers takes what does not run, one of volumes what nobody named', async () => {
  await podman.request('POST', '/volumes/create', {});
  assert.match(await prune('containers'), /^succeeded: removed 1 container\b/);
  assert.equal(await prune('volumes'), 'succeeded: removed 1 volume');
  assert.deepEqual(
    (await readVolumes(engine(), false)).map(({ name }) => name),
    ['data'],
  );
});

test('that Podman has no build cache to clean is said', async () => {
  assert.match(await prune('build-cache'), /^failed: .*Podman/);
});

test('an image is fetched from a registry, and told of when it is not there', async () => {
  const registry = await openRegistry();
  const source = await privatePodman(registry.port);
  const fetching = await Stage.open(source.url);
  try {
    await registry.push(source, 'localhost/tiny:1', 'shop:1');
    const image = registry.nameOf('shop:1');
    await source.request('DELETE', `/images/${encodeURIComponent(image)}`);
    const pull = (name: string) => fetching.run({ action: 'pull-image', hostId: 1, options: { image: name } });
    const run = await pull(image);
    assert.equal(run.outcome, 'succeeded', run.message ?? '');
    const images = await readImages(fetching.rooms.hosts.engine(1), false);
    assert.ok(images.some(({ names }) => names.includes(image)));
    const missing = await pull(registry.nameOf('shop:none'));
    assert.equal(missing.outcome, 'failed');
    assert.match(missing.message ?? '', /manifest unknown|not found/i);
  } finally {
    await fetching.close();
    await source.close();
    await registry.close();
  }
});
