import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { after, before, test } from 'node:test';
import * as v from 'valibot';
import type { EngineArea, HostGrant, HostReach } from '../../contract/index.ts';
import { hostGrant } from '../../contract/index.ts';
import type { LabEngine } from '../../lab/engine.ts';
import { privateEngine } from '../../lab/engine.ts';
import { privatePodman } from '../../lab/podman.ts';
import type { SocketProxyKind } from '../../lab/socket-proxy.ts';
import { socketProxy } from '../../lab/socket-proxy.ts';
import { connectEngine } from './client.ts';
import { proxyRecipe } from './reach.ts';

let lab: LabEngine;
before(async () => {
  lab = await privateEngine();
  await lab.run('web');
});
after(() => lab.close());

const reachAt = async (url: string): Promise<HostReach> => {
  const engine = connectEngine({ id: 1, url });
  try {
    return await engine.reach();
  } finally {
    engine.close();
  }
};
const having = ({ areas }: HostReach, answer: string): EngineArea[] =>
  areas.filter((one) => one.answer === answer).map(({ area }) => area);
const through = async (t: TestContext, switches: readonly string[], kind?: SocketProxyKind) => {
  const proxy = await socketProxy(lab.socket, switches, kind);
  t.after(() => proxy.close());
  return proxy.url;
};
const switchesIn = (compose: string): string[] => [...compose.matchAll(/^ +([A-Z_]+): 1$/gm)].map((m) => m[1] ?? '');

/** What an engine has. The order of some lists is another one each time, and how long something runs goes on. */
const allOf = async (engine: Pick<LabEngine, 'request'>): Promise<string[]> => {
  const paths = ['/containers/json?all=true', '/images/json', '/volumes', '/networks'];
  const answers = await Promise.all(paths.map((path) => engine.request('GET', path)));
  return answers.flatMap(({ json }) =>
    v
      .parse(listing, json)
      .map((row) => JSON.stringify(row))
      .sort(),
  );
};
/** Docker wraps the volumes, and only them. */
const row = v.pipe(
  v.looseObject({}),
  v.transform(({ Status: _, ...rest }) => rest),
);
const listing = v.union([
  v.array(row),
  v.pipe(
    v.object({ Volumes: v.nullable(v.array(row)) }),
    v.transform(({ Volumes }) => Volumes ?? []),
  ),
]);

test('all may be asked of an engine with nothing in front of it, and asking changes nothing there', async () => {
  const before = await allOf(lab);
  const events = (await lab.events()).length;
  const reach = await reachAt(lab.url);
  assert.deepEqual([having(reach, 'refused'), having(reach, 'unknown')], [[], []]);
  assert.deepEqual([await allOf(lab), (await lab.events()).length], [before, events]);
});

test('all may be asked of a Podman, and asking changes nothing there', async () => {
  const podman = await privatePodman();
  try {
    const before = await allOf(podman);
    const reach = await reachAt(podman.url);
    assert.deepEqual([having(reach, 'refused'), having(reach, 'unknown')], [[], []]);
    assert.deepEqual(await allOf(podman), before);
  } finally {
    await podman.close();
  }
});

test('what a socket proxy keeps back is told for each thing that is asked', async (t) => {
  const url = await through(t, ['PING', 'VERSION', 'EVENTS', 'CONTAINERS', 'ALLOW_LOGS']);
  const reach = await reachAt(url);
  assert.deepEqual(having(reach, 'allowed'), ['containers', 'events', 'logs', 'usage', 'processes']);
  assert.deepEqual(having(reach, 'unknown'), []);
  const acting = await reachAt(await through(t, ['PING', 'VERSION', 'CONTAINERS', 'POST']));
  assert.deepEqual(having(acting, 'allowed').slice(0, 3), ['containers', 'usage', 'processes']);
  assert.deepEqual(
    ['start', 'stop', 'restart', 'kill', 'pause', 'remove', 'create', 'commands', 'logs'].map(
      (area) => acting.areas.find((one) => one.area === area)?.answer,
    ),
    ['allowed', 'allowed', 'allowed', 'refused', 'allowed', 'refused', 'allowed', 'refused', 'refused'],
  );
});

const steps: HostGrant[][] = [
  ['observe'],
  ['observe', 'operate'],
  ['observe', 'operate', 'update'],
  [...hostGrant.options],
];
for (const kind of ['old', 'new'] as const) {
  for (const grants of steps) {
    test(`the recipe for ${grants.join(', ')} lets all of that through a ${kind} proxy`, async (t) => {
      const reach = await reachAt(await through(t, switchesIn(proxyRecipe(grants)), kind));
      const kept = reach.areas.filter(({ grant, answer }) => grants.includes(grant) && answer !== 'allowed');
      assert.deepEqual(kept, []);
      const acts = reach.areas.filter(({ grant }) => grant !== 'observe').map(({ answer }) => answer);
      if (grants.length === 1) assert.deepEqual(new Set(acts), new Set(['refused']));
      const commands = reach.areas.find(({ area }) => area === 'commands')?.answer;
      assert.equal(commands, grants.includes('exec') ? 'allowed' : 'refused');
    });
  }
}

test('what a proxy refuses in the middle of the work is said with the switch to set', async (t) => {
  const url = await through(t, ['PING', 'VERSION', 'CONTAINERS']);
  const engine = connectEngine({ id: 1, url });
  t.after(() => engine.close());
  await assert.rejects(
    engine.restartContainer('web', { stopTimeoutMs: 1000 }),
    /^ChrontainerError: A proxy in front of the engine does not allow to restart the container web\. Allow POST \/v1\.\d+\/containers\/web\/restart there\. With docker-socket-proxy, set CONTAINERS=1, POST=1\.$/,
  );
});
