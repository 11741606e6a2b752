import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, suite, test } from 'node:test';
import type { LabEngine } from './engine.ts';
import { privateEngine } from './engine.ts';
import { freePort } from './free-port.ts';
import { waitUntil } from './wait.ts';

/** With control groups of version 1 there is a tree for each controller, with version 2 only one. */
const cgroupsOf = (directory: string): string[] =>
  ['.', ...readdirSync('/sys/fs/cgroup')]
    .map((tree) => join('/sys/fs/cgroup', tree, basename(directory)))
    .filter((path) => existsSync(path));

const isRunning = async (engine: LabEngine, name: string): Promise<boolean> => {
  const { json } = await engine.request('GET', `/containers/json?filters={"name":["^/${name}$"]}`);
  return Array.isArray(json) && json.length === 1;
};

suite('a private engine', () => {
  let engine: LabEngine;
  before(async () => {
    engine = await privateEngine();
  });
  after(() => engine.close());

  test('runs a container from the tiny image and tells of its restart', async () => {
    await engine.run('restarted', { labels: { purpose: 'a test' }, env: { ANSWER: '42' } });
    const since = Date.now();
    assert.equal((await engine.request('POST', '/containers/restarted/restart')).status, 204);
    const actions = (await engine.events(since)).filter((e) => e.name === 'restarted').map((e) => e.action);
    assert.ok(actions.includes('restart'), actions.join());
  });

  test('ends a container at once when it is told to stop', async () => {
    await engine.run('obedient');
    await engine.request('POST', '/containers/obedient/stop');
    const died = (await engine.events()).find((e) => e.name === 'obedient' && e.action === 'die');
    assert.equal(died?.exitCode, '0');
  });

  test('removes a container that runs', async () => {
    await engine.run('removed');
    await engine.remove('removed');
    assert.equal((await engine.request('GET', '/containers/removed/json')).status, 404);
  });

  test('shares no container with another engine', async () => {
    const other = await privateEngine();
    try {
      await other.run('elsewhere');
      assert.equal(await isRunning(engine, 'elsewhere'), false);
    } finally {
      await other.close();
    }
  });

  test('comes back after a stop with its containers', async () => {
    await engine.run('kept');
    await engine.stop();
    await assert.rejects(engine.request('GET', '/_ping'));
    await engine.start();
    assert.equal((await engine.request('GET', '/containers/kept/json')).status, 200);
  });

  test('comes back after a kill', async () => {
    await engine.run('survivor', { hostConfig: { RestartPolicy: { Name: 'always' } } });
    await engine.kill9();
    await assert.rejects(engine.request('GET', '/_ping'));
    await engine.start();
    await waitUntil('the container to run again', 20_000, 50, () => isRunning(engine, 'survivor'));
  });

  test('answers nothing while it is frozen, and everything once it is thawed', async () => {
    await engine.freeze();
    let isAnswered = false;
    const ping = engine.request('GET', '/_ping').then(({ status }) => {
      isAnswered = true;
      return status;
    });
    await new Promise((resolve) => setTimeout(resolve, 100));
    assert.equal(isAnswered, false);
    await engine.thaw();
    assert.equal(await ping, 200);
  });

  test('answers while its containerd is frozen, but does nothing to a container', async () => {
    await engine.run('hung');
    await engine.freezeContainerd();
    let isPaused = false;
    const pause = engine.request('POST', '/containers/hung/pause').then(({ status }) => {
      isPaused = true;
      return status;
    });
    assert.equal((await engine.request('GET', '/_ping')).status, 200);
    await new Promise((resolve) => setTimeout(resolve, 100));
    assert.equal(isPaused, false);
    await engine.thawContainerd();
    assert.equal(await pause, 204);
  });
});

test('an engine with a network gives a container an address', async () => {
  const engine = await privateEngine({ network: true });
  try {
    await engine.run('addressed');
    const { json } = await engine.request('GET', '/containers/json');
    assert.match(JSON.stringify(json), /"IPAddress":"172\./);
  } finally {
    await engine.close();
  }
});

test('an engine with a network beside the machine’s keeps it when one without starts there', async () => {
  const [port, other] = [await freePort(), await freePort()];
  const engine = await privateEngine({ network: true, port });
  const bridge = `/sys/class/net/lab-${dirname(engine.socket).slice(-6)}`;
  try {
    await (await privateEngine({ port: other })).close();
    await engine.run('addressed');
    assert.equal(existsSync(bridge), true);
  } finally {
    await engine.close();
  }
  assert.equal(existsSync(bridge), false);
});

test('an engine that cannot start rejects with its own words', async () => {
  await assert.rejects(privateEngine({ arguments: ['--no-such-option'] }), /unknown flag: --no-such-option/);
});

test('closing an engine leaves neither its directory nor its cgroups', async () => {
  const engine = await privateEngine();
  await engine.run('left-running');
  await engine.run('left-paused');
  assert.equal((await engine.request('POST', '/containers/left-paused/pause')).status, 204);
  const directory = dirname(engine.socket);
  assert.notDeepEqual(cgroupsOf(directory), []);
  await engine.close();
  assert.equal(existsSync(directory), false);
  assert.deepEqual(cgroupsOf(directory), []);
});

test('an engine goes with its test, even when that is killed', async () => {
  const program = `
    const { privateEngine } = await import(${JSON.stringify(new URL('./engine.ts', import.meta.url).href)});
    const engine = await privateEngine();
    await engine.run('orphan');
    console.log(engine.socket);
    setInterval(() => undefined, 1000);`;
  const owner = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [socket] = await once(createInterface(owner.stdout), 'line');
  const directory = dirname(String(socket));
  assert.notDeepEqual(cgroupsOf(directory), []);
  owner.kill('SIGKILL');
  await waitUntil('the engine to be taken away', 20_000, 20, () => !existsSync(directory));
  assert.deepEqual(cgroupsOf(directory), []);
});
