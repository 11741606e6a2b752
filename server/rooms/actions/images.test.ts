import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Step } from '../../../contract/index.ts';
import type { LabEngine } from '../../../lab/engine.ts';
import { privateEngine } from '../../../lab/engine.ts';
import { freePort } from '../../../lab/free-port.ts';
import { makeImage } from '../../../lab/images.ts';
import type { Registry } from '../../../lab/registry.ts';
import { openRegistry } from '../../../lab/registry.ts';
import { Stage } from '../../stage.ts';

/** How long after its request the program dies: before the journal, within it, on the way, and after the answer. */
const moments = [0, 5, 10, 20, 40, 120];

let engine: LabEngine;
let registry: Registry;
let stage: Stage;
let image: string;
before(async () => {
  // The registry is on the machine's loopback.
  engine = await privateEngine({ port: await freePort() });
  registry = await openRegistry();
  await makeImage(engine, 'shop:1', 'shop');
  image = await registry.push(engine, 'shop:1', 'shop:1');
  await engine.request('DELETE', '/images/shop:1');
  await engine.request('DELETE', `/images/${image}`);
  stage = await Stage.open(engine.url);
});
after(async () => {
  await stage.close();
  await registry.close();
  await engine.close();
});

const names = async (): Promise<string[]> =>
  ((await engine.request('GET', '/images/json')).json as { RepoTags: string[] | null }[])
    .flatMap(({ RepoTags }) => RepoTags ?? [])
    .sort();

/** Dies a while after the request, and comes back; the run as it ended. */
const diesAfter = async (ms: number, action: Step['action'], options: Step['options']) => {
  const id = await stage.begin({ action, hostId: 1, options });
  await sleep(ms);
  await stage.crashAndReturn();
  return stage.over(id);
};

test('whenever the program dies, an image is fetched', { timeout: 120_000 }, async () => {
  for (const ms of moments) {
    const run = await diesAfter(ms, 'pull-image', { image });
    assert.equal(run.outcome, 'succeeded', `${ms} ms: ${run.message}`);
    assert.deepEqual(await names(), [image, 'tiny:1']);
    await engine.request('DELETE', `/images/${image}`);
  }
});

test('whenever the program dies, an image has its further name', { timeout: 120_000 }, async () => {
  for (const ms of moments) {
    const run = await diesAfter(ms, 'tag-image', { image: 'tiny:1', name: 'further:1' });
    assert.equal(run.outcome, 'succeeded', `${ms} ms: ${run.message}`);
    assert.deepEqual(await names(), ['further:1', 'tiny:1']);
    await engine.request('DELETE', '/images/further:1');
  }
});
