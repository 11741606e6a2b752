import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import * as v from 'valibot';
import type { ActionOptions, HandAction, Step } from '../../../contract/index.ts';
import type { LabEngine } from '../../../lab/engine.ts';
import { privateEngine } from '../../../lab/engine.ts';
import { faultProxy } from '../../../lab/fault-proxy.ts';
import { waitUntil } from '../../../lab/wait.ts';
import { ada, on, Stage, targetOf } from '../../stage.ts';
import { checkStep } from './check.ts';
import { clone, cloneLabel } from './clone.ts';
import { ended } from './kind.ts';
import { workOn } from './work-on.ts';

let engine: LabEngine;
let stage: Stage;
before(async () => {
  engine = await privateEngine({ network: true });
  stage = await Stage.open(engine.url);
});
after(async () => {
  await stage.close();
  await engine.close();
});

const step = (action: HandAction, container: string, options: ActionOptions = {}): Step => ({
  action,
  targets: on(container),
  options,
});
const document = v.looseObject({
  Id: v.string(),
  Path: v.string(),
  Args: v.array(v.string()),
  State: v.looseObject({ Status: v.string() }),
  Config: v.looseObject({
    Hostname: v.string(),
    Env: v.nullable(v.array(v.string())),
    Labels: v.record(v.string(), v.string()),
    Cmd: v.nullable(v.array(v.string())),
    Entrypoint: v.nullable(v.array(v.string())),
  }),
  HostConfig: v.looseObject({ Memory: v.number(), PortBindings: v.nullable(v.record(v.string(), v.unknown())) }),
  NetworkSettings: v.looseObject({ Networks: v.record(v.string(), v.unknown()) }),
  Mounts: v.array(v.looseObject({ Type: v.string(), Name: v.optional(v.string()), Destination: v.string() })),
});
const inspect = async (name: string) => {
  const { status, json } = await engine.request('GET', `/containers/${name}/json`);
  return status === 404 ? null : v.parse(document, json);
};
const present = async (name: string) => {
  const found = await inspect(name);
  assert.ok(found, `${name} is not there`);
  return found;
};
const volumes = v.looseObject({ Volumes: v.nullable(v.array(v.looseObject({ Name: v.string() }))) });
const volumeNames = async () =>
  (v.parse(volumes, (await engine.request('GET', '/volumes')).json).Volumes ?? []).map(({ Name }) => Name);
/** The start of another one just before can carry the same millisecond: the name tells them apart. */
const count = async (action: string, sinceMs: number, container?: string) =>
  (await engine.events(sinceMs)).filter(
    (event) => event.action === action && (container === undefined || event.name === container),
  ).length;

test('a container is renamed, and what was written on it goes along', { timeout: 60_000 }, async () => {
  await engine.run('web');
  await waitUntil('web is seen', 20_000, 20, () => stage.rooms.hosts.byName(1, 'web') !== undefined);
  await stage.rooms.tags.setNotes(stage.rooms.hosts.findContainer(1, 'web'), 'ask Ada first', ada);
  const run = await stage.run(step('rename', 'web', { name: 'shop' }));
  assert.deepEqual([run.outcome, targetOf(run).message], ['succeeded', 'renamed to shop']);
  await waitUntil(
    'the notes follow',
    30_000,
    50,
    () => stage.rooms.tags.written({ hostId: 1, container: 'shop' }).notes === 'ask Ada first',
  );
});

test('a name that is taken has failed with the engine’s words', async () => {
  await engine.run('taken', { start: false });
  const run = await stage.run(step('rename', 'shop', { name: 'taken' }));
  assert.equal(run.outcome, 'failed');
  assert.match(targetOf(run).message ?? '', /already in use/);
  await engine.remove('taken');
});

test('whenever the program dies, a container is renamed once', { timeout: 120_000 }, async () => {
  const known = await engine.run('old', { start: false });
  for (let afterMs = 0; afterMs < 240; afterMs += 40) {
    const [from, to] = (await inspect('old')) ? ['old', 'new'] : ['new', 'old'];
    await waitUntil(`${from} is seen`, 20_000, 20, () => stage.rooms.hosts.byName(1, from) !== undefined);
    const sinceMs = Date.now();
    const id = await stage.begin(step('rename', from, { name: to }));
    await new Promise((resolve) => setTimeout(resolve, afterMs));
    await stage.crashAndReturn();
    const run = await stage.over(id);
    assert.equal(run.outcome, 'succeeded', `${afterMs} ms: ${targetOf(run).message}`);
    assert.equal(await count('rename', sinceMs), 1, `${afterMs} ms`);
    assert.equal((await present(to)).Id, known, `${afterMs} ms`);
    assert.equal(await inspect(from), null, `${afterMs} ms`);
  }
  for (const name of ['old', 'new']) if (await inspect(name)) await engine.remove(name);
});

test('when the answer is lost and the program dies, a rename is seen by its ID, and what took the old name keeps it', {
  timeout: 90_000,
}, async () => {
  const proxy = await faultProxy(engine.socket);
  const distant = await Stage.open(proxy.url);
  try {
    const known = await engine.run('old', { start: false });
    await proxy.set({ kind: 'delay', delayMs: 400 });
    const sinceMs = Date.now();
    const id = await distant.begin(step('rename', 'old', { name: 'new' }));
    await distant.untilDispatched(id);
    await proxy.set({ kind: 'half-open' });
    await waitUntil('it has its name', 20_000, 10, async () => (await inspect('new')) !== null);
    await distant.crashAndReturn(async () => {
      await proxy.set({ kind: 'none' });
      await engine.run('old', { start: false });
    });
    const run = await distant.over(id);
    assert.equal(run.outcome, 'succeeded', targetOf(run).message ?? '');
    assert.match(targetOf(run).message ?? '', /renamed to new \(seen after a restart/);
    assert.equal((await present('new')).Id, known);
    assert.notEqual((await present('old')).Id, known);
    assert.equal(await count('rename', sinceMs), 1);
  } finally {
    await distant.close();
    await proxy.close();
    for (const name of ['old', 'new']) if (await inspect(name)) await engine.remove(name);
  }
});

test('what runs is removed by force alone, and anonymous volumes go only when told to', async () => {
  const data = { more: { Volumes: { '/data': {} } } };
  for (const takesVolumes of [false, true]) {
    await engine.run('db', data);
    const [mount] = (await present('db')).Mounts;
    const refused = await stage.run(step('remove', 'db'));
    assert.equal(refused.outcome, 'failed');
    assert.match(targetOf(refused).message ?? '', /stop it first/);
    const run = await stage.run(step('remove', 'db', { force: true, volumes: takesVolumes }));
    assert.deepEqual([run.outcome, targetOf(run).message], ['succeeded', 'removed']);
    assert.equal(await inspect('db'), null);
    assert.equal((await volumeNames()).includes(mount?.Name ?? ''), !takesVolumes);
  }
});

test('what was looked at is removed, and not what has its name by now', async () => {
  const seen = await engine.run('db', { start: false });
  await engine.remove('db');
  const other = await engine.run('db', { start: false });
  const refused = await stage.run(step('remove', 'db', { force: true, containerId: seen }));
  assert.equal(refused.outcome, 'failed');
  assert.match(targetOf(refused).message ?? '', /another container has its name by now, and that one is left alone/);
  assert.equal((await present('db')).Id, other);
  const run = await stage.run(step('remove', 'db', { containerId: other }));
  assert.deepEqual([run.outcome, await inspect('db')], ['succeeded', null]);
});

test('what is not there cannot be removed', async () => {
  const run = await stage.run(step('remove', 'nobody'));
  assert.deepEqual([run.outcome, targetOf(run).reason], ['failed', 'no_target']);
});

test('whenever the program dies, a container is removed once', { timeout: 120_000 }, async () => {
  for (let afterMs = 0; afterMs < 240; afterMs += 40) {
    await engine.run('mortal', { start: false });
    const sinceMs = Date.now();
    const id = await stage.begin(step('remove', 'mortal'));
    await new Promise((resolve) => setTimeout(resolve, afterMs));
    await stage.crashAndReturn();
    const run = await stage.over(id);
    assert.equal(run.outcome, 'succeeded', `${afterMs} ms: ${targetOf(run).message}`);
    assert.equal(await count('destroy', sinceMs), 1, `${afterMs} ms`);
  }
});

test('when the answer is lost and the program dies, what took the name meanwhile is not removed', {
  timeout: 90_000,
}, async () => {
  const proxy = await faultProxy(engine.socket);
  const distant = await Stage.open(proxy.url);
  try {
    await engine.run('mortal', { start: false });
    // So the request is still under way when it is seen in the journal.
    await proxy.set({ kind: 'delay', delayMs: 400 });
    const id = await distant.begin(step('remove', 'mortal'));
    await distant.untilDispatched(id);
    await proxy.set({ kind: 'half-open' });
    await waitUntil('it is gone', 20_000, 10, async () => (await inspect('mortal')) === null);
    await distant.crashAndReturn(async () => {
      await proxy.set({ kind: 'none' });
      await engine.run('mortal', { start: false });
    });
    const run = await distant.over(id);
    assert.equal(run.outcome, 'succeeded', targetOf(run).message ?? '');
    assert.match(targetOf(run).message ?? '', /seen after a restart/);
    assert.notEqual(await inspect('mortal'), null);
  } finally {
    await distant.close();
    await proxy.close();
    await engine.remove('mortal');
  }
});

test('a clone is made of the same, under a name of its own, outside the stack and without the ports', async () => {
  await engine.request('POST', '/networks/create', { Name: 'front' });
  const made = await engine.run('source', {
    cmd: ['/bin/sh', '-c', 'trap "exit 0" TERM; sleep 600 & wait'],
    env: { TZ: 'UTC' },
    labels: { 'com.docker.compose.project': 'shop', tier: 'front' },
    hostConfig: { Memory: 32 * 1024 * 1024, PortBindings: { '80/tcp': [{ HostPort: '18080' }] } },
    more: { ExposedPorts: { '80/tcp': {} }, Volumes: { '/data': {} } },
  });
  await engine.request('POST', '/networks/front/connect', { Container: made });
  const run = await stage.run(step('clone', 'source', { name: 'copy', start: true }));
  assert.equal(run.outcome, 'succeeded', targetOf(run).message ?? '');
  const [source, copy] = [await present('source'), await present('copy')];
  assert.equal(copy.State.Status, 'running');
  assert.deepEqual(
    [copy.Path, copy.Args, copy.HostConfig.Memory],
    [source.Path, source.Args, source.HostConfig.Memory],
  );
  assert.ok(copy.Config.Env?.includes('TZ=UTC'));
  assert.deepEqual(copy.Config.Labels, { tier: 'front', [cloneLabel]: run.id });
  assert.equal(copy.Config.Hostname, copy.Id.slice(0, 12));
  assert.deepEqual(Object.keys(copy.NetworkSettings.Networks).sort(), ['bridge', 'front']);
  assert.deepEqual(copy.HostConfig.PortBindings ?? {}, {});
  assert.notEqual(copy.Mounts[0]?.Name, source.Mounts[0]?.Name);
  const second = await stage.run(step('clone', 'source', { name: 'copy' }));
  assert.equal(second.outcome, 'failed');
  assert.match(targetOf(second).message ?? '', /already in use/);
  for (const name of ['source', 'copy']) await engine.remove(name);
});

test('what a clone has of its image is left to the image', async () => {
  await engine.run('plain');
  assert.equal((await stage.run(step('clone', 'plain', { name: 'plainer' }))).outcome, 'succeeded');
  const copy = await present('plainer');
  assert.equal(copy.State.Status, 'created');
  assert.deepEqual(copy.Args, (await present('plain')).Args);
  for (const name of ['plain', 'plainer']) await engine.remove(name);
});

test('whenever the program dies, there is one clone', { timeout: 120_000 }, async () => {
  await engine.run('source');
  for (let afterMs = 0; afterMs < 240; afterMs += 40) {
    const sinceMs = Date.now();
    const id = await stage.begin(step('clone', 'source', { name: 'twin', start: true }));
    await new Promise((resolve) => setTimeout(resolve, afterMs));
    await stage.crashAndReturn();
    const run = await stage.over(id);
    assert.equal(run.outcome, 'succeeded', `${afterMs} ms: ${targetOf(run).message}`);
    assert.deepEqual(
      [await count('create', sinceMs, 'twin'), await count('start', sinceMs, 'twin')],
      [1, 1],
      `${afterMs} ms`,
    );
    assert.equal((await present('twin')).State.Status, 'running');
    await engine.remove('twin');
  }
  await engine.remove('source');
});

test('a clone that an earlier life of the program had asked for, and that came late, is taken for what it is', async () => {
  await engine.run('source');
  await engine.run('late', { labels: { [cloneLabel]: 'r1' } });
  const wanted = step('clone', 'source', { name: 'late' });
  const work = workOn(stage, wanted, { container: 'source', dispatch: async () => undefined });
  assert.deepEqual(await clone.attempt(work), ended('succeeded', 'cloned to late'));
  const others = workOn(stage, wanted, { container: 'source', dispatch: async () => undefined, runId: 'r2' });
  await assert.rejects(clone.attempt(others), /already in use/);
  for (const name of ['source', 'late']) await engine.remove(name);
});

test('these are done by hand, to containers that are named', () => {
  const id = 'a'.repeat(64);
  const faultsOf = (wanted: Step, isByHand: boolean) =>
    checkStep(wanted, '', { hasHost: () => true, isByHand }).map(({ path }) => path);
  assert.deepEqual(faultsOf(step('remove', 'db'), false), ['action']);
  assert.deepEqual(faultsOf(step('remove', 'db'), true), []);
  assert.deepEqual(faultsOf({ action: 'remove', targets: [{ hostId: 1, all: true }] }, true), ['targets.0']);
  assert.deepEqual(faultsOf(step('rename', 'db'), true), ['options.name']);
  assert.deepEqual(faultsOf(step('rename', 'db', { name: 'registry.lan/x:1' }), true), ['options.name']);
  assert.deepEqual(faultsOf(step('rename', 'db', { name: 'x', containerId: id }), true), ['options.containerId']);
  const both = [...on('db'), ...on('web')];
  assert.deepEqual(faultsOf({ action: 'clone', targets: both, options: { name: 'x' } }, true), ['targets']);
  const removal: Step = { action: 'remove', targets: both, options: { containerId: id } };
  assert.deepEqual(faultsOf(removal, true), ['options.containerId']);
});
