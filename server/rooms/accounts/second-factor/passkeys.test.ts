import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PasskeyOptions, RecoveryCodes, SecondFactor } from '../../../../contract/index.ts';
import type { Twist } from '../../../../lab/authenticator.ts';
import { Authenticator } from '../../../../lab/authenticator.ts';
import type { Reply, Scenario } from '../../../scenario.ts';
import { problemOf, scenarioPassword, withScenario } from '../../../scenario.ts';
import { siteOf } from './site.ts';

const path = '/api/v1/me/second-factor';
const headers = { Host: 'localhost:5000' };
const origin = 'http://localhost:5000';
const minuteMs = 60_000;

const ask = (scenario: Scenario, who: string, call: string, body?: object): Promise<Reply> =>
  scenario.ask(who, call, { headers, ...(body ? { body } : {}) });

const challengeOf = async (scenario: Scenario, who: string, call: string): Promise<PasskeyOptions> => {
  const reply = await ask(scenario, who, call);
  assert.equal(reply.status, 200, reply.text);
  return reply.json as PasskeyOptions;
};

const add = async (scenario: Scenario, who: string, key: Authenticator, twist?: Twist): Promise<Reply> => {
  const options = await challengeOf(scenario, who, `POST ${path}/passkeys/challenge`);
  return ask(scenario, who, `POST ${path}/passkeys`, { name: 'Laptop', made: key.make(options, twist) });
};

const toSignIn = (scenario: Scenario) => challengeOf(scenario, 'nobody', 'POST /api/v1/session/passkey/challenge');

const signIn = async (scenario: Scenario, key: Authenticator, twist?: Twist): Promise<Reply> =>
  ask(scenario, 'nobody', 'POST /api/v1/session/passkey', { passkey: key.show(await toSignIn(scenario), twist) });

const stateOf = async (scenario: Scenario, who: string): Promise<SecondFactor> =>
  (await scenario.ask(who, `GET ${path}`)).json as SecondFactor;

test('a passkey signs in without a password, and is then asked for beside it', () =>
  withScenario({}, async (scenario) => {
    const key = new Authenticator(origin);
    const added = await add(scenario, 'viewer', key);
    assert.equal(added.status, 201, added.text);
    assert.equal((added.json as RecoveryCodes).recoveryCodes.length, 10, 'the first second factor brings codes');
    const alone = await signIn(scenario, key);
    assert.equal(alone.status, 200, alone.text);
    assert.match(alone.text, /"username":"viewer"/);
    assert.match(String(alone.headers['set-cookie']), /chrontainer_session=.*HttpOnly/);

    const typed = { username: 'viewer', password: scenarioPassword };
    const asked = await ask(scenario, 'nobody', 'POST /api/v1/session', typed);
    assert.deepEqual(
      problemOf(asked).errors?.map((one) => one.path),
      ['recoveryCode', 'passkey'],
    );
    const passkey = key.show(await toSignIn(scenario));
    assert.equal((await ask(scenario, 'nobody', 'POST /api/v1/session', { ...typed, passkey })).status, 200);
  }));

test('a passkey confirms what reaches far as the password does, once, and only of the account that is signed in', () =>
  withScenario({}, async (scenario) => {
    const [mine, theirs] = [new Authenticator(origin), new Authenticator(origin)];
    await add(scenario, 'admin', mine);
    await add(scenario, 'operator', theirs);
    await scenario.clock.advance(16 * minuteMs);
    const far = () => ask(scenario, 'admin', 'POST /api/v1/roles', { name: 'some', permissions: ['view'] });
    const confirm = async (key: Authenticator) =>
      ask(scenario, 'admin', 'POST /api/v1/session/confirm', { passkey: key.show(await toSignIn(scenario)) });
    assert.equal(problemOf(await far()).code, 'CHR_CONFIRM_PASSWORD');
    const foreign = await confirm(theirs);
    assert.deepEqual([foreign.status, problemOf(foreign).errors?.[0]?.path], [400, 'passkey']);
    assert.equal(problemOf(await far()).code, 'CHR_CONFIRM_PASSWORD');
    const passkey = mine.show(await toSignIn(scenario));
    const send = () => ask(scenario, 'admin', 'POST /api/v1/session/confirm', { passkey });
    assert.equal((await send()).status, 204);
    assert.equal((await far()).status, 201);
    assert.equal((await send()).status, 400);
    const failed = await scenario.db.selectFrom('activity').select('action').where('result', '=', 'failed').execute();
    assert.deepEqual(
      failed.map(({ action }) => action),
      ['session.confirm', 'session.confirm'],
    );
  }));

test("another account's passkey is none beside my password", () =>
  withScenario({}, async (scenario) => {
    const [mine, theirs] = [new Authenticator(origin), new Authenticator(origin)];
    await add(scenario, 'viewer', mine);
    await add(scenario, 'operator', theirs);
    const passkey = theirs.show(await toSignIn(scenario));
    const typed = { username: 'viewer', password: scenarioPassword, passkey };
    const reply = await ask(scenario, 'nobody', 'POST /api/v1/session', typed);
    assert.equal(problemOf(reply).code, 'CHR_SECOND_FACTOR');
  }));

test('what a passkey said counts once, also when it is sent twice at once, and for five minutes only', () =>
  withScenario({}, async (scenario) => {
    const key = new Authenticator(origin);
    await add(scenario, 'viewer', key);
    const passkey = key.show(await toSignIn(scenario));
    const send = () => ask(scenario, 'nobody', 'POST /api/v1/session/passkey', { passkey });
    const statuses = (await Promise.all([send(), send(), send()])).map(({ status }) => status);
    assert.deepEqual(statuses.sort(), [200, 401, 401]);
    assert.equal((await send()).status, 401);
    const late = key.show(await toSignIn(scenario));
    scenario.clock.advance(5 * minuteMs);
    assert.equal((await ask(scenario, 'nobody', 'POST /api/v1/session/passkey', { passkey: late })).status, 401);
    assert.equal((await signIn(scenario, key)).status, 200);
  }));

test('an authenticator that counts nothing is replayed no more than one that counts', () =>
  withScenario({}, async (scenario) => {
    const key = new Authenticator(origin);
    await add(scenario, 'viewer', key, { counter: 0 });
    const passkey = key.show(await toSignIn(scenario), { counter: 0 });
    const send = () => ask(scenario, 'nobody', 'POST /api/v1/session/passkey', { passkey });
    const statuses = (await Promise.all([send(), send()])).map(({ status }) => status);
    assert.deepEqual(statuses.sort(), [200, 401]);
    assert.equal((await signIn(scenario, key, { counter: 0 })).status, 200, 'a new challenge is another matter');
  }));

const twists: [string, Twist][] = [
  ['from the page of another site', { origin: 'https://phishing.example' }],
  ['for another port of this host', { origin: 'http://localhost:6000' }],
  ['by an authenticator that means another site', { rpId: 'phishing.example' }],
  ['without a check of who holds it', { hasChecked: false }],
];
for (const [what, twist] of twists) {
  test(`a passkey is neither made nor shown ${what}`, () =>
    withScenario({}, async (scenario) => {
      const key = new Authenticator(origin);
      assert.equal((await add(scenario, 'viewer', key, twist)).status, 400);
      assert.equal((await add(scenario, 'viewer', key)).status, 201);
      assert.equal((await signIn(scenario, key, twist)).status, 401);
      assert.equal((await signIn(scenario, key)).status, 200);
    }));
}

test('a counter that has gone back leads nowhere: the passkey was copied', () =>
  withScenario({}, async (scenario) => {
    const key = new Authenticator(origin);
    await add(scenario, 'viewer', key);
    assert.equal((await signIn(scenario, key, { counter: 40 })).status, 200);
    assert.equal((await signIn(scenario, key, { counter: 40 })).status, 401);
    assert.equal((await signIn(scenario, key, { counter: 39 })).status, 401);
    assert.equal((await signIn(scenario, key, { counter: 41 })).status, 200);
  }));

test('a challenge is good for what it was made for, and for whom', () =>
  withScenario({}, async (scenario) => {
    const key = new Authenticator(origin);
    const theirs = await challengeOf(scenario, 'operator', `POST ${path}/passkeys/challenge`);
    for (const options of [theirs, await toSignIn(scenario), { challenge: Buffer.alloc(56).toString('base64url') }]) {
      const body = { name: 'Laptop', made: key.make(options) };
      assert.equal((await ask(scenario, 'viewer', `POST ${path}/passkeys`, body)).status, 400);
    }
    const options = await challengeOf(scenario, 'viewer', `POST ${path}/passkeys/challenge`);
    const body = { name: 'Laptop', made: key.make(options) };
    assert.equal((await ask(scenario, 'viewer', `POST ${path}/passkeys`, body)).status, 201);
    assert.equal((await ask(scenario, 'viewer', `POST ${path}/passkeys`, body)).status, 400, 'once');
  }));

test('a passkey of this host is none of another that a caller names, and a number has none', () =>
  withScenario({}, async (scenario) => {
    const key = new Authenticator(origin);
    await add(scenario, 'viewer', key);
    const elsewhere = { Host: 'evil.example' };
    const begun = await scenario.ask('nobody', 'POST /api/v1/session/passkey/challenge', { headers: elsewhere });
    const passkey = key.show(begun.json as PasskeyOptions, { origin: 'http://evil.example', rpId: 'evil.example' });
    const body = { passkey };
    const call = 'POST /api/v1/session/passkey';
    assert.equal((await scenario.ask('nobody', call, { body, headers: elsewhere })).status, 401);
    const byNumber = await scenario.ask('nobody', `${call}/challenge`, { headers: { Host: '192.0.2.7:5000' } });
    assert.match(problemOf(byNumber).detail, /a name, not to a number/);
  }));

test('with BASE_URL the passkeys are those of its host, whatever host a caller names', () => {
  const base = siteOf('https://chr.example.org', 'evil.example');
  assert.deepEqual(base, { rpId: 'chr.example.org', origins: ['https://chr.example.org'] });
  assert.deepEqual(siteOf(null, 'nas.lan:5000').origins, ['http://nas.lan:5000', 'https://nas.lan:5000']);
  for (const host of ['[::1]:5000', '10.0.0.1', '', 'a b']) assert.throws(() => siteOf(null, host), /a name/);
});

test('a disabled account is not led in, and passkeys are named and removed by their owner alone', () =>
  withScenario({}, async (scenario) => {
    const key = new Authenticator(origin);
    await add(scenario, 'viewer', key);
    const [passkey] = (await stateOf(scenario, 'viewer')).passkeys;
    const one = `${path}/passkeys/${passkey?.id}`;
    assert.equal((await scenario.ask('operator', `DELETE ${one}`)).status, 404);
    assert.equal((await scenario.ask('operator', `PATCH ${one}`, { body: { name: 'Mine' } })).status, 404);
    await scenario.db.updateTable('users').set({ enabled: 0 }).where('username', '=', 'viewer').execute();
    assert.equal((await signIn(scenario, key)).status, 401);
    await scenario.db.updateTable('users').set({ enabled: 1 }).where('username', '=', 'viewer').execute();
    assert.equal((await scenario.ask('viewer', `PATCH ${one}`, { body: { name: 'Phone' } })).status, 200);
    const state = await stateOf(scenario, 'viewer');
    assert.deepEqual([state.passkeys[0]?.name, state.passkeys[0]?.site], ['Phone', 'localhost']);
    assert.equal((await scenario.ask('viewer', `DELETE ${one}`)).status, 204);
    const left = await stateOf(scenario, 'viewer');
    assert.deepEqual([left.passkeys, left.recoveryCodesLeft], [[], 0]);
    assert.equal((await signIn(scenario, key)).status, 401);
  }));

test('who sends passkeys that are none has to wait after thirty, whichever address of a network he takes', () =>
  withScenario({ trustProxy: { kind: 'hops', count: 1 } }, async (scenario) => {
    const key = new Authenticator(origin);
    const passkey = key.show(await toSignIn(scenario));
    const send = (from: string) =>
      scenario.ask('nobody', 'POST /api/v1/session/passkey', {
        body: { passkey },
        headers: { ...headers, 'X-Forwarded-For': from },
      });
    for (let i = 1; i <= 30; i++) assert.equal((await send(`2001:db8:1:2::${i}`)).status, 401);
    const refused = await send('2001:db8:1:2:ffff::1');
    assert.deepEqual([refused.status, refused.headers['retry-after']], [429, '1']);
    assert.equal((await send('2001:db8:1:3::1')).status, 401);
  }));

test('adding and removing want a password that was typed lately', () =>
  withScenario({}, async (scenario) => {
    scenario.clock.advance(16 * minuteMs);
    for (const call of [`POST ${path}/passkeys/challenge`, `POST ${path}/passkeys`, `DELETE ${path}/passkeys/1`])
      assert.equal(problemOf(await scenario.ask('viewer', call)).code, 'CHR_CONFIRM_PASSWORD', call);
  }));
