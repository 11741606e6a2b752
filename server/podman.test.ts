import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { LabPodman } from '../lab/podman.ts';
import { privatePodman } from '../lab/podman.ts';
import { waitUntil } from '../lab/wait.ts';
import { readImages, readNetworks, readVolumes } from './rooms/images/index.ts';
import { on, Stage, targetOf } from './stage.ts';

let podman: LabPodman;
let stage: Stage;
before(async () => {
  podman = await privatePodman();
  const labels = { 'com.docker.compose.project': 'shop', 'com.docker.compose.service': 'front' };
  await podman.request('POST', '/volumes/create', { Name: 'data' });
  await podman.run('web', { labels, binds: ['data:/data'] });
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
  assert.deepEqual([image?.usedBy, image?.sharedBytes, image?.uniqueBytes], [['talking', 'web'], null, null]);
  const [volume] = await readVolumes(engine(), true);
  assert.deepEqual([volume?.name, volume?.usedBy], ['data', ['web']]);
  assert.ok((await readNetworks(engine())).every(({ builtIn }) => builtIn));
});

test('an image that is in use is not removed, in the words of Podman', async () => {
  const run = await stage.run({ action: 'remove-image', hostId: 1, options: { image: 'localhost/tiny:1' } });
  assert.equal(run.outcome, 'failed');
  assert.match(targetOf(run).message ?? '', /in use|used by/);
});
