import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { TOTP } from 'otpauth';
import type { Page, RecoveryCodes, SecondFactor, TotpStart, UserAccount } from '../../../../contract/index.ts';
import type { Reply, Scenario } from '../../../scenario.ts';
import { openScenario, problemOf, scenarioPassword, testTable, withScenario } from '../../../scenario.ts';

const path = '/api/v1/me/second-factor';
const minuteMs = 60_000;

const codeOf = (secret: string, scenario: Scenario, steps = 0): string =>
  new TOTP({ secret }).generate({ timestamp: scenario.clock.now() + steps * 30_000 });

/** Switches it on for an account; answers with the secret and the recovery codes. */
const enable = async (scenario: Scenario, who: string): Promise<{ secret: string; codes: string[] }> => {
  const { secret } = (await scenario.ask(who, `POST ${path}/totp`)).json as TotpStart;
  const code = codeOf(secret, scenario);
  const reply = await scenario.ask(who, `POST ${path}/totp/confirm`, { body: { code } });
  assert.equal(reply.status, 200, reply.text);
  scenario.clock.advance(minuteMs);
  return { secret, codes: (reply.json as RecoveryCodes).recoveryCodes };
};

const signIn = (scenario: Scenario, username: string, more: object = {}): Promise<Reply> =>
  scenario.ask('nobody', 'POST /api/v1/session', { body: { username, password: scenarioPassword, ...more } });

const stateOf = async (scenario: Scenario, who: string): Promise<SecondFactor> =>
  (await scenario.ask(who, `GET ${path}`)).json as SecondFactor;

test('a secret that was begun changes nothing until the app has shown a code of it', () =>
  withScenario({}, async (scenario) => {
    const { secret } = (await scenario.ask('viewer', `POST ${path}/totp`)).json as TotpStart;
    assert.equal((await signIn(scenario, 'viewer')).status, 200);
    const wrong = { code: codeOf(secret, scenario, 10) };
    const refused = await scenario.ask('viewer', `POST ${path}/totp/confirm`, { body: wrong });
    assert.deepEqual(
      problemOf(refused).errors?.map((one) => one.path),
      ['code'],
    );
    assert.equal((await stateOf(scenario, 'viewer')).totpSince, null);
  }));

test('with a second factor the password alone does not lead in, and a code does, once', () =>
  withScenario({}, async (scenario) => {
    const { secret } = await enable(scenario, 'viewer');
    const asked = await signIn(scenario, 'viewer');
    assert.equal(asked.status, 401);
    assert.equal(problemOf(asked).code, 'CHR_SECOND_FACTOR');
    assert.deepEqual(
      problemOf(asked).errors?.map((one) => one.path),
      ['totp', 'recoveryCode'],
    );
    assert.equal(asked.headers['set-cookie'], undefined);
    const totp = codeOf(secret, scenario);
    assert.equal((await signIn(scenario, 'viewer', { totp })).status, 200);
    const again = await signIn(scenario, 'viewer', { totp });
    assert.equal(again.status, 401);
    assert.match(problemOf(again).detail, /was used before/);
    const before = codeOf(secret, scenario, -1);
    assert.equal((await signIn(scenario, 'viewer', { totp: before })).status, 401, 'nor does an older one');
    assert.equal((await signIn(scenario, 'viewer', { totp: codeOf(secret, scenario, 1) })).status, 200);
  }));

test('of two sign-ins at once with the same code one gets in', () =>
  withScenario({}, async (scenario) => {
    const { secret } = await enable(scenario, 'viewer');
    const totp = codeOf(secret, scenario);
    const replies = await Promise.all([1, 2, 3].map(() => signIn(scenario, 'viewer', { totp })));
    assert.deepEqual(replies.map(({ status }) => status).sort(), [200, 401, 401]);
  }));

test('a wrong password tells nothing of a second factor, whatever code comes with it', () =>
  withScenario({}, async (scenario) => {
    const { secret } = await enable(scenario, 'viewer');
    const totp = codeOf(secret, scenario);
    const reply = await signIn(scenario, 'viewer', { password: 'not this one', totp });
    assert.equal(problemOf(reply).code, 'CHR_WRONG_CREDENTIALS');
    assert.equal((await signIn(scenario, 'viewer', { totp })).status, 200, 'and does not use the code up');
  }));

test('ten recovery codes are told once, each leads in once, however it is typed, and new ones end the old', () =>
  withScenario({}, async (scenario) => {
    const { codes } = await enable(scenario, 'viewer');
    assert.equal(new Set(codes).size, 10);
    const [first = '', second = '', third = ''] = codes;
    assert.match(first, /^[a-z2-9]{4}(-[a-z2-9]{4}){3}$/);
    assert.equal((await signIn(scenario, 'viewer', { recoveryCode: first })).status, 200);
    assert.equal((await signIn(scenario, 'viewer', { recoveryCode: first })).status, 401);
    const shouted = second.toUpperCase().replaceAll('-', ' ');
    assert.equal((await signIn(scenario, 'viewer', { recoveryCode: shouted })).status, 200);
    assert.equal((await stateOf(scenario, 'viewer')).recoveryCodesLeft, 8);
    const fresh = (await scenario.ask('viewer', `POST ${path}/recovery-codes`)).json as RecoveryCodes;
    assert.equal((await signIn(scenario, 'viewer', { recoveryCode: third })).status, 401);
    assert.equal((await signIn(scenario, 'viewer', { recoveryCode: fresh.recoveryCodes[0] })).status, 200);
  }));

test('the database holds the secret sealed and the codes hashed, and no log has either', () =>
  withScenario({}, async (scenario) => {
    const { secret, codes } = await enable(scenario, 'viewer');
    const rows = [
      ...(await scenario.db.selectFrom('totp_secrets').selectAll().execute()),
      ...(await scenario.db.selectFrom('recovery_codes').selectAll().execute()),
      ...(await scenario.db.selectFrom('activity').selectAll().execute()),
    ];
    const written = JSON.stringify(rows) + scenario.logged.join('');
    for (const text of [secret, ...codes]) assert.ok(!written.includes(text));
  }));

test('who knows the password and guesses codes has to wait longer and longer, and the log tells of it', () =>
  withScenario({}, async (scenario) => {
    await enable(scenario, 'viewer');
    const statuses: number[] = [];
    for (let i = 0; i < 25; i++) {
      const reply = await signIn(scenario, 'viewer', { totp: String(100_000 + i) });
      statuses.push(reply.status);
      scenario.clock.advance(10_000);
    }
    const looked = statuses.filter((status) => status === 401).length;
    assert.ok(looked <= 14, `${looked} of 25 guesses were looked at`);
    const failed = scenario.db.selectFrom('activity').select('message').where('result', '=', 'failed').execute();
    const told = (await failed).filter(({ message }) => message?.includes('the second factor was not'));
    assert.equal(told.length, looked);
  }));

test('asking without a code is no guess, but does not give back wrong codes either', () =>
  withScenario({}, async (scenario) => {
    await enable(scenario, 'viewer');
    for (let i = 0; i < 12; i++) assert.equal((await signIn(scenario, 'viewer')).status, 401);
    let looked = 0;
    for (let i = 0; i < 20; i++) {
      if ((await signIn(scenario, 'viewer', { totp: '000000' })).status === 401) looked += 1;
      await signIn(scenario, 'viewer');
    }
    assert.ok(looked < 10, `${looked} wrong codes at once`);
  }));

test('switching it on ends the other sessions, and off it is asked for no more', () =>
  withScenario({}, async (scenario) => {
    const elsewhere = await signIn(scenario, 'viewer');
    const cookie = String(elsewhere.headers['set-cookie']).split(';')[0] ?? '';
    await enable(scenario, 'viewer');
    const asElse = await scenario.ask('nobody', 'GET /api/v1/session', { headers: { Cookie: cookie } });
    assert.equal(asElse.status, 401);
    assert.equal((await scenario.ask('viewer', 'GET /api/v1/session')).status, 200);
    assert.equal((await scenario.ask('viewer', `POST ${path}/totp`)).status, 409, 'it is on already');
    assert.equal((await scenario.ask('viewer', `DELETE ${path}/totp`)).status, 204);
    assert.equal((await signIn(scenario, 'viewer')).status, 200);
    const state = await stateOf(scenario, 'viewer');
    assert.deepEqual([state.totpSince, state.recoveryCodesLeft], [null, 0]);
  }));

test('on and off want a password that was typed lately', () =>
  withScenario({}, async (scenario) => {
    await enable(scenario, 'viewer');
    scenario.clock.advance(16 * minuteMs);
    for (const call of [`POST ${path}/totp`, `DELETE ${path}/totp`, `POST ${path}/recovery-codes`]) {
      assert.equal(problemOf(await scenario.ask('viewer', call)).code, 'CHR_CONFIRM_PASSWORD', call);
    }
  }));

test('an admin sees who has a second factor, and takes it away from somebody who has lost it', () =>
  withScenario({}, async (scenario) => {
    await enable(scenario, 'viewer');
    const users = async () => ((await scenario.ask('admin', 'GET /api/v1/users')).json as Page<UserAccount>).items;
    const viewer = (await users()).find(({ username }) => username === 'viewer');
    assert.equal(viewer?.hasSecondFactor, true);
    assert.equal((await scenario.ask('admin', `DELETE /api/v1/users/${viewer.id}/second-factor`)).status, 204);
    assert.equal((await scenario.ask('viewer', 'GET /api/v1/session')).status, 401, 'its sessions have ended');
    assert.equal((await signIn(scenario, 'viewer')).status, 200);
    assert.ok((await users()).every(({ hasSecondFactor }) => !hasSecondFactor));
  }));

let scenario: Scenario;
before(async () => {
  scenario = await openScenario();
});
after(() => scenario.close());

testTable(
  () => scenario,
  [
    { name: 'is for who is signed in', as: 'nobody', call: `GET ${path}`, status: 401 },
    { name: 'is for who is signed in', as: 'nobody', call: `POST ${path}/totp`, status: 401 },
    { name: 'has nothing to end', as: 'viewer', call: `DELETE ${path}/totp`, status: 404 },
    { name: 'needs a second factor', as: 'viewer', call: `POST ${path}/recovery-codes`, status: 409 },
    {
      name: 'needs that something was begun',
      as: 'viewer',
      call: `POST ${path}/totp/confirm`,
      body: { code: '123456' },
      status: 409,
    },
    {
      name: 'names every faulty field',
      as: 'viewer',
      call: `POST ${path}/totp/confirm`,
      body: { code: 1, userId: 1 },
      status: 400,
      faults: ['code', 'userId'],
    },
    { name: 'is refused to an operator', as: 'operator', call: 'DELETE /api/v1/users/1/second-factor', status: 403 },
    { name: 'knows no such account', as: 'admin', call: 'DELETE /api/v1/users/99/second-factor', status: 404 },
  ],
);
