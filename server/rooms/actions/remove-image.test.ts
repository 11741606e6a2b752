import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import * as v from 'valibot';
import type { LabEngine } from '../../../lab/engine.ts';
import { privateEngine } from '../../../lab/engine.ts';
import { faultProxy } from '../../../lab/fault-proxy.ts';
import { holdingProxy } from '../../../lab/holding-proxy.ts';
import { makeImage } from '../../../lab/images.ts';
import { waitUntil } from '../../../lab/wait.ts';
import { Stage, targetOf } from '../../stage.ts';

/** How long after its request the program dies: before the journal, within it, on the way, and after the answer. */
const moments = [0, 5, 10, 20, 40, 120];

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
afterEach(async () => {
  for (const name of await names()) if (name !== 'tiny:1') await engine.request('DELETE', `/images/${name}?force=true`);
});

const images = v.array(v.looseObject({ Id: v.string(), RepoTags: v.nullable(v.array(v.string())) }));
const stored = async () => v.parse(images, (await engine.request('GET', '/images/json')).json);
const names = async () => (await stored()).flatMap(({ RepoTags }) => RepoTags ?? []).sort();
const idOf = async (name: string) => (await stored()).find(({ RepoTags }) => RepoTags?.includes(name))?.Id ?? '';
const tag = (from: string, to: string) => {
  const [repo, version] = to.split(':');
  return engine.request('POST', `/images/${from}/tag?repo=${repo}&tag=${version}`);
};

/** An image of its own with three names; resolves to its ID. */
const threeNames = async (): Promise<string> => {
  await makeImage(engine, 'shop:1', String(Date.now()));
  for (const other of ['shop:2', 'store:1']) await tag('shop:1', other);
  return idOf('shop:1');
};

const removal = (image: string) => ({ action: 'remove-image', hostId: 1, options: { image } }) as const;
const ends = async (id: string, on = stage) => {
  const run = await on.over(id);
  return [run.outcome, targetOf(run).message ?? ''] as const;
};

test('whenever the program dies, the name of an image is taken away', { timeout: 120_000 }, async () => {
  for (const ms of moments) {
    await tag('tiny:1', 'further:1');
    const id = await stage.begin(removal('further:1'));
    await sleep(ms);
    await stage.crashAndReturn();
    const [outcome, message] = await ends(id);
    assert.equal(outcome, 'succeeded', `${ms} ms: ${message}`);
    assert.deepEqual(await names(), ['tiny:1'], `${ms} ms`);
  }
});

test('whenever the program dies, an image that is removed by its ID goes with all its names', {
  timeout: 120_000,
}, async () => {
  for (const ms of moments) {
    const id = await stage.begin(removal((await threeNames()).slice(7, 19)));
    await sleep(ms);
    await stage.crashAndReturn();
    const [outcome, message] = await ends(id);
    assert.equal(outcome, 'succeeded', `${ms} ms: ${message}`);
    assert.deepEqual(await names(), ['tiny:1'], `${ms} ms`);
  }
});

for (const way of ['its name', 'its ID'] as const) {
  test(`a request by ${way} that the engine gets only after the program died and came back has removed the image`, {
    timeout: 60_000,
  }, async () => {
    const proxy = await holdingProxy(engine.socket, 'DELETE');
    const distant = await Stage.open(proxy.url);
    try {
      await makeImage(engine, 'shop:1', 'shop');
      const id = await distant.begin(removal(way === 'its name' ? 'shop:1' : await idOf('shop:1')));
      await waitUntil('the request to be on its way', 20_000, 10, () => proxy.isHolding());
      await distant.crashAndReturn();
      const [outcome, message] = await ends(id, distant);
      assert.equal(outcome, 'succeeded', message);
      assert.deepEqual(await names(), ['tiny:1']);
    } finally {
      await distant.close();
      await proxy.close();
    }
  });
}

test('a removal whose answer is lost has succeeded, with no retries', { timeout: 60_000 }, async () => {
  const proxy = await faultProxy(engine.socket);
  const distant = await Stage.open(proxy.url);
  try {
    await tag('tiny:1', 'further:1');
    await proxy.set({ kind: 'delay', delayMs: 400 });
    const id = await distant.begin(removal('further:1'));
    await distant.untilDispatched(id);
    await proxy.set({ kind: 'half-open' });
    await waitUntil('it is gone', 20_000, 10, async () => !(await names()).includes('further:1'));
    await proxy.set({ kind: 'none' });
    const [outcome, message] = await ends(id, distant);
    assert.equal(outcome, 'succeeded', message);
  } finally {
    await distant.close();
    await proxy.close();
  }
});

test('when the program dies, an image that took the name meanwhile keeps it', { timeout: 60_000 }, async () => {
  const proxy = await faultProxy(engine.socket);
  const distant = await Stage.open(proxy.url);
  try {
    await makeImage(engine, 'shop:1', 'old');
    await proxy.set({ kind: 'delay', delayMs: 400 });
    const id = await distant.begin(removal('shop:1'));
    await distant.untilDispatched(id);
    await proxy.set({ kind: 'half-open' });
    await waitUntil('it is gone', 20_000, 10, async () => !(await names()).includes('shop:1'));
    await distant.crashAndReturn(async () => {
      await proxy.set({ kind: 'none' });
      await makeImage(engine, 'shop:1', 'new');
    });
    const [outcome, message] = await ends(id, distant);
    assert.equal(outcome, 'succeeded', message);
    assert.match(message, /seen after a restart/);
    assert.deepEqual(await names(), ['shop:1', 'tiny:1']);
  } finally {
    await distant.close();
    await proxy.close();
  }
});

test('when the program dies, an image that a container began to use is not removed, in the engine’s words', {
  timeout: 60_000,
}, async () => {
  const proxy = await holdingProxy(engine.socket, 'DELETE');
  const distant = await Stage.open(proxy.url);
  try {
    await makeImage(engine, 'shop:1', 'shop');
    const id = await distant.begin(removal('shop:1'));
    await waitUntil('the request to be on its way', 20_000, 10, () => proxy.isHolding());
    await distant.crashAndReturn(() => engine.run('web', { more: { Image: 'shop:1' }, start: false }));
    const [outcome, message] = await ends(id, distant);
    assert.equal(outcome, 'failed');
    assert.match(message, /is using/);
  } finally {
    await distant.close();
    await proxy.close();
    await engine.remove('web');
  }
});

test('an image that is not there cannot be removed', async () => {
  const [outcome, message] = await ends(await stage.begin(removal('nothing:1')));
  assert.equal(outcome, 'failed');
  assert.match(message, /No such image/);
});
