import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import * as v from 'valibot';
import type { Me, Page, RoleAnswer, SessionItem, UserAccount } from '../../../contract/index.ts';
import { activityQuery } from '../../../contract/index.ts';
import type { Scenario } from '../../scenario.ts';
import { openScenario, problemOf, scenarioPassword, testTable } from '../../scenario.ts';

let scenario: Scenario;
before(async () => {
  scenario = await openScenario();
});
after(() => scenario.close());

const users = '/api/v1/users';
const roles = '/api/v1/roles';
const bea = { username: 'bea', password: 'nineteen blue lamps', role: 'viewer' };
const idOf = async (username: string): Promise<number> => {
  const { json } = await scenario.ask('admin', `GET ${users}`);
  return (json as Page<UserAccount>).items.find((one) => one.username === username)?.id ?? 0;
};

testTable(
  () => scenario,
  [
    { name: 'is refused to nobody', as: 'nobody', call: `GET ${users}`, status: 401 },
    { name: 'is refused to an operator', as: 'operator', call: `GET ${users}`, status: 403 },
    { name: 'is refused to an operator', as: 'operator', call: `POST ${users}`, body: bea, status: 403 },
    {
      name: 'names every faulty field',
      as: 'admin',
      call: `POST ${users}`,
      body: { username: 'a b', password: 'short', role: '', isAdmin: true },
      status: 400,
      faults: ['username', 'password', 'role', 'isAdmin'],
    },
    {
      name: 'names what cannot be',
      as: 'admin',
      call: `POST ${users}`,
      body: { username: 'viewer', password: 'Passw0rd!', role: 'king' },
      status: 400,
      faults: ['username', 'password', 'role'],
    },
    {
      name: 'makes an account and shows no hash',
      as: 'admin',
      call: `POST ${users}`,
      body: bea,
      status: 201,
      check: ({ text }) => assert.doesNotMatch(text, /hash|argon/),
    },
    {
      name: 'keeps the last admin from losing his role',
      as: 'admin',
      call: `PATCH ${users}/1`,
      body: { role: 'viewer' },
      status: 409,
      code: 'CHR_PROTECTED',
    },
    {
      name: 'keeps the last admin from being disabled',
      as: 'admin',
      call: `PATCH ${users}/1`,
      body: { enabled: false },
      status: 409,
    },
    { name: 'keeps the last admin from being deleted', as: 'admin', call: `DELETE ${users}/1`, status: 409 },
    { name: 'knows no such account', as: 'admin', call: `DELETE ${users}/99`, status: 404 },
    { name: 'knows no such account', as: 'admin', call: `PATCH ${users}/99`, body: {}, status: 404 },
    {
      name: 'knows no such role',
      as: 'admin',
      call: `PATCH ${users}/2`,
      body: { role: 'king' },
      status: 400,
      faults: ['role'],
    },
    {
      name: 'refuses a common password',
      as: 'admin',
      call: `POST ${users}/2/password`,
      body: { password: 'Passw0rd!' },
      status: 400,
      faults: ['password'],
    },
    {
      name: 'shows the built-in roles first',
      as: 'admin',
      call: `GET ${roles}`,
      status: 200,
      check: ({ json }) =>
        assert.deepEqual(
          (json as Page<RoleAnswer>).items.map(({ id, name }) => [id, name]),
          [
            [null, 'admin'],
            [null, 'operator'],
            [null, 'viewer'],
          ],
        ),
    },
    {
      name: 'names every faulty field',
      as: 'admin',
      call: `POST ${roles}`,
      body: { name: '', permissions: ['fly'], scopes: [{}] },
      status: 400,
      faults: ['name', 'permissions.0', 'scopes.0'],
    },
    {
      name: 'refuses rights of the whole instance for some places',
      as: 'admin',
      call: `POST ${roles}`,
      body: { name: 'x', permissions: ['view', 'users'], scopes: [{ hostId: 1 }] },
      status: 400,
      faults: ['permissions'],
    },
    {
      name: 'refuses the name of a built-in one',
      as: 'admin',
      call: `POST ${roles}`,
      body: { name: 'Admin', permissions: ['view'] },
      status: 400,
      faults: ['name'],
    },
    {
      name: 'is refused to an operator',
      as: 'operator',
      call: `POST ${roles}`,
      body: { name: 'x', permissions: ['view'] },
      status: 403,
    },
    {
      name: 'knows no such role',
      as: 'admin',
      call: `PUT ${roles}/99`,
      body: { name: 'x', permissions: ['view'] },
      status: 404,
    },
    { name: 'knows no such role', as: 'admin', call: `DELETE ${roles}/99`, status: 404 },
    { name: 'is refused to nobody', as: 'nobody', call: 'GET /api/v1/me', status: 401 },
    {
      name: 'knows its zones',
      as: 'viewer',
      call: 'PATCH /api/v1/me',
      body: { timeZone: 'Mars/Olympus' },
      status: 400,
      faults: ['timeZone'],
    },
    {
      name: 'lets no one give oneself a role',
      as: 'viewer',
      call: 'PATCH /api/v1/me',
      body: { role: 'admin' },
      status: 400,
      faults: ['role'],
    },
    { name: 'has no such session', as: 'viewer', call: 'DELETE /api/v1/me/sessions/nothing', status: 404 },
  ],
);

test('sessions end when the role changes, the account is disabled or the password is set by somebody else', async () => {
  const isIn = async (who: string) => (await scenario.ask(who, 'GET /api/v1/session')).status === 200;
  const changes: [string, object][] = [
    ['PATCH', { role: 'operator' }],
    ['PATCH', { enabled: false }],
    ['POST', { password: 'twenty yellow lamps' }],
  ];
  for (const [i, [method, body]] of changes.entries()) {
    const who = `guest${i}`;
    await scenario.join(who, 'viewer');
    assert.ok(await isIn(who));
    const path = `${users}/${await idOf(who)}${method === 'POST' ? '/password' : ''}`;
    const reply = await scenario.ask('admin', `${method} ${path}`, { body });
    assert.ok(reply.status < 300, reply.text);
    assert.equal(await isIn(who), false, JSON.stringify(body));
  }
  const body = { username: 'guest1', password: scenarioPassword };
  assert.equal(
    (await scenario.ask('nobody', 'POST /api/v1/session', { body })).status,
    401,
    'a disabled one stays out',
  );
});

test('a deleted account is gone with its sessions', async () => {
  await scenario.join('leaver', 'operator');
  assert.equal((await scenario.ask('admin', `DELETE ${users}/${await idOf('leaver')}`)).status, 204);
  assert.equal((await scenario.ask('leaver', 'GET /api/v1/session')).status, 401);
});

test('a change of a role holds at once for everybody who has it, under its new name too; one in use stays', async () => {
  const input = { name: 'night shift', permissions: ['view'], scopes: [{ hostId: 1 }] };
  const { id } = (await scenario.ask('admin', `POST ${roles}`, { body: input })).json as RoleAnswer;
  await scenario.join('nina', 'night shift');
  const rights = async () => ((await scenario.ask('nina', 'GET /api/v1/me')).json as Me).permissions;
  assert.deepEqual(await rights(), ['view']);
  const wider = { name: 'night watch', permissions: ['view', 'logs'], scopes: null };
  assert.equal((await scenario.ask('admin', `PUT ${roles}/${id}`, { body: wider })).status, 200);
  assert.deepEqual(await rights(), ['view', 'logs']);
  assert.equal((await scenario.ask('admin', `DELETE ${roles}/${id}`)).status, 409);
  await scenario.ask('admin', `PATCH ${users}/${await idOf('nina')}`, { body: { role: 'viewer' } });
  assert.equal((await scenario.ask('admin', `DELETE ${roles}/${id}`)).status, 204);
});

test('who may manage accounts gives no rights that he lacks, and lays no hand on those who have more', async () => {
  const input = { name: 'clerk', permissions: ['view', 'users'] };
  await scenario.ask('admin', `POST ${roles}`, { body: input });
  await scenario.join('carl', 'clerk');
  const own = await idOf('carl');
  const refused: [string, object | undefined][] = [
    [`POST ${users}`, { username: 'eve', password: 'nineteen blue lamps', role: 'admin' }],
    [`PATCH ${users}/${own}`, { role: 'operator' }],
    [`POST ${users}/1/password`, { password: 'twenty yellow lamps' }],
    [`DELETE ${users}/1`, undefined],
    [`POST ${roles}`, { name: 'wide', permissions: ['exec'] }],
  ];
  for (const [call, body] of refused) {
    const reply = await scenario.ask('carl', call, body ? { body } : {});
    assert.equal(reply.status, 403, `${call}: ${reply.text}`);
  }
});

test('one sees where one is signed in, and ends one session without the others', async () => {
  await scenario.join('sam', 'viewer');
  const body = { username: 'sam', password: scenarioPassword };
  const second = await scenario.ask('nobody', 'POST /api/v1/session', { body, headers: { 'User-Agent': 'Phone' } });
  const Cookie = second.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
  const listed = ((await scenario.ask('sam', 'GET /api/v1/me/sessions')).json as Page<SessionItem>).items;
  assert.deepEqual(listed.map(({ userAgent, isCurrent }) => [userAgent, isCurrent]).sort(), [
    ['Phone', false],
    ['scenario', true],
  ]);
  const phone = listed.find(({ userAgent }) => userAgent === 'Phone')?.id;
  assert.equal((await scenario.ask('viewer', `DELETE /api/v1/me/sessions/${phone}`)).status, 404, "not another's");
  assert.equal((await scenario.ask('sam', `DELETE /api/v1/me/sessions/${phone}`)).status, 204);
  assert.equal((await scenario.ask('nobody', 'GET /api/v1/session', { headers: { Cookie } })).status, 401);
  assert.equal((await scenario.ask('sam', 'GET /api/v1/session')).status, 200);
});

test('what one likes is kept, and null gives it back', async () => {
  const likes = { language: 'pt-BR', timeZone: 'America/Sao_Paulo', theme: 'dark' };
  const changed = (await scenario.ask('viewer', 'PATCH /api/v1/me', { body: likes })).json as Me;
  assert.deepEqual([changed.language, changed.timeZone, changed.theme], Object.values(likes));
  const partly = (await scenario.ask('viewer', 'PATCH /api/v1/me', { body: { theme: null } })).json as Me;
  assert.deepEqual([partly.language, partly.theme], ['pt-BR', null]);
});

test('managing accounts wants a password that was typed lately, and is on record with before and after', async () => {
  await scenario.clock.advance(15 * 60_000);
  const late = await scenario.ask('admin', `POST ${users}`, { body: { ...bea, username: 'late' } });
  assert.equal(problemOf(late).code, 'CHR_CONFIRM_PASSWORD');
  const log = await scenario.activity.list(v.parse(activityQuery, { action: 'user.update', limit: '1000' }));
  assert.ok(log.items.some(({ message }) => message === 'role: viewer → operator'));
  assert.doesNotMatch(JSON.stringify(log), /lamps/);
});
