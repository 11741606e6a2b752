import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import * as v from 'valibot';
import { activityQuery } from '../../../contract/index.ts';
import type { Reply, Scenario } from '../../scenario.ts';
import { openScenario, scenarioPassword, testTable } from '../../scenario.ts';

let scenario: Scenario;
before(async () => {
  scenario = await openScenario();
});
after(() => scenario.close());

const right = { username: 'admin', password: scenarioPassword };
const cookiesOf = (reply: Reply): string[] => reply.headers['set-cookie'] ?? [];
const latest = async () => (await scenario.activity.list(v.parse(activityQuery, { limit: '1' }))).items[0];

testTable(
  () => scenario,
  [
    {
      name: 'signs in, answers who it is and sets a cookie that no script reads',
      as: 'nobody',
      call: 'POST /api/v1/session',
      body: right,
      status: 200,
      check: async (reply) => {
        const { user, insecure } = reply.json as { user: object; insecure: boolean };
        assert.deepEqual(user, { id: 1, username: 'admin', role: 'admin' });
        assert.equal(insecure, true);
        assert.match(
          cookiesOf(reply)[0] ?? '',
          /^chrontainer_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=2592000$/,
        );
        assert.equal((await latest())?.action, 'session.create');
      },
    },
    {
      name: 'refuses a wrong password',
      as: 'nobody',
      call: 'POST /api/v1/session',
      body: { ...right, password: 'wrong' },
      status: 401,
      code: 'CHR_WRONG_CREDENTIALS',
    },
    {
      name: 'refuses an unknown name in the same words',
      as: 'nobody',
      call: 'POST /api/v1/session',
      body: { username: 'nobody', password: 'wrong' },
      status: 401,
      code: 'CHR_WRONG_CREDENTIALS',
    },
    {
      name: 'names every faulty field',
      as: 'nobody',
      call: 'POST /api/v1/session',
      body: { username: 7, otp: '1' },
      status: 400,
      faults: ['username', 'password', 'otp'],
    },
    {
      name: 'refuses another site by Origin',
      as: 'nobody',
      call: 'POST /api/v1/session',
      body: right,
      headers: { Origin: 'https://evil.example' },
      status: 403,
      code: 'CHR_WRONG_ORIGIN',
    },
    {
      name: 'tells a stranger to sign in',
      as: 'nobody',
      call: 'GET /api/v1/session',
      status: 401,
      code: 'CHR_UNAUTHENTICATED',
    },
    {
      name: 'tells a viewer who he is',
      as: 'viewer',
      call: 'GET /api/v1/session',
      status: 200,
      check: ({ json }) => assert.deepEqual((json as { permissions: string[] }).permissions, ['view', 'logs']),
    },
    { name: 'tells a stranger to sign in first', as: 'nobody', call: 'DELETE /api/v1/session', status: 401 },
    { name: 'tells a stranger to sign in', as: 'nobody', call: 'POST /api/v1/me/password', body: {}, status: 401 },
    {
      name: 'wants both passwords',
      as: 'viewer',
      call: 'POST /api/v1/me/password',
      body: { newPassword: 'short' },
      status: 400,
      faults: ['currentPassword', 'newPassword'],
    },
    {
      name: 'refuses a wrong current password',
      as: 'viewer',
      call: 'POST /api/v1/me/password',
      body: { currentPassword: 'wrong', newPassword: 'nineteen blue lamps' },
      status: 400,
      faults: ['currentPassword'],
    },
    {
      name: 'refuses a common new password',
      as: 'viewer',
      call: 'POST /api/v1/me/password',
      body: { currentPassword: scenarioPassword, newPassword: 'Passw0rd!' },
      status: 400,
      faults: ['newPassword'],
    },
    {
      name: 'says that the setup is done',
      as: 'nobody',
      call: 'GET /api/v1/setup',
      status: 200,
      check: ({ json }) => assert.deepEqual(json, { needed: false, closesAt: null }),
    },
    {
      name: 'makes no second first account',
      as: 'nobody',
      call: 'POST /api/v1/setup',
      body: { username: 'eve', password: 'nineteen blue lamps' },
      status: 403,
      code: 'CHR_SETUP_CLOSED',
    },
  ],
);
