import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { HostGrant } from '../../contract/index.ts';
import type { LabEngine } from '../../lab/engine.ts';
import { privateEngine } from '../../lab/engine.ts';
import type { RecordingProxy } from '../../lab/recording-proxy.ts';
import { recordingProxy } from '../../lab/recording-proxy.ts';
import { connectEngine } from './client.ts';
import { grantsFor } from './grants.ts';
import type { Engine } from './types.ts';

let lab: LabEngine;
let way: RecordingProxy;
let id: string;

before(async () => {
  lab = await privateEngine();
  way = await recordingProxy(lab.socket);
  id = await lab.run('guarded');
});
after(async () => {
  await way.close();
  await lab.close();
});

const nothing = new AbortController().signal;
const asked: Record<string, { needs: HostGrant[]; ask: (engine: Engine) => Promise<unknown> }> = {
  'see the containers': { needs: ['observe'], ask: (one) => one.listContainers() },
  'pause a container': { needs: ['operate'], ask: (one) => one.pauseContainer(id) },
  'let it go on': { needs: ['operate'], ask: (one) => one.unpauseContainer(id) },
  'prepare a command': { needs: ['exec'], ask: (one) => one.jobs.createCommand(id, { command: ['true'] }) },
  'make a container': {
    needs: ['update', 'exec'],
    ask: (one) => one.jobs.createContainer('job', { image: 'tiny:1', labels: {} }),
  },
  'remove a container': { needs: ['update', 'exec'], ask: (one) => one.jobs.removeContainer('job') },
  'rename somebody’s container': { needs: ['update'], ask: (one) => one.changes.rename(id, 'guarded') },
  'remove somebody’s container': {
    needs: ['update'],
    ask: (one) => one.changes.remove('nobody', { force: false, volumes: false }),
  },
  'remove unused containers': { needs: ['update'], ask: (one) => one.jobs.prune('containers') },
  'start a command': { needs: ['exec'], ask: (one) => one.jobs.startCommand('0'.repeat(64), nothing) },
  'pull an image': {
    needs: ['update', 'exec'],
    ask: (one) => one.jobs.pullImage('127.0.0.1:1/none', { signal: nothing }),
  },
};

for (const grants of [
  ['observe'],
  ['observe', 'operate'],
  ['observe', 'operate', 'update'],
  ['observe', 'operate', 'exec'],
] as HostGrant[][]) {
  test(`with ${grants.join(', ')} exactly that leaves for the engine`, async () => {
    const engine = connectEngine({ id: 1, url: way.url, grants });
    await engine.ping();
    for (const [what, { needs, ask }] of Object.entries(asked)) {
      way.take();
      const isGranted = needs.some((one) => grants.includes(one));
      const error = await ask(engine).then(
        () => null,
        (reason: { code?: string; message: string }) => reason,
      );
      assert.equal(way.take().length > 0, isGranted, what);
      assert.equal(error?.code === 'CHR_NOT_GRANTED', !isGranted, `${what}: ${error?.message}`);
      if (!isGranted) assert.match(error?.message ?? '', /set to allow .* only; to .* needs .*page Hosts/);
    }
    engine.close();
  });
}

test('a clone is made under update, and under exec alone not, though jobs are made by the same request', async () => {
  for (const grants of [
    ['observe', 'exec'],
    ['observe', 'update'],
  ] as HostGrant[][]) {
    const engine = connectEngine({ id: 1, url: way.url, grants });
    await engine.ping();
    way.take();
    const isGranted = grants.includes('update');
    const error = await engine.changes.clone(id, { name: 'twin', labels: {}, publishPorts: false }).then(
      () => null,
      (reason: { code?: string; message: string }) => reason,
    );
    const changing = way.take().filter(({ method }) => method !== 'GET');
    assert.deepEqual([changing.length, error?.code], isGranted ? [1, undefined] : [0, 'CHR_NOT_GRANTED']);
    if (!isGranted) assert.match(error?.message ?? '', /to make the container twin needs update\. Whoever/);
    engine.close();
  }
  await lab.remove('twin');
});

test('what nobody thought of needs everything, also where it only reads', () => {
  for (const path of [
    '/v1.41/containers/x/attach/ws',
    '/v1.41/containers/x/archive?path=/',
    '/v1.41/secrets',
    '/v1.41/../x',
  ]) {
    assert.deepEqual(grantsFor({ method: 'GET', path }), ['exec'], path);
  }
  assert.deepEqual(grantsFor({ method: 'POST', path: '/v1.41/swarm/init' }), ['exec']);
  assert.deepEqual(grantsFor({ method: 'GET', path: '/v1.41/containers/json?all=true' }), ['observe']);
});
