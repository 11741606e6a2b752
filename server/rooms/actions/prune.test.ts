import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { LabEngine } from '../../../lab/engine.ts';
import { privateEngine } from '../../../lab/engine.ts';
import { Stage, targetOf } from '../../stage.ts';

let engine: LabEngine;
let stage: Stage;
before(async () => {
  engine = await privateEngine();
  stage = await Stage.open(engine.url);
});
after(async () => {
  await stage.close();
  await engine.close();
});

type Waste = 'images' | 'containers' | 'volumes' | 'networks' | 'build-cache';
const prune = (what: Waste) => stage.run({ action: 'prune', hostId: 1, options: { what } });
const volumes = async () =>
  ((await engine.request('GET', '/volumes')).json as { Volumes: { Name: string }[] | null }).Volumes ?? [];

test('stopped containers go, what runs and the jobs of runs stay', async () => {
  await engine.run('works');
  await engine.run('ended', { start: false });
  await engine.run('job', { start: false, labels: { 'chrontainer.run': 'r1' } });
  const run = await prune('containers');
  assert.equal(run.outcome, 'succeeded', run.message ?? '');
  assert.match(run.message ?? '', /^removed 1 container, freed \d+ bytes$/);
  assert.deepEqual([targetOf(run).hostId, targetOf(run).container], [1, null]);
  const left = (await engine.request('GET', '/containers/json?all=true')).json as { Names: string[] }[];
  assert.deepEqual(left.flatMap(({ Names }) => Names).sort(), ['/job', '/works']);
});

test('volumes that somebody named stay, whatever the engine calls unused', async () => {
  await engine.request('POST', '/volumes/create', { Name: 'precious' });
  await engine.request('POST', '/volumes/create', {});
  assert.equal((await volumes()).length, 2);
  assert.equal((await prune('volumes')).message, 'removed 1 volume');
  assert.deepEqual(
    (await volumes()).map(({ Name }) => Name),
    ['precious'],
  );
});

test('of images only those without a name go', async () => {
  const made = await engine.request('POST', '/commit?container=works&repo=other&tag=1', {});
  assert.equal(made.status, 201);
  await engine.request('POST', '/commit?container=works', {});
  assert.match((await prune('images')).message ?? '', /^removed 1 image, freed /);
  const images = (await engine.request('GET', '/images/json')).json as { RepoTags: string[] | null }[];
  assert.deepEqual(images.flatMap(({ RepoTags }) => RepoTags ?? []).sort(), ['other:1', 'tiny:1']);
});

test('networks and the build cache are cleared as well', async () => {
  assert.equal((await prune('networks')).outcome, 'succeeded');
  assert.match((await prune('build-cache')).message ?? '', /^removed 0 entries of the build cache, freed 0 bytes$/);
});

test('a removal that a crash interrupted is done by the next start', async () => {
  await engine.run('late', { start: false });
  const id = await stage.begin({ action: 'prune', hostId: 1, options: { what: 'containers' } });
  await stage.crashAndReturn();
  const run = await stage.over(id);
  assert.equal(run.outcome, 'succeeded', run.message ?? '');
  const left = (await engine.request('GET', '/containers/json?all=true')).json as { Names: string[] }[];
  assert.ok(!left.some(({ Names }) => Names.includes('/late')));
});
