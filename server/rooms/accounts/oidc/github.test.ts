import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { OidcProviderInput } from '../../../../contract/index.ts';
import type { GithubPerson, LabGithub } from '../../../../lab/github.ts';
import { openGithub } from '../../../../lab/github.ts';
import type { Reply, Scenario } from '../../../scenario.ts';
import { problemOf, scenarioPassword, withScenario } from '../../../scenario.ts';
import { githubAddresses } from './github-party.ts';

/** GitHub itself cannot be had in a test: lab/github.ts behaves as its documents say, and names them. */
const site = 'chrontainer.test';
const callback = `http://${site}/api/v1/session/oidc/callback`;
const host = { Host: site };

let github: LabGithub;
before(async () => {
  github = await openGithub(callback);
});
after(() => github.close());

const setUp = (scenario: Scenario, more: Partial<OidcProviderInput> = {}): Promise<Reply> =>
  scenario.ask('admin', 'PUT /api/v1/sign-in-provider', {
    headers: host,
    body: {
      kind: 'github',
      label: 'GitHub',
      issuer: github.address,
      clientId: github.client.id,
      clientSecret: github.client.secret,
      scope: 'openid',
      defaultRole: null,
      groupsClaim: null,
      groupRoles: [],
      enabled: true,
      isOnlyWay: false,
      ...more,
    },
  });

const withGithub = (more: Partial<OidcProviderInput>, act: (scenario: Scenario) => Promise<void>) =>
  withScenario({}, async (scenario) => {
    const reply = await setUp(scenario, more);
    assert.equal(reply.status, 200, reply.text);
    await act(scenario);
  });

const cookiesOf = ({ headers }: Reply): string =>
  (headers['set-cookie'] ?? []).map((line) => line.split(';', 1)[0] ?? '').join('; ');

const start = (scenario: Scenario, query = '') =>
  scenario.ask('nobody', `GET /api/v1/session/oidc/start${query}`, { headers: host });

const goThrough = async (scenario: Scenario, who: GithubPerson, query = ''): Promise<Reply> => {
  github.who = who;
  const started = await start(scenario, query);
  const back = await github.visit(started.headers.location ?? '');
  const headers = { ...host, Cookie: cookiesOf(started) };
  return scenario.ask('nobody', `GET ${back.pathname}${back.search}`, { headers });
};

const sessionOf = async (scenario: Scenario, reply: Reply) => {
  const session = await scenario.ask('nobody', 'GET /api/v1/session', { headers: { Cookie: cookiesOf(reply) } });
  return (session.json as { user: { username: string; role: string } }).user;
};

const mail = (email: string, more: { primary?: boolean; verified?: boolean } = {}) => ({
  email,
  primary: true,
  verified: true,
  ...more,
});
const ada: GithubPerson = { id: 7, login: 'ada-l', emails: [mail('ada@example.org')] };

test('GitHub is asked with PKCE and state for the addresses alone, and its login names the new account', () =>
  withGithub({ defaultRole: 'viewer' }, async (scenario) => {
    const asked = new URL((await start(scenario)).headers.location ?? '').searchParams;
    assert.deepEqual([asked.get('scope'), asked.get('code_challenge_method')], ['user:email', 'S256']);
    assert.ok((asked.get('state') ?? '').length >= 22 && (asked.get('code_challenge') ?? '').length === 43);
    const reply = await goThrough(scenario, ada);
    const { username, role } = await sessionOf(scenario, reply);
    assert.deepEqual([username, role], ['ada-l', 'viewer']);
    const again = await goThrough(scenario, { ...ada, login: 'renamed' });
    assert.equal((await sessionOf(scenario, again)).username, 'ada-l');
  }));

test('an account is linked by the primary address alone, and only where GitHub has verified it', () =>
  withGithub({}, async (scenario) => {
    const named = { username: 'ada@example.org' };
    await scenario.db.updateTable('users').set(named).where('username', '=', 'admin').execute();
    const strangers = [
      { ...ada, id: 8, emails: [mail('ada@example.org', { verified: false })] },
      { ...ada, id: 9, emails: [mail('eve@example.org'), mail('ada@example.org', { primary: false })] },
      { ...ada, id: 10, login: 'admin', emails: [] },
    ];
    for (const who of strangers) {
      assert.match((await goThrough(scenario, who)).headers.location ?? '', /refused=unknown/, String(who.id));
    }
    assert.equal((await sessionOf(scenario, await goThrough(scenario, ada))).role, 'admin');
  }));

test('organisations and teams give roles, of however many pages; they are asked for only then', () =>
  withGithub(
    {
      groupRoles: [
        { group: 'acme/root', role: 'admin' },
        { group: 'acme', role: 'operator' },
      ],
    },
    async (scenario) => {
      const many = Array.from({ length: 20 }, (_, at) => `acme/team-${at}`);
      const ops = await goThrough(scenario, { ...ada, organisations: ['acme'], teams: many });
      assert.equal((await sessionOf(scenario, ops)).role, 'operator');
      const root = await goThrough(scenario, { ...ada, organisations: ['acme'], teams: [...many, 'acme/root'] });
      assert.equal((await sessionOf(scenario, root)).role, 'admin');
      assert.ok(github.asked.includes('/user/teams?per_page=10&page=3'), github.asked.join());
      const gone = await goThrough(scenario, { ...ada, organisations: ['other'] });
      assert.match(gone.headers.location ?? '', /refused=unknown/);
      github.asked.length = 0;
      await setUp(scenario, { defaultRole: 'viewer' });
      await goThrough(scenario, { ...ada, id: 11, login: 'eve', emails: [] });
      assert.deepEqual(
        github.asked.filter((path) => /orgs|teams/.test(path)),
        [],
      );
    },
  ));

test("another sign-in's state or verifier, a used code and a wrong secret lead nowhere, and the log tells why", () =>
  withGithub({ defaultRole: 'viewer' }, async (scenario) => {
    github.who = ada;
    const [own, other] = [await start(scenario), await start(scenario)];
    const back = await github.visit(own.headers.location ?? '');
    const finish = (query: string, cookie: string) =>
      scenario.ask('nobody', `GET ${back.pathname}${query}`, { headers: { ...host, Cookie: cookie } });
    assert.match((await finish(back.search, cookiesOf(other))).headers.location ?? '', /refused=refused/);
    const foreign = new URL(back);
    foreign.searchParams.set('state', new URL(other.headers.location ?? '').searchParams.get('state') ?? '');
    assert.match((await finish(foreign.search, cookiesOf(other))).headers.location ?? '', /refused=refused/);
    const spent = await finish(back.search, cookiesOf(own));
    assert.match(spent.headers.location ?? '', /refused=refused/);
    await setUp(scenario, { defaultRole: 'viewer', clientSecret: 'wrong' });
    assert.match((await goThrough(scenario, ada)).headers.location ?? '', /refused=refused/);
    const lines = await scenario.db.selectFrom('activity').select('message').where('result', '=', 'failed').execute();
    assert.equal(lines.length, 4);
    assert.ok(!JSON.stringify(lines).includes('gho_'));
  }));

test('GitHub confirms nobody anew: what reaches far still asks, and the page is told so', () =>
  withGithub({}, async (scenario) => {
    const named = { username: 'ada@example.org' };
    await scenario.db.updateTable('users').set(named).where('username', '=', 'admin').execute();
    const reply = await goThrough(scenario, ada, '?again=true');
    const body = { username: 'new', password: scenarioPassword, role: 'viewer' };
    const made = await scenario.ask('nobody', 'POST /api/v1/users', { body, headers: { Cookie: cookiesOf(reply) } });
    assert.equal(problemOf(made).code, 'CHR_CONFIRM_PASSWORD');
    const { json } = await scenario.ask('nobody', 'GET /api/v1/session/ways');
    assert.deepEqual(json, { passwords: true, provider: 'GitHub', providerConfirms: false, passwordLinks: false });
  }));

test('what is no GitHub is refused with the field; the API of github.com is at a name of its own', () =>
  withScenario({}, async (scenario) => {
    const reply = await setUp(scenario, { issuer: `${github.address}/elsewhere/` });
    assert.equal(reply.status, 200, 'only the origin counts');
    const none = await setUp(scenario, { issuer: 'http://127.0.0.1:1' });
    assert.match(problemOf(none).errors?.[0]?.message ?? '', /could not be asked/);
    const apis = ['https://github.com', 'https://acme.ghe.com/', 'https://git.example.org'].map(
      (address) => githubAddresses(address).api,
    );
    assert.deepEqual(apis, ['https://api.github.com', 'https://api.acme.ghe.com', 'https://git.example.org/api/v3']);
  }));
