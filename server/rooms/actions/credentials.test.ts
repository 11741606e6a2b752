import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { sql } from 'kysely';
import type { Run } from '../../../contract/index.ts';
import type { LabEngine } from '../../../lab/engine.ts';
import { privateEngine } from '../../../lab/engine.ts';
import { freePort } from '../../../lab/free-port.ts';
import { makeImage } from '../../../lab/images.ts';
import type { LabPodman } from '../../../lab/podman.ts';
import { privatePodman } from '../../../lab/podman.ts';
import type { GuardedRegistry, Registry } from '../../../lab/registry.ts';
import { openRegistry, registryAccount, writeAccounts } from '../../../lab/registry.ts';
import type { TokenServer } from '../../../lab/token-server.ts';
import { openTokenServer } from '../../../lab/token-server.ts';
import { ada, on, Stage, targetOf } from '../../stage.ts';

/** The same images behind three doors: an open one, one that wants a password, one that wants a token. */
let registry: Registry;
let byPassword: GuardedRegistry;
let byToken: GuardedRegistry;
let tokens: TokenServer;
let docker: LabEngine;
let podman: LabPodman;
let onDocker: Stage;
let onPodman: Stage;
const folder = mkdtempSync(join(tmpdir(), 'chr-accounts-'));

before(async () => {
  [registry, tokens] = await Promise.all([openRegistry(), openTokenServer()]);
  byPassword = await registry.guarded({ htpasswd: { realm: 'lab', path: writeAccounts(folder) } });
  byToken = await registry.guarded(tokens.auth);
  // What has no registry in its name is asked for at the mirror first: a stand-in for Docker Hub that wants its account.
  const mirror = `--registry-mirror=http://127.0.0.1:${byPassword.port}`;
  [docker, podman] = await Promise.all([
    freePort().then((port) => privateEngine({ port, arguments: [mirror] })),
    privatePodman(byPassword.port, byToken.port),
  ]);
  await publish('old');
  await registry.push(docker, 'tiny:1', 'library/hubby:1');
  [onDocker, onPodman] = await Promise.all([Stage.open(docker.url), Stage.open(podman.url)]);
});
after(async () => {
  await Promise.all([onDocker.close(), onPodman.close()]);
  await Promise.all([docker.close(), podman.close()]);
  await Promise.all([byPassword.close(), byToken.close()]);
  await registry.close();
  tokens.close();
  rmSync(folder, { recursive: true });
});

const publish = async (mark: string, changes: string[] = []): Promise<void> => {
  await makeImage(docker, `${mark}:1`, mark, changes);
  await registry.push(docker, `${mark}:1`, 'private/shop:1');
};
const nothing = { realm: null, ca: null };
const store = (stage: Stage, host: string, account: { username: string; password: string } = registryAccount) =>
  stage.rooms.updates.registries.add({ host, ...account, ...nothing }, ada);
const pull = (stage: Stage, image: string, more: object = {}): Promise<Run> =>
  stage.run({ action: 'pull-image', hostId: 1, options: { image }, ...more });
const saidOf = (run: Run): [string, string] => [run.outcome, targetOf(run).message ?? ''];

const cases: [engine: string, door: string, stageOf: () => Stage, doorOf: () => GuardedRegistry][] = [
  ['Docker', 'a password', () => onDocker, () => byPassword],
  ['Docker', 'a token', () => onDocker, () => byToken],
  ['Podman', 'a password', () => onPodman, () => byPassword],
  ['Podman', 'a token', () => onPodman, () => byToken],
];
for (const [engine, door, stageOf, doorOf] of cases) {
  test(`${engine} fetches from a registry that wants ${door} with what is stored for it, and says what is missing`, async () => {
    const [stage, { port, nameOf }] = [stageOf(), doorOf()];
    const [host, image] = [`127.0.0.1:${port}`, nameOf('private/shop:1')];
    const without = await pull(stage, image, { retries: 2 });
    assert.deepEqual(saidOf(without), [
      'failed',
      `${host} wants credentials for private/shop: private, or not there. Give them in the settings, under Registries.`,
    ]);
    const { id } = await store(stage, host, { username: 'ada', password: 'wrong' });
    const wrong = await pull(stage, image, { retries: 2 });
    assert.deepEqual(saidOf(wrong), [
      'failed',
      `${host} does not take the credentials that are stored for it, or not for private/shop. Check them in the settings, under Registries.`,
    ]);
    assert.equal(targetOf(wrong).attempts, 1, 'what is refused is not tried again: accounts are locked by that');
    await stage.rooms.updates.registries.change(id, registryAccount, ada);
    const right = await pull(stage, image);
    assert.equal(right.outcome, 'succeeded', targetOf(right).message ?? '');
    const missing = await pull(stage, nameOf('private/none:1'));
    assert.equal(missing.outcome, 'failed');
    assert.match(targetOf(missing).message ?? '', /manifest unknown/);
  });
}

test('Docker Hub gets what is stored for it by the address that engines know it by', async () => {
  const { id } = await store(onDocker, 'registry-1.docker.io');
  const run = await pull(onDocker, 'hubby:1');
  assert.equal(run.outcome, 'succeeded', targetOf(run).message ?? '');
  await onDocker.rooms.updates.registries.remove(id, ada);
});

test('a job runs in a private image that has to be fetched', async () => {
  await registry.push(docker, 'tiny:1', 'private/job:1');
  await docker.request('DELETE', `/images/${registry.nameOf('private/job:1')}`);
  const job = { image: byPassword.nameOf('private/job:1'), command: ['true'] };
  const ran = await onDocker.run({ action: 'run', hostId: 1, options: job });
  assert.equal(ran.outcome, 'succeeded', targetOf(ran).message ?? '');
});

test('a container of a private image is updated by Docker and by Podman, and put back where the new one fails', {
  timeout: 60_000,
}, async () => {
  const image = byPassword.nameOf('private/shop:1');
  const engines = [
    { stage: onDocker, run: () => docker.run('shop', { more: { Image: image } }) },
    // The lab's containers of Podman are in no network.
    { stage: onPodman, run: () => podman.run('shop', { more: { Image: image, Env: ['KEEP=me'] } }) },
  ];
  const update = (stage: Stage) =>
    stage.run({ action: 'update', targets: on('shop'), options: { watchMs: 1000 } }).then(saidOf);
  const seen = async (stage: Stage) => {
    const document = await stage.rooms.hosts.engine(1).inspectRaw('shop');
    return { id: document['Id'], text: JSON.stringify(document) };
  };
  const old = await Promise.all(engines.map(({ run }) => run()));
  await publish('new');
  const made = await Promise.all(
    engines.map(async ({ stage }, index) => {
      const [outcome, message] = await update(stage);
      assert.deepEqual([outcome, /^updated to the image/.test(message)], ['succeeded', true], message);
      const is = await seen(stage);
      assert.ok(is.id !== old[index] && is.text.includes('MARK=new') && is.text.includes('"running"'), is.text);
      return is;
    }),
  );
  assert.ok(made[1]?.text.includes('KEEP=me'));
  await publish('broken', ['CMD ["/bin/sh","-c","exit 3"]']);
  await Promise.all(
    engines.map(async ({ stage }, index) => {
      const [outcome, message] = await update(stage);
      assert.deepEqual([outcome, /^rolled back: .*exit code 3/.test(message)], ['failed', true], message);
      const is = await seen(stage);
      assert.ok(is.id === made[index]?.id && is.text.includes('"running"'), is.text);
      assert.deepEqual((await stage.rooms.hosts.engine(1).listContainers()).length, 1);
    }),
  );
});

test('no credential is in what was kept of all that, but sealed', async () => {
  for (const { db } of [onDocker, onPodman]) {
    const { rows } = await sql<{ name: string }>`SELECT name FROM sqlite_master WHERE type = 'table'`.execute(db);
    const tables = rows.map(({ name }) => sql`SELECT * FROM ${sql.table(name)}`.execute(db));
    const kept = JSON.stringify((await Promise.all(tables)).map((table) => table.rows));
    assert.ok(kept.includes('pull-image') && kept.includes(registryAccount.username), 'the search finds what there is');
    const { username, password } = registryAccount;
    const inHeaders = Buffer.from(`${username}:${password}`).toString('base64');
    const header = Buffer.from(JSON.stringify({ username, password }).slice(0, -1));
    const inEngines = header.subarray(0, header.length - (header.length % 3)).toString('base64');
    for (const secret of [password, inHeaders, inEngines]) assert.ok(!kept.includes(secret));
  }
});
