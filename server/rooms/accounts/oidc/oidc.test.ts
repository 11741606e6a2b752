import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { OidcProviderInput } from '../../../../contract/index.ts';
import type { LabProvider } from '../../../../lab/oidc-provider.ts';
import { openProvider } from '../../../../lab/oidc-provider.ts';
import type { Reply, Scenario } from '../../../scenario.ts';
import { problemOf, scenarioPassword, withScenario } from '../../../scenario.ts';
import { scenarioCaller } from '../../../scenario-caller.ts';
import { scenarioSecrets } from '../../../scenario-secrets.ts';

/** The scenario's port is drawn anew each time; what the provider knows is this one. */
const site = 'chrontainer.test';
const callback = `http://${site}/api/v1/session/oidc/callback`;

let provider: LabProvider;
before(async () => {
  provider = await openProvider(callback);
});
after(() => provider.close());

const settings = (more: Partial<OidcProviderInput> = {}): OidcProviderInput => ({
  kind: 'oidc',
  hostedDomain: null,
  label: 'the lab',
  issuer: provider.issuer,
  clientId: provider.client.id,
  clientSecret: provider.client.secret,
  scope: 'openid email groups',
  defaultRole: null,
  groupsClaim: null,
  groupRoles: [],
  enabled: true,
  isOnlyWay: false,
  ...more,
});

const host = { Host: site };
const setUp = async (scenario: Scenario, more: Partial<OidcProviderInput> = {}): Promise<Reply> =>
  scenario.ask('admin', 'PUT /api/v1/sign-in-provider', { body: settings(more), headers: host });

const withProvider = (more: Partial<OidcProviderInput>, act: (scenario: Scenario) => Promise<void>) =>
  withScenario({}, async (scenario) => {
    const reply = await setUp(scenario, more);
    assert.equal(reply.status, 200, reply.text);
    await act(scenario);
  });

const cookiesOf = ({ headers }: Reply): string =>
  (headers['set-cookie'] ?? []).map((line) => line.split(';', 1)[0] ?? '').join('; ');

/** To the provider and back, as a browser goes. */
const goThrough = async (
  scenario: Scenario,
  { who = provider.who, query = '' }: { who?: LabProvider['who']; query?: string } = {},
): Promise<Reply> => {
  provider.who = who;
  const started = await scenario.ask('nobody', `GET /api/v1/session/oidc/start${query}`, { headers: host });
  assert.equal(started.status, 303, started.text);
  const back = await provider.visit(started.headers.location ?? '');
  const headers = { ...host, Cookie: cookiesOf(started) };
  return scenario.ask('nobody', `GET ${back.pathname}${back.search}`, { headers });
};

const sessionOf = async (scenario: Scenario, reply: Reply) => {
  const session = await scenario.ask('nobody', 'GET /api/v1/session', { headers: { Cookie: cookiesOf(reply) } });
  return session.json as { user: { username: string; role: string } };
};

const usersOf = async ({ db }: Scenario) =>
  (await db.selectFrom('users').select(['username', 'role']).orderBy('id').execute()).map(
    ({ username, role }) => `${username}: ${role}`,
  );

const ada = { sub: 'u-1', email: 'ada@example.org', email_verified: true, groups: ['ops'] };
const linkAdmin = (scenario: Scenario) =>
  scenario.db.updateTable('users').set({ username: 'Ada@example.org' }).where('username', '=', 'admin').execute();

test('who is not known gets an account with the default role, once, and comes back to the page that was asked for', () =>
  withProvider({ defaultRole: 'viewer' }, async (scenario) => {
    const reply = await goThrough(scenario, { who: ada, query: '?next=%2Fschedules' });
    assert.equal(reply.headers.location, '/sign-in?next=%2Fschedules');
    assert.deepEqual((await sessionOf(scenario, reply)).user, { id: 4, username: 'ada@example.org', role: 'viewer' });
    await goThrough(scenario);
    assert.equal((await usersOf(scenario)).length, 4);
    const { message } = await scenario.db
      .selectFrom('activity')
      .select('message')
      .where('action', '=', 'session.create')
      .orderBy('id', 'desc')
      .executeTakeFirstOrThrow();
    assert.equal(message, 'with the lab');
  }));

test('without a default role strangers stay outside, and the log tells it', () =>
  withProvider({}, async (scenario) => {
    const reply = await goThrough(scenario, { who: ada });
    assert.match(reply.headers.location ?? '', /^\/sign-in\?refused=unknown/);
    assert.doesNotMatch(cookiesOf(reply), /chrontainer_session=./);
    assert.equal((await usersOf(scenario)).length, 3);
    const failed = await scenario.db.selectFrom('activity').select('message').where('result', '=', 'failed').execute();
    assert.match(failed[0]?.message ?? '', /by the provider: no account/);
  }));

test('a verified address is linked with the account of that name, an unverified one never, nor one that is taken', () =>
  withProvider({}, async (scenario) => {
    await linkAdmin(scenario);
    const unverified = await goThrough(scenario, { who: { ...ada, sub: 'thief', email_verified: false } });
    assert.match(unverified.headers.location ?? '', /refused=unknown/);
    const reply = await goThrough(scenario, { who: ada });
    assert.equal((await sessionOf(scenario, reply)).user.role, 'admin');
    const second = await goThrough(scenario, { who: { ...ada, sub: 'thief' } });
    assert.match(second.headers.location ?? '', /refused=unknown/);
    const renamed = await goThrough(scenario, { who: { sub: 'u-1', email: 'other@example.org' } });
    assert.equal((await sessionOf(scenario, renamed)).user.username, 'Ada@example.org');
  }));

test('groups give the role with every sign-in anew, and what was taken there ends sessions here', () =>
  withProvider(
    {
      groupsClaim: 'groups',
      groupRoles: [
        { group: 'root', role: 'admin' },
        { group: 'ops', role: 'operator' },
      ],
    },
    async (scenario) => {
      const first = await goThrough(scenario, { who: ada });
      assert.equal((await sessionOf(scenario, first)).user.role, 'operator');
      const raised = await goThrough(scenario, { who: { ...ada, groups: ['ops', 'root'] } });
      assert.equal((await sessionOf(scenario, raised)).user.role, 'admin');
      const old = await scenario.ask('nobody', 'GET /api/v1/session', { headers: { Cookie: cookiesOf(first) } });
      assert.equal(old.status, 401);
      const gone = await goThrough(scenario, { who: { ...ada, groups: [] } });
      assert.match(gone.headers.location ?? '', /refused=unknown/);
    },
  ));

test('the last admin stays one, whatever the groups say', () =>
  withProvider({ groupsClaim: 'groups', groupRoles: [{ group: 'ops', role: 'viewer' }] }, async (scenario) => {
    await linkAdmin(scenario);
    const reply = await goThrough(scenario, { who: ada });
    assert.equal((await sessionOf(scenario, reply)).user.role, 'admin');
  }));

test('a disabled account stays outside', () =>
  withProvider({ defaultRole: 'viewer' }, async (scenario) => {
    await goThrough(scenario, { who: ada });
    await scenario.db.updateTable('users').set({ enabled: 0 }).where('id', '=', 4).execute();
    const reply = await goThrough(scenario);
    assert.match(reply.headers.location ?? '', /refused=disabled/);
    assert.doesNotMatch(cookiesOf(reply), /chrontainer_session=./);
  }));

test('a return without the cookie, with that of another sign-in, or too late leads nowhere', () =>
  withProvider({ defaultRole: 'viewer' }, async (scenario) => {
    provider.who = ada;
    const start = () => scenario.ask('nobody', 'GET /api/v1/session/oidc/start', { headers: host });
    const [own, other] = [await start(), await start()];
    const back = await provider.visit(own.headers.location ?? '');
    const call = `GET ${back.pathname}${back.search}`;
    const bare = await scenario.ask('nobody', call, { headers: host });
    assert.match(bare.headers.location ?? '', /refused=expired/);
    const forged = await scenario.ask('nobody', call, { headers: { ...host, Cookie: 'chrontainer_oidc=1.a.b.c' } });
    assert.match(forged.headers.location ?? '', /refused=expired/);
    const crossed = await scenario.ask('nobody', call, { headers: { ...host, Cookie: cookiesOf(other) } });
    assert.match(crossed.headers.location ?? '', /refused=refused/);
    await scenario.clock.advance(11 * 60_000);
    const late = await scenario.ask('nobody', call, { headers: { ...host, Cookie: cookiesOf(own) } });
    assert.match(late.headers.location ?? '', /refused=expired/);
    assert.equal((await usersOf(scenario)).length, 3);
  }));

test('the second factor of an account is asked for after the provider as well', () =>
  withProvider({ defaultRole: 'viewer' }, async (scenario) => {
    await goThrough(scenario, { who: ada });
    const code = await giveRecoveryCode(scenario);
    const reply = await goThrough(scenario);
    assert.match(reply.headers.location ?? '', /^\/sign-in\?half=true/);
    assert.doesNotMatch(cookiesOf(reply), /chrontainer_session=./);
    const show = (body: unknown, cookie = cookiesOf(reply)) =>
      scenario.ask('nobody', 'POST /api/v1/session/oidc/second-factor', { body, headers: { Cookie: cookie } });
    const asked = problemOf(await show({}));
    assert.equal(asked.code, 'CHR_SECOND_FACTOR');
    assert.deepEqual(
      asked.errors?.map(({ path }) => path),
      ['totp', 'recoveryCode'],
    );
    assert.equal((await show({ recoveryCode: 'wrong' })).status, 401);
    assert.equal((await show({ recoveryCode: code }, '')).status, 409);
    const right = await show({ recoveryCode: code });
    assert.equal(right.status, 200, right.text);
    assert.equal((await sessionOf(scenario, right)).user.username, 'ada@example.org');
  }));

/** To account 4, which has joined by the provider. */
const giveRecoveryCode = async ({ db, accounts }: Scenario): Promise<string> => {
  const secret = scenarioSecrets.seal('JBSWY3DPEHPK3PXP', { table: 'totp_secrets', row: 4, column: 'secret' });
  await db.insertInto('totp_secrets').values({ id: 4, secret, confirmed_at: 1, created_at: 1 }).execute();
  const caller = { ...scenarioCaller, userId: 4, username: 'ada@example.org' };
  return (await accounts.secondFactors.renewCodes(caller)).recoveryCodes[0] ?? '';
};

test('what reaches far asks who it is first, unless the provider has just asked', () =>
  withProvider({}, async (scenario) => {
    await linkAdmin(scenario);
    const make = async (reply: Reply) =>
      scenario.ask('nobody', 'POST /api/v1/users', {
        body: { username: 'new', password: scenarioPassword, role: 'viewer' },
        headers: { Cookie: cookiesOf(reply) },
      });
    const plain = await make(await goThrough(scenario, { who: ada }));
    assert.equal(problemOf(plain).code, 'CHR_CONFIRM_PASSWORD');
    assert.equal((await make(await goThrough(scenario, { query: '?again=true' }))).status, 201);
  }));

test('the provider becomes the only way once an admin has come by it; a command on the server leads back', () =>
  withProvider({}, async (scenario) => {
    const shut = () => setUp(scenario, { isOnlyWay: true });
    assert.equal(problemOf(await shut()).code, 'CHR_CONFLICT');
    await linkAdmin(scenario);
    await goThrough(scenario, { who: ada });
    assert.equal((await shut()).status, 200);
    const ways = async () => (await scenario.ask('nobody', 'GET /api/v1/session/ways')).json;
    assert.deepEqual(await ways(), {
      passwords: false,
      provider: 'the lab',
      providerConfirms: true,
      passwordLinks: false,
    });
    const body = { username: 'viewer', password: scenarioPassword };
    const refused = await scenario.ask('nobody', 'POST /api/v1/session', { body });
    assert.equal(problemOf(refused).code, 'CHR_FORBIDDEN');
    assert.equal((await sessionOf(scenario, await goThrough(scenario))).user.role, 'admin');
    assert.equal(await scenario.accounts.provider.allowPasswordsFromServer(), true);
    assert.equal(await scenario.accounts.provider.allowPasswordsFromServer(), false);
    assert.equal((await scenario.ask('nobody', 'POST /api/v1/session', { body })).status, 200);
    assert.deepEqual(await ways(), {
      passwords: true,
      provider: 'the lab',
      providerConfirms: true,
      passwordLinks: false,
    });
  }));

test('ALLOW_PASSWORDS leads back while it is set, and leaves the settings as they are', () =>
  withScenario({ allowPasswords: true }, async (scenario) => {
    await setUp(scenario);
    await linkAdmin(scenario);
    await goThrough(scenario, { who: ada });
    assert.equal((await setUp(scenario, { isOnlyWay: true })).status, 200);
    const body = { username: 'viewer', password: scenarioPassword };
    assert.equal((await scenario.ask('nobody', 'POST /api/v1/session', { body })).status, 200);
    const { json } = await scenario.ask('admin', 'GET /api/v1/sign-in-provider');
    const { isOverridden, provider: kept } = json as { isOverridden: boolean; provider: { isOnlyWay: boolean } };
    assert.deepEqual([isOverridden, kept.isOnlyWay], [true, true]);
  }));

test('of Google only the organisation leads in: its claim in the ID token counts, not the address', () =>
  withProvider(
    { kind: 'google', hostedDomain: 'Example.org', defaultRole: 'viewer', groupsClaim: 'groups' },
    async (scenario) => {
      const started = await scenario.ask('nobody', 'GET /api/v1/session/oidc/start?again=true', { headers: host });
      const asked = new URL(started.headers.location ?? '').searchParams;
      assert.deepEqual(
        ['hd', 'prompt', 'max_age'].map((name) => asked.get(name)),
        ['example.org', 'select_account', null],
      );
      for (const hd of [undefined, 'example.org.evil.example', 'other.example']) {
        const outside = await goThrough(scenario, { who: { ...ada, ...(hd === undefined ? {} : { hd }) } });
        assert.match(outside.headers.location ?? '', /refused=refused/, String(hd));
      }
      const inside = await goThrough(scenario, { who: { ...ada, hd: 'example.org' } });
      assert.equal((await sessionOf(scenario, inside)).user.role, 'viewer');
      const { json } = await scenario.ask('admin', 'GET /api/v1/sign-in-provider');
      assert.equal((json as { provider: { groupsClaim: null } }).provider.groupsClaim, null);
    },
  ));

test('the secret is sealed, never told, and goes to no other issuer than the one it was given for', () =>
  withProvider({}, async (scenario) => {
    const { client_secret } = await scenario.db.selectFrom('oidc_providers').selectAll().executeTakeFirstOrThrow();
    assert.match(client_secret, /^1\.[0-9a-f]{8}\./);
    const shown = await scenario.ask('admin', 'GET /api/v1/sign-in-provider', { headers: host });
    assert.equal((shown.json as { redirectUri: string }).redirectUri, callback);
    assert.doesNotMatch(shown.text, /of the lab, and|clientSecret/);
    const logged = await scenario.db.selectFrom('activity').select('message').execute();
    assert.ok(!JSON.stringify(logged).includes(provider.client.secret));
    assert.equal((await setUp(scenario, { clientSecret: undefined, label: 'Lab' })).status, 200);
    const moved = await setUp(scenario, { clientSecret: undefined, issuer: 'https://elsewhere.example' });
    assert.deepEqual(
      problemOf(moved).errors?.map(({ path }) => path),
      ['clientSecret'],
    );
  }));

test('an issuer that is none, a role that is none, and public plain http are refused with the field', () =>
  withScenario({}, async (scenario) => {
    const pathsOf = async (more: Partial<OidcProviderInput>) =>
      problemOf(await setUp(scenario, more))
        .errors?.map(({ path, message }) => `${path} ${message}`)
        .join();
    assert.match((await pathsOf({ issuer: 'http://8.8.8.8' })) ?? '', /^issuer could not be asked; .*needs https/);
    assert.match(
      (await pathsOf({ issuer: 'http://127.0.0.1:1' })) ?? '',
      /^issuer could not be asked; .*nothing listens/,
    );
    assert.match((await pathsOf({ issuer: 'ldap://x' })) ?? '', /^issuer must be/);
    assert.match((await pathsOf({ defaultRole: 'king' })) ?? '', /^defaultRole is no role/);
    assert.equal((await scenario.ask('nobody', 'GET /api/v1/session/oidc/start')).status, 404);
  }));

test('who may manage accounts but lacks a right cannot choose who comes in', () =>
  withProvider({}, async (scenario) => {
    const row = { name: 'clerk', permissions: '["view","users"]', scopes: null, created_at: 0, updated_at: 0 };
    await scenario.db.insertInto('roles').values(row).execute();
    await scenario.accounts.roles.reload();
    await scenario.join('clerk', 'clerk');
    const put = await scenario.ask('clerk', 'PUT /api/v1/sign-in-provider', { body: settings() });
    assert.equal(problemOf(put).code, 'CHR_FORBIDDEN');
    assert.equal(problemOf(await scenario.ask('clerk', 'DELETE /api/v1/sign-in-provider')).code, 'CHR_FORBIDDEN');
    assert.equal((await scenario.ask('admin', 'DELETE /api/v1/sign-in-provider')).status, 204);
    assert.deepEqual((await scenario.ask('nobody', 'GET /api/v1/session/ways')).json, {
      passwords: true,
      provider: null,
      providerConfirms: false,
      passwordLinks: false,
    });
  }));
