import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { RegistryTest, Registry as StoredRegistry } from '../../../contract/index.ts';
import type { LabEngine } from '../../../lab/engine.ts';
import { privateEngine } from '../../../lab/engine.ts';
import { freePort } from '../../../lab/free-port.ts';
import type { GuardedRegistry, Registry } from '../../../lab/registry.ts';
import { openRegistry, registryAccount, writeAccounts } from '../../../lab/registry.ts';
import type { TokenServer } from '../../../lab/token-server.ts';
import { openTokenServer } from '../../../lab/token-server.ts';
import type { Rooms } from '../../assembly/index.ts';
import { createRooms } from '../../assembly/index.ts';
import { systemClock } from '../../clock/index.ts';
import { connectEngine } from '../../engine/index.ts';
import { createLogger } from '../../log/index.ts';
import type { Scenario } from '../../scenario.ts';
import { openScenario, problemOf, testTable } from '../../scenario.ts';
import { scenarioSecrets } from '../../scenario-secrets.ts';
import { updateRoutes } from './index.ts';

const log = createLogger({ level: 'error', isPretty: false, write: () => undefined });
const folder = mkdtempSync(join(tmpdir(), 'chr-accounts-'));
let engine: LabEngine;
let registry: Registry;
let byPassword: GuardedRegistry;
let byToken: GuardedRegistry;
let tokens: TokenServer;
let rooms: Rooms;
let scenario: Scenario;

before(async () => {
  [engine, registry, tokens] = await Promise.all([
    freePort().then((port) => privateEngine({ port, network: true })),
    openRegistry(),
    openTokenServer(),
  ]);
  await registry.push(engine, 'tiny:1', 'private/tiny:1');
  byPassword = await registry.guarded({ htpasswd: { realm: 'lab', path: writeAccounts(folder) } });
  byToken = await registry.guarded(tokens.auth);
  scenario = await openScenario({
    clock: systemClock,
    routes: async ({ db, bus }) => {
      const ground = { db, bus, clock: systemClock, log, connect: connectEngine, secrets: scenarioSecrets };
      rooms = await createRooms({ ...ground, localUrl: engine.url, timeZone: 'UTC', ownContainerId: null });
      await rooms.settings.update({ allowPrivateAddresses: true }, { kind: 'user', id: 1, name: 'ada', address: null });
      return updateRoutes(rooms);
    },
  });
});
after(async () => {
  await rooms.stop(0);
  await scenario.close();
  await Promise.all([byPassword.close(), byToken.close()]);
  await registry.close();
  await engine.close();
  tokens.close();
  rmSync(folder, { recursive: true });
});

const path = '/api/v1/registries';
const add = async (host: string, more: object = registryAccount): Promise<StoredRegistry> => {
  const reply = await scenario.ask('admin', `POST ${path}`, { body: { host, ...more } });
  assert.equal(reply.status, 201, reply.text);
  return reply.json as StoredRegistry;
};
const tryOut = async (id: number, image = 'private/tiny:1'): Promise<RegistryTest> => {
  const reply = await scenario.ask('admin', `POST ${path}/${id}/test`, { body: { image } });
  assert.equal(reply.status, 200, reply.text);
  return reply.json as RegistryTest;
};

testTable(
  () => scenario,
  [
    { name: 'is closed to nobody', as: 'nobody', call: `GET ${path}`, status: 401 },
    { name: 'is not for who may not see the settings', as: 'operator', call: `GET ${path}`, status: 403 },
    {
      name: 'names what cannot be, all at once',
      as: 'admin',
      call: `POST ${path}`,
      body: { host: 'https://ghcr.io/', username: 'a:b', realm: 'ftp://x', ca: 'x' },
      status: 400,
      faults: ['host', 'username', 'realm', 'ca'],
    },
    {
      name: 'wants a name and a password together',
      as: 'admin',
      call: `POST ${path}`,
      body: { host: 'ghcr.io', username: 'ada' },
      status: 400,
      faults: ['password'],
    },
  ],
);

test('a password is kept sealed and never told again, and the activity log has the host alone', async () => {
  const stored = await add('index.docker.io', { username: 'ada', password: 'a secret token' });
  assert.deepEqual(
    [stored.host, stored.username, stored.hasPassword, stored.insecure],
    ['docker.io', 'ada', true, false],
  );
  const list = await scenario.ask('admin', `GET ${path}`);
  assert.doesNotMatch(list.text, /a secret token/);
  const row = await scenario.db
    .selectFrom('registries')
    .selectAll()
    .where('id', '=', stored.id)
    .executeTakeFirstOrThrow();
  assert.match(row.password ?? '', /^1\.[0-9a-f]{8}\./);
  const { items } = await scenario.activity.list({ limit: 10 });
  const made = items.find(({ action }) => action === 'registry.create');
  assert.deepEqual([made?.target, made?.message], ['docker.io', null]);
  const again = await scenario.ask('admin', `POST ${path}`, { body: { host: 'docker.io' } });
  assert.equal(again.status, 409);
});

test('the test says whether credentials are good, by asking for an image', async () => {
  const host = `127.0.0.1:${byPassword.port}`;
  const stored = await add(host, { username: 'ada', password: 'wrong' });
  assert.equal(stored.insecure, true);
  const wrong = await tryOut(stored.id);
  assert.deepEqual([wrong.ok, /Check the credentials/.test(wrong.message)], [false, true]);
  const body = { password: registryAccount.password };
  assert.equal((await scenario.ask('admin', `PATCH ${path}/${stored.id}`, { body })).status, 200);
  const right = await tryOut(stored.id);
  assert.deepEqual([right.ok, /private\/tiny is sha256:/.test(right.message)], [true, true]);
  assert.equal((await tryOut(stored.id, `${host}/private/tiny:1`)).ok, true);
  assert.equal((await tryOut(stored.id, '../etc')).ok, false);
});

test('a token server is named before anything goes there, and approving it asks for the password again', async () => {
  const stored = await add(`127.0.0.1:${byToken.port}`);
  tokens.asked.length = 0;
  const before = await tryOut(stored.id);
  assert.deepEqual([before.ok, before.realm, tokens.asked], [false, tokens.url, []]);
  const call = `PATCH ${path}/${stored.id}`;
  const refused = await scenario.ask('admin', call, { body: { realm: tokens.url } });
  assert.deepEqual([refused.status, problemOf(refused).errors?.[0]?.path], [400, 'password']);
  const body = { realm: tokens.url, password: registryAccount.password };
  assert.equal((await scenario.ask('admin', call, { body })).status, 200);
  assert.equal((await tryOut(stored.id)).ok, true);
  assert.deepEqual(tokens.asked, [{ scope: 'repository:private/tiny:pull', service: 'lab-registry', username: 'ada' }]);
});

test('an entry without credentials any more asks as nobody, and one that was removed is gone', async () => {
  const { json } = await scenario.ask('admin', `GET ${path}`);
  const { items } = json as { items: StoredRegistry[] };
  const one = items.find(({ host }) => host === `127.0.0.1:${byPassword.port}`);
  assert.ok(one);
  const changed = await scenario.ask('admin', `PATCH ${path}/${one.id}`, { body: { username: null } });
  assert.deepEqual([changed.status, (changed.json as StoredRegistry).hasPassword], [200, false]);
  assert.equal((await tryOut(one.id)).ok, false);
  assert.equal((await scenario.ask('admin', `DELETE ${path}/${one.id}`)).status, 204);
  assert.equal((await scenario.ask('admin', `DELETE ${path}/${one.id}`)).status, 404);
});

test('a pause that a registry asked for outlives a restart of the program', async () => {
  const untilMs = Date.now() + 600_000;
  rooms.updates.client.budget.pause('ghcr.io', '600');
  const pauses = () => scenario.db.selectFrom('registry_pauses').selectAll().execute();
  for (let i = 0; i < 100 && (await pauses()).length === 0; i += 1) await systemClock.sleep(20);
  const [row] = await pauses();
  assert.ok(row && row.registry === 'ghcr.io' && Math.abs(row.until_at - untilMs) < 5_000);
  rooms.updates.client.budget.recall('ghcr.io', 0);
  await rooms.updates.start();
  assert.equal(rooms.updates.client.budget.pausedUntil('ghcr.io'), row.until_at);
});
