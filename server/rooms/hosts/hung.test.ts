import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Host } from '../../../contract/index.ts';
import type { LabEngine } from '../../../lab/engine.ts';
import { privateEngine } from '../../../lab/engine.ts';
import { waitUntil } from '../../../lab/wait.ts';
import { ada, Stage } from '../../stage.ts';

/** Two real engines: the one whose containerd stops, and another. */
let hung: LabEngine;
let well: LabEngine;
let stage: Stage;
let wellId: number;

const slow = { cmd: ['sh', '-c', 'trap "sleep 8; exit 0" TERM; while :; do sleep 0.1; done'] };

before(async () => {
  [hung, well] = await Promise.all([privateEngine(), privateEngine()]);
  await Promise.all([hung.run('web'), hung.run('db'), hung.run('lazy', slow), well.run('web')]);
  stage = await Stage.open(hung.url);
  const input = { name: 'other', url: well.url, color: '#2f81d0', enabled: true, grants: everything };
  wellId = (await stage.rooms.hostKeeper.create(input, ada)).id;
  await stage.rooms.hosts.settled();
});
after(async () => {
  await stage.close();
  await Promise.all([hung.close(), well.close()]);
});

const everything = ['observe', 'operate', 'update', 'exec'] as Host['grants'];
const host = (): Host => stage.rooms.hosts.get(1);
const idOf = (hostId: number, name: string): string => stage.rooms.hosts.byName(hostId, name)?.id ?? name;
const until = (what: string, ms: number, condition: () => boolean) => waitUntil(what, ms, 20, condition);

test('a stop that takes as long as its container may take is no hang', async () => {
  const seen: unknown[] = [];
  const stop = stage.rooms.hosts.engine(1).stopContainer(idOf(1, 'lazy'), { stopTimeoutMs: 20_000 });
  const timer = setInterval(() => seen.push(host().hang), 50);
  await stop;
  clearInterval(timer);
  assert.ok(seen.length > 100, `the stop took its time: ${seen.length} looks`);
  assert.deepEqual(new Set(seen), new Set([null]));
});

test('an engine that answers and finishes no action is flagged within ten seconds, and others are not held up', async () => {
  const { hosts } = stage.rooms;
  await hung.freezeContainerd();
  const startedAtMs = Date.now();
  const kill = hosts.engine(1).killContainer(idOf(1, 'web'), {});
  try {
    let slowestMs = 0;
    while (!host().hang && Date.now() - startedAtMs < 15_000) {
      const askedAtMs = performance.now();
      await hosts.engine(wellId).looks.processes(idOf(wellId, 'web'));
      slowestMs = Math.max(slowestMs, performance.now() - askedAtMs);
    }
    const flaggedAfterMs = Date.now() - startedAtMs;
    const { hang, status } = host();
    assert.ok(hang && flaggedAfterMs < 10_000, `flagged after ${flaggedAfterMs} ms`);
    assert.equal(status, 'online');
    assert.match(hang.reason, /does not finish what it is told: to kill the container .*systemctl status containerd/);
    assert.ok(Math.abs(Date.parse(hang.since) - startedAtMs) < 500, hang.since);
    assert.ok(slowestMs < 2_000, `the other host took ${slowestMs} ms at most`);
    assert.deepEqual(
      hosts.containersOf(1).map(({ name, stale }) => [name, stale]),
      [
        ['db', true],
        ['lazy', true],
        ['web', true],
      ],
    );
    assert.deepEqual([hosts.get(wellId).hang, hosts.byName(wellId, 'web')?.stale], [null, false]);
    process.stdout.write(`# flagged after ${flaggedAfterMs} ms; the other host ${Math.round(slowestMs)} ms at most\n`);
  } finally {
    await hung.thawContainerd();
  }
  await kill;
  await until('the flag to go', 5_000, () => host().hang === null);
  await until('what happened to the container', 5_000, () => hosts.byName(1, 'web')?.state === 'exited');
  assert.ok(hosts.containersOf(1).every(({ stale }) => !stale));
});

test('the flag stays when the call is given up, and goes when the engine is well again', async () => {
  const { hosts } = stage.rooms;
  await hung.freezeContainerd();
  try {
    const top = hosts.engine(1).looks.processes(idOf(1, 'db'));
    await assert.rejects(top, /did not answer within 10 s/);
    assert.ok(host().hang);
    await new Promise((resolve) => setTimeout(resolve, 5_000));
    assert.ok(host().hang);
  } finally {
    await hung.thawContainerd();
  }
  await until('the flag to go', 10_000, () => host().hang === null);
});

test('one container that nothing can be done with is no hang, two are, although the engine reaches all that it needs', async () => {
  const { hosts } = stage.rooms;
  for (const name of ['one', 'two']) await hung.run(name);
  await until('both', 5_000, () => hosts.byName(1, 'two')?.state === 'running');
  const ids = ['one', 'two'].map((name) => idOf(1, name));
  const calls: Promise<void>[] = [];
  const freezeAndKill = async (id: string) => {
    await hung.freezeMinder(id);
    calls.push(hosts.engine(1).killContainer(id, {}));
  };
  try {
    await freezeAndKill(ids[0] ?? '');
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    const secondAtMs = Date.now();
    await freezeAndKill(ids[1] ?? '');
    await until('the flag', 15_000, () => host().hang !== null);
    assert.ok(Date.now() - secondAtMs >= 6_000, 'the first alone was no reason');
    assert.match(host().hang?.reason ?? '', /does not finish what it is told: to kill the container/);
  } finally {
    for (const id of ids) await hung.thawMinder(id);
  }
  await Promise.all(calls);
  await until('the flag to go', 5_000, () => host().hang === null);
});
