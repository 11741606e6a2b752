import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { LabEngine } from '../../lab/engine.ts';
import { privateEngine } from '../../lab/engine.ts';
import { faultProxy } from '../../lab/fault-proxy.ts';
import { waitUntil } from '../../lab/wait.ts';
import { connectEngine } from './client.ts';
import { EngineError } from './error.ts';
import type { Engine, EngineEvent } from './types.ts';

let lab: LabEngine;
let engine: Engine;
before(async () => {
  lab = await privateEngine();
  engine = connectEngine({ id: 1, url: lab.url });
});
after(async () => {
  engine.close();
  await lab.close();
});

const stateOf = async (id: string) => (await engine.inspectContainer(id)).state;
const options = { stopTimeoutMs: 10_000 };

test('the engine tells who it is, and the API version is agreed on', async () => {
  const { json } = await lab.request('GET', '/version');
  const facts = await engine.facts();
  assert.equal(facts.kind, 'docker');
  assert.ok(JSON.stringify(json).includes(`"Version":"${facts.version}"`));
  assert.match(facts.apiVersion, /^1\.\d\d$/);
  assert.equal(facts.operatingSystem, 'linux');
  assert.ok(facts.architecture);
  await engine.ping();
});

test('each action brings its state', async () => {
  const id = await lab.run('acted-on', { start: false });
  assert.equal(await stateOf(id), 'created');
  await engine.startContainer(id);
  assert.equal(await stateOf(id), 'running');
  await engine.pauseContainer(id);
  assert.equal(await stateOf(id), 'paused');
  await engine.unpauseContainer(id);
  const first = await engine.inspectContainer(id);
  await engine.restartContainer(id, options);
  const second = await engine.inspectContainer(id);
  assert.equal(second.state, 'running');
  assert.notEqual(second.startedAtText, first.startedAtText);
  await engine.stopContainer(id, options);
  assert.equal(await stateOf(id), 'exited');
  await engine.startContainer(id);
  await engine.killContainer(id, {});
  await waitUntil('the end', 10_000, 10, async () => (await stateOf(id)) === 'exited');
  assert.equal((await engine.inspectContainer(id)).exitCode, 137);
});

test('what is so already is no error', async () => {
  const id = await lab.run('already');
  await engine.startContainer(id);
  await engine.stopContainer(id, options);
  await engine.stopContainer(id, options);
});

test('a signal can be chosen', async () => {
  const id = await lab.run('signalled', { cmd: ['sh', '-c', 'trap "exit 9" USR1; while :; do sleep 0.05; done'] });
  await waitUntil('the trap', 10_000, 50, async () => {
    if ((await stateOf(id)) === 'running') await engine.killContainer(id, { signal: 'SIGUSR1' }).catch(() => undefined);
    return (await stateOf(id)) === 'exited';
  });
  const { exitCode } = await engine.inspectContainer(id);
  assert.ok(exitCode === 9 || exitCode === 138, String(exitCode));
});

test("the container's own stop timeout holds, unless a time is given", async () => {
  const cmd = ['sh', '-c', 'trap "" TERM; while :; do sleep 0.1; done'];
  const more = { StopTimeout: 1 };
  const id = await lab.run('stubborn', { cmd, more });
  const { stopTimeoutMs } = await engine.inspectContainer(id);
  assert.equal(stopTimeoutMs, 1000);
  const beganAt = performance.now();
  await engine.stopContainer(id, { stopTimeoutMs: 1000 });
  assert.ok(performance.now() - beganAt >= 900, 'it was killed before its time');
  assert.equal((await engine.inspectContainer(id)).exitCode, 137);
});

test('a name means exactly that container', async () => {
  // No beginning of an ID, which the engine would take: of some containers one has an ID that begins with db.
  await lab.run('prefix-shop');
  const unknown = { kind: 'not_found', code: 'CHR_NOT_FOUND', engineStatus: 404 };
  await assert.rejects(engine.inspectContainer('shop'), unknown);
  assert.equal((await engine.inspectContainer('prefix-shop')).name, 'prefix-shop');
});

test('what is no name reaches no other call of the engine', async () => {
  for (const name of ['..', '../images/json?', 'a/b', 'a?b', '%2e%2e', '', 'ä', 'a b', '-a']) {
    await assert.rejects(engine.inspectContainer(name), { kind: 'not_found', engineStatus: null }, name);
    await assert.rejects(engine.killContainer(name, {}), { kind: 'not_found', engineStatus: null }, name);
  }
});

test("the engine's own words are passed on, and whether a retry can help", async () => {
  const id = await lab.run('refused');
  await engine.pauseContainer(id);
  const twice = engine.pauseContainer(id);
  await assert.rejects(twice, { kind: 'conflict', canPass: true, mayHaveHappened: false, message: /already paused/ });
  await assert.rejects(engine.startContainer('nowhere'), { kind: 'not_found', canPass: false, message: /No such/ });
});

test('a missing socket, one without a listener and one that is closed to us are told apart, each with its remedy', async () => {
  const at = (url: string) => connectEngine({ id: 1, url }).ping();
  await assert.rejects(at('unix:///nowhere/docker.sock'), { kind: 'unreachable', message: /no socket at .*mount/ });
  await assert.rejects(at('unix:///etc/hostname'), { kind: 'unreachable', message: /not running\. Start it/ });
  assert.throws(() => connectEngine({ id: 1, url: 'pigeon://home' }), { code: 'CHR_INVALID_INPUT' });
});

test('the address may be written with two slashes', async () => {
  const short = connectEngine({ id: 1, url: lab.url.replace('unix:///', 'unix://') });
  await short.ping();
  short.close();
});

test('a lost answer leaves open whether it happened; a connection that never came does not', async () => {
  const id = await lab.run('in-doubt');
  const proxy = await faultProxy(lab.socket);
  const behind = connectEngine({ id: 1, url: proxy.url });
  try {
    await behind.ping();
    await proxy.set({ kind: 'half-open' });
    const lost = behind.pauseContainer(id);
    lost.catch(() => undefined);
    await waitUntil('the pause to happen', 10_000, 20, async () => (await stateOf(id)) === 'paused');
    await proxy.set({ kind: 'refuse' });
    await assert.rejects(lost, { kind: 'unreachable', mayHaveHappened: true });
    await assert.rejects(behind.unpauseContainer(id), { kind: 'unreachable', mayHaveHappened: false, canPass: true });
  } finally {
    behind.close();
    await proxy.close();
  }
});

test('an engine that hangs costs a call its deadline, not more', async () => {
  const proxy = await faultProxy(lab.socket);
  const behind = connectEngine({ id: 1, url: proxy.url });
  try {
    await proxy.set({ kind: 'blackhole' });
    const late = { kind: 'timeout', code: 'CHR_ENGINE_TIMEOUT', message: /within 4 s/ };
    // It was only asked, so that it may be asked again; a late answer to a deed leaves open whether it was done.
    await assert.rejects(behind.ping(), { ...late, mayHaveHappened: false, canPass: true });
    assert.equal(new EngineError({ kind: 'timeout', message: 'late', mayHaveHappened: true }).canPass, false);
  } finally {
    behind.close();
    await proxy.close();
  }
});

test('a call survives that the engine closed the kept connection', async () => {
  const proxy = await faultProxy(lab.socket);
  const behind = connectEngine({ id: 1, url: proxy.url });
  try {
    await behind.ping();
    proxy.cut();
    await behind.ping();
  } finally {
    behind.close();
    await proxy.close();
  }
});

test('events come as they happen, without those of health probes, and again from an instant on', async () => {
  const stop = new AbortController();
  const seen: EngineEvent[] = [];
  const opened = Promise.withResolvers<void>();
  const reading = (async () => {
    for await (const e of engine.events({ signal: stop.signal, onOpen: opened.resolve })) seen.push(e);
  })();
  await opened.promise;
  const healthcheck = { Test: ['CMD', 'true'], Interval: 100_000_000, Timeout: 1_000_000_000, Retries: 1 };
  const id = await lab.run('observed', { healthcheck });
  await waitUntil('the health', 20_000, 20, () => seen.some((event) => event.health === 'healthy'));
  await lab.remove('observed');
  await waitUntil('the end', 20_000, 20, () => seen.some((event) => event.action === 'destroy'));
  stop.abort();
  await reading;
  const own = seen.filter((event) => event.containerId === id);
  assert.deepEqual(
    own.map((event) => event.action),
    ['create', 'start', 'health_status', 'kill', 'die', 'destroy'],
  );
  assert.ok(own.every((event) => event.name === 'observed'));

  const again = new AbortController();
  const since = (own[1]?.timeNano ?? 0n) + 1n;
  for await (const event of engine.events({ sinceNs: since, signal: again.signal })) {
    assert.equal(event.action, 'health_status');
    assert.equal(event.timeNano, own[2]?.timeNano);
    again.abort();
  }
});
