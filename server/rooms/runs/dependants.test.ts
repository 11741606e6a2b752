import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { LabEngine } from '../../../lab/engine.ts';
import { privateEngine } from '../../../lab/engine.ts';
import { on, Stage } from '../../stage.ts';

let engine: LabEngine;
let stage: Stage;

const compose = (service: string, needs = '') => ({
  'com.docker.compose.project': 'shop',
  'com.docker.compose.service': service,
  ...(needs && { 'com.docker.compose.depends_on': needs }),
});

before(async () => {
  engine = await privateEngine();
  const shares = { hostConfig: { NetworkMode: 'container:vpn' } };
  await engine.run('vpn');
  await engine.run('torrent', shares);
  await engine.run('asleep', { ...shares, start: false });
  await engine.run('db', { labels: compose('db') });
  await engine.run('app', { labels: compose('app', 'db:service_started:false') });
  await engine.run('web', { labels: compose('web', 'app:service_healthy:true,db:service_started:false') });
  await engine.run('other-db', {
    labels: { 'com.docker.compose.project': 'other', 'com.docker.compose.service': 'db' },
  });
  await engine.run('stubborn', { cmd: ['sh', '-c', 'trap "" TERM; sleep 1000 & wait'] });
  stage = await Stage.open(engine.url);
});
after(async () => {
  await stage.close();
  await engine.close();
});

const restartWith = (container: string) =>
  stage.run({ action: 'restart', targets: on(container), dependants: 'restart', options: { timeoutMs: 1000 } });

/** The names in the order in which they were started. */
const startsSince = async (sinceMs: number): Promise<string[]> =>
  (await engine.events(sinceMs)).filter((event) => event.action === 'start').map((event) => event.name);

test('what uses the network of a container is restarted after it, and comes into its new network', async () => {
  const sinceMs = Date.now();
  const run = await restartWith('vpn');
  assert.equal(run.outcome, 'succeeded', run.message ?? '');
  assert.deepEqual(
    run.steps[0]?.targets.map(({ container, after }) => [container, after]),
    [
      ['vpn', null],
      ['torrent', 'vpn'],
    ],
  );
  assert.deepEqual(await startsSince(sinceMs), ['vpn', 'torrent']);
});

test('dependants of dependants follow in order, those of other projects and those that do not run stay', async () => {
  const sinceMs = Date.now();
  const run = await restartWith('db');
  assert.deepEqual(await startsSince(sinceMs), ['db', 'app', 'web']);
  assert.deepEqual(
    run.steps[0]?.targets.map(({ container, after }) => [container, after]),
    [
      ['db', null],
      ['app', 'db'],
      ['web', 'app'],
    ],
  );
});

test('a whole project is restarted by turns, the providers first', async () => {
  const sinceMs = Date.now();
  const targets = [{ hostId: 1, stack: 'shop' }];
  const run = await stage.run({ action: 'restart', targets, dependants: 'restart', options: { timeoutMs: 1000 } });
  assert.equal(run.outcome, 'succeeded', run.message ?? '');
  assert.deepEqual(await startsSince(sinceMs), ['db', 'app', 'web']);
});

test('where nobody asks for them dependants are left alone', async () => {
  const sinceMs = Date.now();
  await stage.run({ action: 'restart', targets: on('db'), options: { timeoutMs: 1000 } });
  assert.deepEqual(await startsSince(sinceMs), ['db']);
});

test('what depends on something that could not be restarted is left alone, with the reason', async () => {
  await engine.request('POST', '/containers/db/pause');
  await stage.rooms.hosts.picture(1).refresh(stage.rooms.hosts.byName(1, 'db')?.id ?? '');
  const run = await stage.over(
    await stage.beginAs(
      { conditions: [{ kind: 'running' }] },
      { action: 'restart', targets: on('db'), dependants: 'restart', options: { timeoutMs: 1000 } },
    ),
  );
  await engine.request('POST', '/containers/db/unpause');
  assert.deepEqual(
    run.steps[0]?.targets.map(({ container, outcome, reason }) => [container, outcome, reason]),
    [
      ['db', 'skipped', 'condition'],
      ['app', 'skipped', 'dependency'],
      ['web', 'skipped', 'dependency'],
    ],
  );
});

test('after a crash in the middle the rest follows in order', async () => {
  const sinceMs = Date.now();
  const id = await stage.begin({ action: 'restart', targets: on('db'), dependants: 'restart' });
  await stage.untilDispatched(id);
  await stage.crashAndReturn();
  const run = await stage.over(id);
  assert.equal(run.outcome, 'succeeded', run.message ?? '');
  assert.deepEqual(await startsSince(sinceMs), ['db', 'app', 'web']);
});
