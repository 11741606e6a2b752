import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import * as v from 'valibot';
import type { ApiKey, NewApiKey, Page } from '../../../contract/index.ts';
import { activityQuery } from '../../../contract/index.ts';
import { waysIn } from '../../admission.ts';
import type { EdgeParts } from '../../http/index.ts';
import { route } from '../../http/index.ts';
import { Sight } from '../../policy/index.ts';
import type { Scenario } from '../../scenario.ts';
import { openScenario, problemOf, scenarioPassword, testTable } from '../../scenario.ts';
import { ApiKeys, apiKeyRoutes } from './index.ts';

const sight = new Sight({ containersOf: () => [], byName: () => undefined });
let scenario: Scenario;
let ways: Pick<EdgeParts, 'authenticate' | 'refresh'>;

/** Routes that say what a caller may do. */
const probes = (['view', 'operate', 'exec', 'users'] as const).map((access) =>
  route({
    method: 'POST',
    path: `/api/v1/probe/${access}`,
    access,
    isScoped: true,
    summary: 'a probe',
    tag: 'Test',
    answers: { 200: v.object({ actor: v.string(), hosts: v.array(v.number()) }) },
    handle: ({ caller: { actor, rights } }) => ({
      body: {
        actor: `${actor.kind} ${actor.name}`,
        hosts: [1, 2].filter((hostId) => rights.can(access, { hostId })),
      },
    }),
  }),
);

before(async () => {
  scenario = await openScenario({
    trustProxy: { kind: 'all' },
    authenticate: (credentials) => ways.authenticate(credentials),
    refresh: (caller) => ways.refresh(caller),
    routes: (rooms) => {
      const rightsOf = (role: string) => rooms.accounts.roles.rightsOf(role);
      const keys = new ApiKeys({ ...rooms, sight, rightsOf, hasHost: (hostId) => hostId <= 2 });
      ways = waysIn(rooms.accounts, keys);
      return [...apiKeyRoutes(keys), ...probes];
    },
  });
});
after(() => scenario.close());

const path = '/api/v1/api-keys';
const make = async (as: string, input: object): Promise<NewApiKey> => {
  const reply = await scenario.ask(as, `POST ${path}`, { body: { name: 'backup script', ...input } });
  assert.equal(reply.status, 201, reply.text);
  return reply.json as NewApiKey;
};
const probe = (key: string, access: string, headers: Record<string, string> = { 'X-API-Key': key }) =>
  scenario.ask('nobody', `POST /api/v1/probe/${access}`, { headers });
const statuses = async (key: string) => {
  const found: Record<string, number> = {};
  for (const access of ['view', 'operate', 'exec', 'users']) found[access] = (await probe(key, access)).status;
  return found;
};

testTable(
  () => scenario,
  [
    { name: 'is refused to nobody', as: 'nobody', call: `GET ${path}`, status: 401 },
    {
      name: 'is refused to nobody',
      as: 'nobody',
      call: `POST ${path}`,
      body: { name: 'x', scopes: ['read'] },
      status: 401,
    },
    {
      name: 'names every faulty field',
      as: 'viewer',
      call: `POST ${path}`,
      body: { name: '', scopes: ['all'], hosts: [], expiresAt: 'soon', key: 'chr_mine' },
      status: 400,
      faults: ['name', 'scopes.0', 'hosts', 'expiresAt', 'key'],
    },
    {
      name: 'wants a scope or a right',
      as: 'viewer',
      call: `POST ${path}`,
      body: { name: 'x' },
      status: 400,
      faults: ['scopes'],
    },
    {
      name: 'names what cannot be',
      as: 'viewer',
      call: `POST ${path}`,
      body: { name: 'x', permissions: ['view', 'exec'], hosts: [1, 7], expiresAt: '2020-01-01T00:00:00.000Z' },
      status: 400,
      faults: ['permissions.1', 'hosts.1', 'expiresAt'],
    },
    { name: 'knows no such key', as: 'admin', call: `DELETE ${path}/99`, status: 404 },
    { name: 'knows no such key', as: 'admin', call: `POST ${path}/99/rotate`, status: 404 },
  ],
);

test('a key has 256 random bits, is told once and stored as its hash', async () => {
  const made = await make('admin', { scopes: ['read'] });
  assert.match(made.key, /^chr_[\w-]{43}$/);
  assert.equal(made.prefix, made.key.slice(0, 12));
  const list = await scenario.ask('admin', `GET ${path}`);
  assert.ok((list.json as Page<ApiKey>).items.some(({ id }) => id === made.id));
  assert.ok(!list.text.includes(made.key));
  for (const table of ['api_keys', 'activity'] as const) {
    const rows = JSON.stringify(await scenario.db.selectFrom(table).selectAll().execute());
    assert.ok(!rows.includes(made.key.slice(12)), table);
  }
  assert.ok(!scenario.logged.join().includes(made.key.slice(12)));
});

test('each scope gives its rights and no more; the caller is the key, and the origin check is for cookies', async () => {
  const { key } = await make('admin', { scopes: ['read'] });
  assert.deepEqual(await statuses(key), { view: 200, operate: 403, exec: 403, users: 403 });
  const write = await make('admin', { scopes: ['write'] });
  assert.deepEqual(await statuses(write.key), { view: 200, operate: 200, exec: 403, users: 403 });
  const admin = await make('admin', { scopes: ['admin'] });
  assert.deepEqual(await statuses(admin.key), { view: 200, operate: 200, exec: 200, users: 200 });
  const single = await make('admin', { permissions: ['exec'] });
  assert.deepEqual(await statuses(single.key), { view: 403, operate: 403, exec: 200, users: 403 });
  const bearer = await probe(key, 'view', { Authorization: `Bearer ${key}`, Origin: 'https://elsewhere.example' });
  assert.equal(bearer.status, 200);
  assert.equal((bearer.json as { actor: string }).actor, 'api_key backup script of admin');
});

test('a key never exceeds its owner, and dies with him', async () => {
  const { key, grants } = await make('operator', { scopes: ['admin'] });
  assert.deepEqual(grants, ['view', 'logs', 'operate', 'schedules']);
  assert.deepEqual(await statuses(key), { view: 200, operate: 200, exec: 403, users: 403 });
  await scenario.db.updateTable('users').set({ role: 'viewer' }).where('username', '=', 'operator').execute();
  assert.equal((await probe(key, 'operate')).status, 403);
  await scenario.db.updateTable('users').set({ enabled: 0 }).where('username', '=', 'operator').execute();
  assert.equal((await probe(key, 'view')).status, 401);
  await scenario.db
    .updateTable('users')
    .set({ enabled: 1, role: 'operator' })
    .where('username', '=', 'operator')
    .execute();
});

test('a key can be limited to hosts, and belongs to no whole instance then', async () => {
  const { key } = await make('admin', { scopes: ['admin'], hosts: [2] });
  assert.deepEqual(((await probe(key, 'operate')).json as { hosts: number[] }).hosts, [2]);
  assert.equal((await probe(key, 'users')).status, 403);
});

test('a key that has expired, was rotated or revoked opens nothing, in the words of an unknown one', async () => {
  const expiresAt = new Date(scenario.clock.now() + 60_000).toISOString();
  const expiring = await make('admin', { scopes: ['read'], expiresAt });
  assert.equal((await probe(expiring.key, 'view')).status, 200);
  await scenario.clock.advance(60_000);
  const unknown = await probe(`chr_${'A'.repeat(43)}`, 'view');
  const expired = await probe(expiring.key, 'view');
  assert.equal(unknown.status, 401);
  assert.equal(problemOf(expired).detail, problemOf(unknown).detail);
  const first = await make('admin', { scopes: ['read'] });
  const second = (await scenario.ask('admin', `POST ${path}/${first.id}/rotate`)).json as NewApiKey;
  assert.equal((await probe(first.key, 'view')).status, 401);
  assert.equal((await probe(second.key, 'view')).status, 200);
  assert.equal((await scenario.ask('admin', `DELETE ${path}/${first.id}`)).status, 204);
  assert.equal((await probe(second.key, 'view')).status, 401);
  const log = await scenario.activity.list(v.parse(activityQuery, {}));
  const did = log.items.map(({ action, result }) => `${action} ${result}`);
  for (const line of ['api_key.create ok', 'api_key.rotate ok', 'api_key.delete ok', 'api_key.use refused']) {
    assert.ok(did.includes(line), line);
  }
});

test('a bad key is refused also where nobody need sign in or a session would do; a foreign bearer token is passed over', async () => {
  const bad = { 'X-API-Key': 'chr_wrong' };
  assert.equal((await scenario.ask('admin', 'GET /api/v1/session', { headers: bad })).status, 401);
  assert.equal((await scenario.ask('nobody', 'GET /api/v1/setup', { headers: bad })).status, 401);
  const foreign = { Authorization: 'Bearer eyJhbGciOi.foreign' };
  assert.equal((await scenario.ask('admin', 'GET /api/v1/session', { headers: foreign })).status, 200);
});

test('no key makes keys or changes passwords, whatever its scope', async () => {
  const { key } = await make('admin', { scopes: ['admin'] });
  const headers = { 'X-API-Key': key };
  const input = { body: { name: 'child', scopes: ['read'] }, headers };
  assert.equal((await scenario.ask('nobody', `POST ${path}`, input)).status, 403);
  const body = { currentPassword: scenarioPassword, newPassword: 'nineteen blue lamps' };
  assert.equal((await scenario.ask('nobody', 'POST /api/v1/me/password', { body, headers })).status, 403);
});

test("others' keys do not exist for those who may not manage users; an admin ends them but cannot have them", async () => {
  const { id } = await make('operator', { scopes: ['read'] });
  const own = (await scenario.ask('viewer', `GET ${path}`)).json as Page<ApiKey>;
  assert.deepEqual(own.items, []);
  assert.equal((await scenario.ask('viewer', `DELETE ${path}/${id}`)).status, 404);
  assert.equal((await scenario.ask('admin', `POST ${path}/${id}/rotate`)).status, 403);
  assert.equal((await scenario.ask('admin', `DELETE ${path}/${id}`)).status, 204);
});

test('many bad keys from one address are held up, and a good one beside them is not', async () => {
  const { key } = await make('admin', { scopes: ['read'] });
  let last = await probe('chr_bad', 'view');
  for (let tries = 0; tries < 40 && last.status !== 429; tries++) last = await probe('chr_bad', 'view');
  assert.equal(last.status, 429);
  assert.match(String(last.headers['ratelimit']), /^"api-keys";r=0;t=\d+$/);
  assert.ok(Number(last.headers['retry-after']) >= 1);
  assert.equal((await probe(key, 'view')).status, 200);
});

test('bad keys are counted by network: whoever has one of IPv6 cannot fill the log from ever new addresses', async () => {
  const lines = async () => (await scenario.activity.list(v.parse(activityQuery, { limit: '200' }))).items.length;
  const before = await lines();
  const found = new Set<number>();
  for (let i = 1; i <= 40; i++) {
    const headers = { 'X-API-Key': 'chr_bad', 'X-Forwarded-For': `2001:db8:7:7::${i.toString(16)}` };
    found.add((await probe('', 'view', headers)).status);
  }
  assert.deepEqual([...found], [401, 429]);
  assert.equal((await lines()) - before, 30);
});

test('a key is made only where the password was typed lately', async () => {
  await scenario.clock.advance(15 * 60_000);
  const input = { body: { name: 'late', scopes: ['read'] } };
  const late = await scenario.ask('viewer', `POST ${path}`, input);
  assert.equal(problemOf(late).code, 'CHR_CONFIRM_PASSWORD');
  const wrong = await scenario.ask('viewer', 'POST /api/v1/session/confirm', { body: { password: 'wrong' } });
  assert.equal(wrong.status, 400);
  assert.equal((await scenario.ask('viewer', `POST ${path}`, input)).status, 403);
  const body = { password: scenarioPassword };
  assert.equal((await scenario.ask('viewer', 'POST /api/v1/session/confirm', { body })).status, 204);
  assert.equal((await scenario.ask('viewer', `POST ${path}`, input)).status, 201);
});
