import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import type { LabEngine } from '../../lab/engine.ts';
import { privateEngine } from '../../lab/engine.ts';
import type { FaultProxy } from '../../lab/fault-proxy.ts';
import { faultProxy } from '../../lab/fault-proxy.ts';
import { recordingProxy } from '../../lab/recording-proxy.ts';
import { socketProxy } from '../../lab/socket-proxy.ts';
import { waitUntil } from '../../lab/wait.ts';
import { Bus } from '../bus/index.ts';
import { systemClock } from '../clock/index.ts';
import { connectEngine } from './client.ts';
import { Peace } from './peace.ts';
import { Picture } from './picture.ts';
import type { Engine } from './types.ts';

let lab: LabEngine;
before(async () => {
  lab = await privateEngine();
});
after(() => lab.close());

/** A picture of an engine with all that it told. */
const begin = (url: string, hostId = 1, peace = new Peace()) => {
  const told: string[] = [];
  const statuses: string[] = [];
  const bus = new Bus((error) => {
    throw error;
  });
  bus.on('container.changed', ({ name, state, stale }) => told.push(`${name} ${stale ? 'stale' : state}`));
  bus.on('container.removed', ({ name }) => told.push(`${name} removed`));
  bus.on('host.synced', () => told.push('synced'));
  const counted = countInspections(connectEngine({ id: hostId, url }));
  const { engine } = counted;
  const onStatus = () => statuses.push(picture.status().status);
  const picture: Picture = new Picture({ hostId, engine, bus, clock: systemClock, peace, onStatus });
  picture.start();
  const close = async () => {
    await picture.stop();
    engine.close();
  };
  return { picture, engine, told, statuses, inspections: counted.count, close };
};

/** The same, once its first list is in or its engine known to be out of reach. */
const watch = async (url: string, hostId = 1) => {
  const watched = begin(url, hostId);
  await watched.picture.settled();
  return watched;
};

/** The same engine, with a count of how often it was asked for a container. */
const countInspections = (engine: Engine): { engine: Engine; count: () => number } => {
  let count = 0;
  const inspect = engine.inspectContainer.bind(engine);
  engine.inspectContainer = (id) => {
    count += 1;
    return inspect(id);
  };
  return { engine, count: () => count };
};

type Watched = ReturnType<typeof begin>;
const until = (what: string, condition: () => boolean) => waitUntil(what, 30_000, 5, condition);
const seen = (watched: Watched, line: string) => until(line, () => watched.told.includes(line));

let names = 0;
let name = '';
beforeEach(() => {
  name = `c${++names}-test`;
});

test('the picture begins with what there is, and knows since when it runs', async () => {
  const id = await lab.run(name, {
    labels: { 'com.docker.compose.project': 'shop', 'com.docker.compose.service': 'db' },
  });
  const watched = await watch(lab.url);
  assert.equal(watched.picture.status().status, 'online');
  await until('the start', () => watched.picture.byName(name)?.startedAt != null);
  const row = watched.picture.find(id);
  const { startedAt } = await watched.engine.inspectContainer(id);
  assert.equal(row?.startedAt, new Date(startedAt ?? 0).toISOString());
  assert.deepEqual([row?.stack, row?.service, row?.state, row?.image], ['shop', 'db', 'running', 'tiny:1']);
  assert.match(row?.status ?? '', /^Up /);
  await watched.close();
});

test('an engine is asked for its events first, then for its containers, and last for who it is', async () => {
  const proxy = await recordingProxy(lab.socket);
  const watched = await watch(proxy.url);
  const asked = proxy.take().map(({ path }) => path.replace(/^\/v[\d.]+/, '').replace(/\?.*$/, ''));
  const steps = ['/events', '/containers/json', '/version', '/info'];
  assert.deepEqual(
    asked.filter((path) => steps.includes(path)),
    steps,
  );
  await watched.close();
  await proxy.close();
});

test('an engine is asked for no more than its list while others are still to be listed', async () => {
  const proxy = await recordingProxy(lab.socket);
  await lab.run(name);
  const peace = new Peace();
  const others = Promise.withResolvers<void>();
  const ahead = peace.letFirst(others.promise);
  const watched = begin(proxy.url, 1, peace);
  await seen(watched, `${name} running`);
  assert.ok(!proxy.take().some(({ path }) => path.endsWith('/version')));
  assert.equal(watched.inspections(), 0);
  others.resolve();
  await ahead;
  await seen(watched, 'synced');
  await until('the start', () => watched.picture.byName(name)?.startedAt != null);
  await watched.close();
  await proxy.close();
});

test('the containers of an engine that keeps back who it is do not come and go with each try', async () => {
  const proxy = await socketProxy(lab.socket, ['PING', 'EVENTS', 'CONTAINERS']);
  await lab.run(name);
  const watched = await watch(proxy.url);
  await seen(watched, `${name} stale`);
  assert.match(watched.picture.status().reason ?? '', /VERSION/);
  watched.told.length = 0;
  let asked = 0;
  const facts = watched.engine.facts.bind(watched.engine);
  watched.engine.facts = () => {
    asked += 1;
    return facts();
  };
  await until('two more tries', () => {
    watched.picture.retryNow();
    return asked > 2;
  });
  assert.ok(!watched.told.includes(`${name} running`), watched.told.join());
  await watched.close();
  await proxy.close();
});

test('what happens to a container shows, step by step', async () => {
  const watched = await watch(lab.url);
  const id = await lab.run(name);
  await seen(watched, `${name} running`);
  await lab.request('POST', `/containers/${id}/pause`);
  await seen(watched, `${name} paused`);
  await lab.request('POST', `/containers/${id}/unpause`);
  await lab.request('POST', `/containers/${id}/stop`);
  await seen(watched, `${name} exited`);
  const row = watched.picture.byName(name);
  assert.equal(row?.exitCode, 0);
  assert.ok(row?.finishedAt);
  await lab.remove(name);
  await seen(watched, `${name} removed`);
  assert.equal(watched.picture.byName(name), undefined);
  await watched.close();
});

test('a container that ends by itself shows as ended, though the engine tells of it before it is done', async () => {
  const watched = await watch(lab.url);
  await lab.run(name, { cmd: ['sh', '-c', 'sleep 0.2; exit 3'] });
  await seen(watched, `${name} exited`);
  assert.equal(watched.picture.byName(name)?.exitCode, 3);
  await watched.close();
});

test('the health follows the probes', async () => {
  const watched = await watch(lab.url);
  const healthcheck = {
    Test: ['CMD', 'test', '-e', '/ok'],
    Interval: 100_000_000,
    Timeout: 1_000_000_000,
    Retries: 1,
  };
  await lab.run(name, { healthcheck, cmd: ['sh', '-c', 'sleep 0.5; touch /ok; sleep 1000'] });
  const health = () => watched.picture.byName(name)?.health;
  await until('starting or failed', () => health() === 'starting' || health() === 'unhealthy');
  await until('healthy', () => health() === 'healthy');
  await lab.remove(name);
  await watched.close();
});

test('a rename keeps the row, and a new container under the old name gets its own', async () => {
  const watched = await watch(lab.url);
  const first = await lab.run(name);
  await seen(watched, `${name} running`);
  await lab.request('POST', `/containers/${first}/rename?name=${name}-old`);
  const second = await lab.run(name);
  await until('both', () => watched.picture.byName(name)?.id === second);
  await until('the rename', () => watched.picture.byName(`${name}-old`)?.id === first);
  await lab.remove(first);
  await seen(watched, `${name}-old removed`);
  assert.equal(watched.picture.byName(name)?.id, second);
  await watched.close();
});

test('a re-created container takes the place of the old one', async () => {
  const watched = await watch(lab.url);
  const first = await lab.run(name);
  await seen(watched, `${name} running`);
  await lab.remove(first);
  const second = await lab.run(name);
  await until('the new one', () => watched.picture.byName(name)?.id === second);
  assert.equal(watched.picture.find(first), undefined);
  await watched.close();
});

test('a refresh takes in what the engine says now', async () => {
  const watched = await watch(lab.url);
  const id = await lab.run(name);
  await lab.request('POST', `/containers/${id}/pause`);
  assert.equal((await watched.picture.refresh(id))?.state, 'paused');
  for (let again = 0; again < 20; again++) await watched.picture.refresh(id);
  await lab.remove(name);
  assert.equal(await watched.picture.refresh(id), undefined);
  await watched.close();
});

test('two hundred events of a few containers cost far fewer questions, and the last state stands', async () => {
  const watched = await watch(lab.url);
  const ids = await Promise.all([1, 2, 3, 4].map((n) => lab.run(`${name}-${n}`)));
  await until('all', () => ids.every((id) => watched.picture.find(id)?.state === 'running'));
  const before = watched.inspections();
  const [first = '', ...others] = ids;
  await Promise.all(
    Array.from({ length: 200 }, (_, n) => lab.request('POST', `/containers/${first}/rename?name=${name}-r${n}`)),
  );
  await Promise.all(others.map((id) => lab.request('POST', `/containers/${id}/pause`)));
  const { json } = await lab.request('GET', `/containers/${first}/json`);
  assert.ok(typeof json === 'object' && json !== null && 'Name' in json);
  await until('the last name', () => `/${watched.picture.find(first)?.name}` === json.Name);
  await until('the last states', () => others.every((id) => watched.picture.find(id)?.state === 'paused'));
  const asked = watched.inspections() - before;
  assert.ok(asked < 150, `${asked} questions`);
  await watched.close();
});

test('an engine that is stopped and started again goes stale and comes back with what changed', async () => {
  const own = await privateEngine();
  const watched = await watch(own.url);
  try {
    const id = await own.run(name);
    await seen(watched, `${name} running`);
    await own.stop();
    await until('offline', () => watched.picture.status().status === 'offline');
    await until('the reason', () => /no socket|not running/.test(watched.picture.status().reason ?? ''));
    assert.equal(watched.picture.byName(name)?.stale, true);
    watched.told.length = 0;
    await own.start();
    await seen(watched, 'synced');
    assert.equal(watched.picture.byName(name)?.stale, false);
    assert.equal(watched.picture.find(id)?.state, 'exited');
    assert.deepEqual(watched.statuses.at(-1), 'online');
    assert.equal(watched.picture.status().reason, null);
  } finally {
    await watched.close();
    await own.close();
  }
});

test('what happened while the connection was cut shows after it', async () => {
  const proxy = await faultProxy(lab.socket);
  const watched = await watch(proxy.url);
  await lab.run(name);
  await lab.run(`${name}-gone`);
  await seen(watched, `${name} running`);
  await seen(watched, `${name}-gone running`);
  await proxy.set({ kind: 'refuse' });
  await until('offline', () => watched.picture.status().status === 'offline');
  await lab.request('POST', `/containers/${name}/stop`);
  await lab.remove(`${name}-gone`);
  await lab.run(`${name}-new`);
  await proxy.set({ kind: 'none' });
  await until('online', () => watched.picture.status().status === 'online');
  await until('the new one', () => watched.picture.byName(`${name}-new`)?.state === 'running');
  assert.equal(watched.picture.byName(name)?.state, 'exited');
  assert.equal(watched.picture.byName(`${name}-gone`), undefined);
  await closeBoth(watched, proxy);
});

test('an engine that is killed leaves its rows stale', async () => {
  const own = await privateEngine();
  const watched = await watch(own.url);
  try {
    await own.run(name);
    await seen(watched, `${name} running`);
    await own.kill9();
    await seen(watched, `${name} stale`);
    assert.equal(watched.picture.status().status, 'offline');
  } finally {
    await watched.close();
    await own.close();
  }
});

test('an engine that hangs is noticed in seconds, and costs another host nothing', async () => {
  const own = await privateEngine();
  const hung = await watch(own.url, 1);
  const other = await watch(lab.url, 2);
  try {
    const frozenAt = performance.now();
    await own.freeze();
    await lab.run(name);
    await seen(other, `${name} running`);
    await until('offline', () => hung.picture.status().status === 'offline');
    const tookMs = performance.now() - frozenAt;
    // Nine by the rules; the rest is for a machine that is busy with other tests.
    assert.ok(tookMs < 20_000, `${Math.round(tookMs)} ms`);
    assert.match(hung.picture.status().reason ?? '', /did not answer within 4 s/);
    assert.equal(other.picture.status().status, 'online');
    await own.thaw();
    await until('online', () => hung.picture.status().status === 'online');
  } finally {
    await hung.close();
    await other.close();
    await own.thaw();
    await own.close();
  }
});

test('an engine that is not there yet is connected to when it comes, at once when somebody knows', async () => {
  const proxy = await faultProxy(lab.socket);
  await proxy.set({ kind: 'refuse' });
  const watched = await watch(proxy.url);
  assert.equal(watched.picture.status().status, 'offline');
  assert.equal(watched.picture.status().engine, null);
  await proxy.set({ kind: 'none' });
  watched.picture.retryNow();
  await until('online', () => watched.picture.status().status === 'online');
  await closeBoth(watched, proxy);
});

const closeBoth = async (watched: Watched, proxy: FaultProxy) => {
  await watched.close();
  await proxy.close();
};
