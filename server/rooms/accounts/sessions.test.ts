import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Reply, Scenario } from '../../scenario.ts';
import { openScenario, scenarioPassword, withScenario } from '../../scenario.ts';

const day = 86_400_000;
const signInCall = 'POST /api/v1/session';
const credentials = { username: 'admin', password: scenarioPassword };
let scenario: Scenario;
before(async () => {
  scenario = await openScenario();
});
after(() => scenario.close());

const cookiesOf = (reply: Reply): string[] => reply.headers['set-cookie'] ?? [];
const pairOf = (cookie: string | undefined): string => cookie?.split(';')[0] ?? '';
const signIn = async (headers: Record<string, string> = {}, at = scenario): Promise<string> => {
  const reply = await at.ask('nobody', signInCall, { body: credentials, headers });
  assert.equal(reply.status, 200, reply.text);
  return pairOf(cookiesOf(reply)[0]);
};
const statusWith = async (cookie: string, at = scenario): Promise<number> =>
  (await at.ask('nobody', 'GET /api/v1/session', { headers: { Cookie: cookie } })).status;
test('the database holds only the hash of a session reference, and the hash opens nothing', async () => {
  const cookie = await signIn();
  const reference = cookie.split('=')[1] ?? '';
  const rows = await scenario.db.selectFrom('sessions').selectAll().execute();
  assert.equal(
    rows.some((row) => JSON.stringify(row).includes(reference)),
    false,
  );
  for (const { hash } of rows) assert.equal(await statusWith(`chrontainer_session=${hash}`), 401);
  assert.equal(await statusWith(cookie), 200);
});

test('each sign-in gives a new reference of 256 bits, and ends the session that the browser came with', async () => {
  const first = await signIn();
  const second = await signIn({ Cookie: first });
  assert.notEqual(first, second);
  assert.equal(Buffer.from(second.split('=')[1] ?? '', 'base64url').length, 32);
  assert.equal(await statusWith(first), 401);
  assert.equal(await statusWith(second), 200);
});

test('signing out ends the session on the server and takes the cookie away', async () => {
  const cookie = await signIn();
  const reply = await scenario.ask('nobody', 'DELETE /api/v1/session', { headers: { Cookie: cookie } });
  assert.equal(reply.status, 204);
  assert.match(cookiesOf(reply)[0] ?? '', /^chrontainer_session=; .*Max-Age=0/);
  assert.equal(await statusWith(cookie), 401);
});

test('changing the password ends all sessions of the account but the new one', async () => {
  await withScenario({}, async (own) => {
    const elsewhere = await signIn({}, own);
    const here = await signIn({}, own);
    const body = { currentPassword: scenarioPassword, newPassword: 'nineteen blue lamps' };
    const reply = await own.ask('nobody', 'POST /api/v1/me/password', { body, headers: { Cookie: here } });
    assert.equal(reply.status, 200, reply.text);
    assert.equal(await statusWith(elsewhere, own), 401);
    assert.equal(await statusWith(here, own), 401);
    assert.equal(await statusWith(pairOf(cookiesOf(reply)[0]), own), 200);
    const old = await own.ask('nobody', signInCall, { body: credentials });
    assert.equal(old.status, 401);
  });
});

test('a disabled account has no session and cannot sign in', async () => {
  await withScenario({}, async (own) => {
    const cookie = await signIn({}, own);
    await own.db.updateTable('users').set({ enabled: 0 }).where('username', '=', 'admin').execute();
    assert.equal(await statusWith(cookie, own), 401);
    const reply = await own.ask('nobody', signInCall, { body: credentials });
    assert.equal(reply.status, 401);
  });
});

test('a session ends after a week without use, and after 30 days however much it is used', async () => {
  await withScenario({}, async (own) => {
    const unused = await signIn({}, own);
    const used = await signIn({}, own);
    for (let days = 0; days < 29; days++) {
      await own.clock.advance(day);
      assert.equal(await statusWith(used, own), 200, `day ${days + 1}`);
    }
    assert.equal(await statusWith(unused, own), 401);
    await own.clock.advance(day);
    assert.equal(await statusWith(used, own), 401);
  });
});

test('use of a session is written down at most once a minute', async () => {
  await withScenario({}, async (own) => {
    const cookie = await signIn({}, own);
    const lastUsed = async () => {
      const rows = await own.db.selectFrom('sessions').select('last_used_at').orderBy('last_used_at', 'desc').execute();
      return rows[0]?.last_used_at;
    };
    const begun = await lastUsed();
    await own.clock.advance(59_000);
    await statusWith(cookie, own);
    assert.equal(await lastUsed(), begun);
    await own.clock.advance(1000);
    await statusWith(cookie, own);
    assert.equal(await lastUsed(), (begun ?? 0) + 60_000);
  });
});

test('behind https the cookie is __Host-, Secure and HttpOnly, and the cookie of plain http is no session there', async () => {
  const trustProxy = { kind: 'hops', count: 1 } as const;
  await withScenario({ trustProxy }, async (own) => {
    const overHttps = { 'X-Forwarded-Proto': 'https', 'X-Forwarded-For': '203.0.113.9' };
    const reply = await own.ask('nobody', signInCall, { body: credentials, headers: overHttps });
    const [session = '', device = ''] = cookiesOf(reply);
    assert.match(
      session,
      /^__Host-chrontainer_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=\d+; Secure$/,
    );
    assert.match(device, /^__Host-chrontainer_device=.*HttpOnly; SameSite=Strict.*Secure$/);
    assert.equal((reply.json as { insecure: boolean }).insecure, false);
    const value = pairOf(session).split('=')[1];
    const ask = async (cookie: string) =>
      (await own.ask('nobody', 'GET /api/v1/session', { headers: { ...overHttps, Cookie: cookie } })).status;
    assert.equal(await ask(`__Host-chrontainer_session=${value}`), 200);
    assert.equal(await ask(`chrontainer_session=${value}`), 401);
  });
});
