import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Me, SignInLink, UserAccount } from '../../../../contract/index.ts';
import type { LabProvider } from '../../../../lab/oidc-provider.ts';
import { openProvider } from '../../../../lab/oidc-provider.ts';
import type { Reply, Scenario } from '../../../scenario.ts';
import { problemOf, withScenario } from '../../../scenario.ts';

const site = 'chrontainer.test';
const callback = `http://${site}/api/v1/session/oidc/callback`;
const host = { Host: site };

let provider: LabProvider;
before(async () => {
  provider = await openProvider(callback);
});
after(() => provider.close());

const setUp = (scenario: Scenario, more: { isOnlyWay?: boolean; defaultRole?: string } = {}) =>
  scenario.ask('admin', 'PUT /api/v1/sign-in-provider', {
    headers: host,
    body: {
      label: 'the lab',
      issuer: provider.issuer,
      clientId: provider.client.id,
      clientSecret: provider.client.secret,
      scope: 'openid email',
      defaultRole: null,
      groupsClaim: null,
      groupRoles: [],
      enabled: true,
      isOnlyWay: false,
      ...more,
    },
  });

const withProvider = (more: { defaultRole?: string }, act: (scenario: Scenario) => Promise<void>) =>
  withScenario({}, async (scenario) => {
    assert.equal((await setUp(scenario, more)).status, 200);
    await act(scenario);
  });

const cookiesOf = ({ headers }: Reply): string =>
  (headers['set-cookie'] ?? []).map((line) => line.split(';', 1)[0] ?? '').join('; ');

const ada = { sub: 'u-1', email: 'ada@example.org', email_verified: true };

/** Somebody who is signed in links his account, and comes back as `returning`. */
const link = async (scenario: Scenario, who: string, claims = ada, returning = who): Promise<string> => {
  provider.who = claims;
  const started = await scenario.ask(who, 'POST /api/v1/me/sign-in-links/start', { headers: host });
  assert.equal(started.status, 200, started.text);
  const { address } = started.json as { address: string };
  assert.equal(new URL(address).searchParams.get('prompt'), 'login');
  const back = await provider.visit(address);
  const headers = { ...host, Cookie: `${cookiesOf(started)}; ${scenario.cookieOf(returning) ?? ''}` };
  const reply = await scenario.ask('nobody', `GET ${back.pathname}${back.search}`, { headers });
  assert.equal(reply.status, 303, reply.text);
  return reply.headers.location ?? '';
};

const signIn = async (scenario: Scenario, claims: LabProvider['who'] = ada): Promise<Reply> => {
  provider.who = claims;
  const started = await scenario.ask('nobody', 'GET /api/v1/session/oidc/start', { headers: host });
  const back = await provider.visit(started.headers.location ?? '');
  const headers = { ...host, Cookie: cookiesOf(started) };
  return scenario.ask('nobody', `GET ${back.pathname}${back.search}`, { headers });
};

const linksOf = async (scenario: Scenario, who: string) =>
  ((await scenario.ask(who, 'GET /api/v1/me/sign-in-links')).json as { items: SignInLink[] }).items;
const meOf = async (scenario: Scenario, who: string) => (await scenario.ask(who, 'GET /api/v1/me')).json as Me;

test('the owner of an account links it, whatever its address there, and comes in by it from then on', () =>
  withProvider({}, async (scenario) => {
    assert.equal(await link(scenario, 'viewer'), '/profile?linked=true');
    const [only] = await linksOf(scenario, 'viewer');
    assert.deepEqual([only?.issuer, only?.subject], [provider.issuer, 'u-1']);
    assert.doesNotMatch((await signIn(scenario)).headers.location ?? '', /refused/);
    const { email, isEmailVerified } = await meOf(scenario, 'viewer');
    assert.deepEqual([email, isEmailVerified], ['ada@example.org', true]);
  }));

test('nobody else’s browser finishes it, a person has one account, and an account one person', () =>
  withProvider({}, async (scenario) => {
    assert.match(await link(scenario, 'viewer', ada, 'operator'), /refused=expired/);
    assert.match(await link(scenario, 'viewer', ada, 'nobody'), /refused=expired/);
    await link(scenario, 'viewer');
    assert.match(await link(scenario, 'operator'), /^\/profile\?refused=taken/);
    assert.match(await link(scenario, 'viewer', { ...ada, sub: 'u-2' }), /refused=taken/);
    assert.equal((await linksOf(scenario, 'operator')).length, 0);
    await scenario.clock.advance(16 * 60_000);
    const stale = await scenario.ask('operator', 'POST /api/v1/me/sign-in-links/start', { headers: host });
    assert.equal(problemOf(stale).code, 'CHR_CONFIRM_PASSWORD');
  }));

test('its owner and an admin unlink it, unless nothing else would lead into the account', () =>
  withProvider({ defaultRole: 'viewer' }, async (scenario) => {
    await link(scenario, 'operator', { ...ada, sub: 'u-op', email: 'op@example.org' });
    const [own] = await linksOf(scenario, 'operator');
    assert.equal((await scenario.ask('viewer', `DELETE /api/v1/me/sign-in-links/${own?.id}`)).status, 404);
    assert.equal((await scenario.ask('operator', `DELETE /api/v1/me/sign-in-links/${own?.id}`)).status, 204);
    assert.equal((await linksOf(scenario, 'operator')).length, 0);

    await signIn(scenario);
    const users = async () =>
      ((await scenario.ask('admin', 'GET /api/v1/users')).json as { items: UserAccount[] }).items;
    const made = (await users()).find(({ username }) => username === 'ada@example.org');
    assert.deepEqual([made?.hasPassword, made?.isEmailVerified], [false, true]);
    const unlink = () =>
      scenario.ask('admin', `DELETE /api/v1/users/${made?.id}/sign-in-links/${made?.signInLinks[0]?.id}`);
    assert.equal(problemOf(await unlink()).code, 'CHR_PROTECTED');
    const body = { password: 'nine purple elephants' };
    assert.equal((await scenario.ask('admin', `POST /api/v1/users/${made?.id}/password`, { body })).status, 204);
    assert.equal((await unlink()).status, 204);
    const told = await scenario.db
      .selectFrom('activity')
      .select('message')
      .where('action', '=', 'user.unlink')
      .execute();
    assert.deepEqual(
      told.map(({ message }) => message),
      [`u-op of ${provider.issuer}`, `u-1 of ${provider.issuer}`],
    );
  }));

test('where the provider is the only way in, a password does not make up for it', () =>
  withProvider({}, async (scenario) => {
    await link(scenario, 'admin');
    const [own] = await linksOf(scenario, 'admin');
    assert.equal((await setUp(scenario, { isOnlyWay: true })).status, 200);
    const refused = await scenario.ask('admin', `DELETE /api/v1/me/sign-in-links/${own?.id}`);
    assert.equal(problemOf(refused).code, 'CHR_PROTECTED');
  }));

test('an address that somebody typed links nothing; once it is verified it does, and it is one account’s', () =>
  withProvider({}, async (scenario) => {
    const put = (who: string, email: string) => scenario.ask(who, 'PUT /api/v1/me/email', { body: { email } });
    assert.equal((await put('viewer', 'Ada@Example.org')).status, 200);
    assert.match((await signIn(scenario)).headers.location ?? '', /refused=unknown/);
    await scenario.db.transaction().execute(async (trx) => {
      assert.equal(await scenario.accounts.emails.verify(3, 'Ada@Example.org', trx), true);
      assert.equal(await scenario.accounts.emails.verify(2, 'ada@example.org', trx), false);
    });
    assert.doesNotMatch((await signIn(scenario)).headers.location ?? '', /refused/);
    assert.equal((await linksOf(scenario, 'viewer')).length, 1);
    const changed = (await put('viewer', 'new@example.org')).json as Me;
    assert.deepEqual([changed.email, changed.isEmailVerified], ['new@example.org', false]);
    const patched = await scenario.ask('admin', 'PATCH /api/v1/users/2', { body: { email: 'op@example.org' } });
    assert.equal((patched.json as UserAccount).email, 'op@example.org');
    assert.equal((await scenario.ask('operator', 'GET /api/v1/me')).status, 200, 'an address ends no session');
    for (const email of ['no address', 'a b@example.org', 'x@y\u0000z', '"<x>"@example.org']) {
      assert.equal((await put('viewer', email)).status, 400, email);
    }
  }));
