import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import * as v from 'valibot';
import type { Run } from '../../../contract/index.ts';
import type { LabEngine } from '../../../lab/engine.ts';
import { privateEngine } from '../../../lab/engine.ts';
import { freePort } from '../../../lab/free-port.ts';
import { makeImage } from '../../../lab/images.ts';
import type { Registry } from '../../../lab/registry.ts';
import { openRegistry } from '../../../lab/registry.ts';
import type { ContainerEvent } from '../../bus/index.ts';
import { on, Stage, targetOf } from '../../stage.ts';

const manifestType = 'application/vnd.docker.distribution.manifest.v2+json';

let engine: LabEngine;
let registry: Registry;
let stage: Stage;
before(async () => {
  [engine, registry] = await Promise.all([freePort().then((port) => privateEngine({ port })), openRegistry()]);
  await makeImage(engine, 'good-a:1', 'a');
  await makeImage(engine, 'good-b:1', 'b');
  await makeImage(engine, 'bad:1', 'bad', ['CMD ["/bin/sh","-c","exit 3"]']);
  for (const tag of ['good-a', 'good-b', 'bad']) await registry.push(engine, `${tag}:1`, `shop:${tag}`);
  stage = await Stage.open(engine.url);
});
after(async () => {
  await stage.close();
  await registry.close();
  await engine.close();
});

/** Has the registry mean one of its images by `shop:1`. */
const publish = async (tag: string): Promise<void> => {
  const base = `http://127.0.0.1:${registry.port}/v2/shop/manifests`;
  const body = await (await fetch(`${base}/${tag}`, { headers: { accept: manifestType } })).arrayBuffer();
  const answer = await fetch(`${base}/1`, { method: 'PUT', headers: { 'content-type': manifestType }, body });
  assert.equal(answer.status, 201);
};

/** Begins an update, lets the program die at an event of the engine, and starts it again; the run as it ended. */
const diesAt = async (isTheMoment: (event: ContainerEvent) => boolean): Promise<Run> => {
  const moment = Promise.withResolvers<void>();
  stage.bus.on('container.event', (event) => void (isTheMoment(event) && moment.resolve()));
  const id = await stage.begin({ action: 'update', targets: on('shop'), options: { watchMs: 1000, force: true } });
  await moment.promise;
  await stage.crashAndReturn();
  return stage.over(id);
};

const row = v.looseObject({ Id: v.string(), Names: v.array(v.string()), State: v.string(), ImageID: v.string() });
const containers = async () => v.parse(v.array(row), (await engine.request('GET', '/containers/json?all=true')).json);
const only = async () => {
  const [one, another] = await containers();
  assert.ok(one && !another, JSON.stringify(await containers()));
  assert.deepEqual([one.Names, one.State], [['/shop'], 'running']);
  return one;
};
const imageOf = async (tag: string): Promise<string> => {
  const { json } = await engine.request('GET', `/images/${tag}:1/json`);
  return v.parse(v.looseObject({ Id: v.string() }), json).Id;
};

const isNew = ({ name }: ContainerEvent): boolean => name.endsWith('-new');
const isOld = ({ name }: ContainerEvent): boolean => name === 'shop' || name.endsWith('-old');
const forward: Record<string, (event: ContainerEvent) => boolean> = {
  'the new container was made': (event) => event.action === 'create' && isNew(event),
  'the old container was told to stop': (event) => event.action === 'kill' && isOld(event),
  'the old container ended': (event) => event.action === 'die' && isOld(event),
  'the new container was started': (event) => event.action === 'start' && isNew(event),
  'the old container gave its name away': (event) => event.action === 'rename' && event.name.endsWith('-old'),
  'the new container had the name': (event) => event.action === 'rename' && event.name === 'shop',
  'the old container was removed': (event) => event.action === 'destroy' && event.name.endsWith('-old'),
};

test('whenever the program dies, an update is finished by the next start', { timeout: 180_000 }, async () => {
  await publish('good-a');
  const image = registry.nameOf('shop:1');
  const pulled = await engine.request('POST', `/images/create?${new URLSearchParams({ fromImage: image })}`);
  assert.equal(pulled.status, 200);
  await engine.run('shop', { more: { Image: image }, hostConfig: { RestartPolicy: { Name: 'always' } } });
  let newer = 'good-b';
  for (const [words, isTheMoment] of Object.entries(forward)) {
    await publish(newer);
    const run = await diesAt(isTheMoment);
    assert.equal(run.outcome, 'succeeded', `${words}: ${targetOf(run).message}`);
    assert.match(targetOf(run).message ?? '', /^updated to/, words);
    assert.equal((await only()).ImageID, await imageOf(newer), words);
    const { restartPolicy } = await stage.rooms.hosts.engine(1).inspectContainer('shop');
    assert.equal(restartPolicy, 'always', words);
    newer = newer === 'good-a' ? 'good-b' : 'good-a';
  }
});

test('whenever the program dies, what fails with the new image is put back by the next start', {
  timeout: 180_000,
}, async () => {
  await publish('bad');
  const known = await only();
  const backAgain = 'the old container was started again';
  let isBack = false;
  const backward: Record<string, (event: ContainerEvent) => boolean> = {
    'the new container was started': (event) => event.action === 'start' && isNew(event),
    'the new container ended': (event) => event.action === 'die' && isNew(event),
    'the new container was removed': (event) => event.action === 'destroy' && isNew(event),
    [backAgain]: (event) => {
      isBack = event.action === 'start' && event.containerId === known.Id;
      return isBack;
    },
  };
  for (const [words, isTheMoment] of Object.entries(backward)) {
    const run = await diesAt(isTheMoment);
    assert.equal(run.outcome, 'failed', `${words}: ${targetOf(run).message}`);
    assert.match(targetOf(run).message ?? '', /^rolled back: .*ends again and again/, words);
    // With the old container running nothing is left but to write down the end, which may be done before the death.
    if (words !== backAgain) assert.match(targetOf(run).message ?? '', /seen after a restart/, words);
    assert.equal((await only()).Id, known.Id, words);
    const blocks = await stage.db.selectFrom('update_blocks').select('digest').execute();
    assert.equal(blocks.length, 2, words);
  }
  assert.ok(isBack);
  const { restartPolicy } = await stage.rooms.hosts.engine(1).inspectContainer('shop');
  assert.equal(restartPolicy, 'always');
});
