import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { ConfigError } from '../../config.ts';
import type { Scenario } from '../../scenario.ts';
import { problemOf, withScenario } from '../../scenario.ts';

const folder = mkdtempSync(join(tmpdir(), 'chrontainer-setup-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const body = { username: 'ada', password: 'seventeen green lamps' };
const fresh = (name: string, act: (scenario: Scenario) => Promise<void>) =>
  test(name, () => withScenario({ hasAccounts: false }, act));

fresh('a fresh instance has no account, and says until when the first one can be made', async (scenario) => {
  const { json } = await scenario.ask('nobody', 'GET /api/v1/setup');
  assert.deepEqual(json, { needed: true, closesAt: '2026-11-23T08:15:00.000Z' });
  for (const [username, password] of [
    ['admin', 'admin'],
    ['admin', 'password'],
    ['admin', ''],
  ]) {
    const reply = await scenario.ask('nobody', 'POST /api/v1/session', { body: { username, password } });
    assert.equal(reply.status, 401);
  }
});

fresh('the setup makes an admin, signs it in, and closes behind it', async (scenario) => {
  const made = await scenario.ask('nobody', 'POST /api/v1/setup', { body });
  assert.equal(made.status, 201, made.text);
  const cookie = made.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
  const who = await scenario.ask('nobody', 'GET /api/v1/session', { headers: { Cookie: cookie } });
  assert.deepEqual((who.json as { user: unknown }).user, { id: 1, username: 'ada', role: 'admin' });
  const again = await scenario.ask('nobody', 'POST /api/v1/setup', { body });
  assert.equal(again.status, 403);
  assert.equal(problemOf(again).code, 'CHR_SETUP_CLOSED');
  assert.deepEqual((await scenario.ask('nobody', 'GET /api/v1/setup')).json, { needed: false, closesAt: null });
});

fresh(
  'after 15 minutes the setup is closed, and says how to open it again; a clock set back opens nothing',
  async (scenario) => {
    await scenario.clock.advance(15 * 60_000);
    scenario.clock.step(Date.UTC(2020, 0, 1));
    const reply = await scenario.ask('nobody', 'POST /api/v1/setup', { body });
    assert.equal(reply.status, 403);
    assert.match(problemOf(reply).detail, /Restart Chrontainer/);
    assert.equal(await scenario.db.selectFrom('users').select('id').executeTakeFirst(), undefined);
  },
);

fresh('of several setups at once exactly one makes an account', async (scenario) => {
  const replies = await Promise.all(
    ['ada', 'eve', 'mallory', 'trudy'].map((username) =>
      scenario.ask('nobody', 'POST /api/v1/setup', { body: { ...body, username } }),
    ),
  );
  assert.deepEqual(replies.map((reply) => reply.status).sort(), [201, 403, 403, 403]);
  assert.equal((await scenario.db.selectFrom('users').select('id').execute()).length, 1);
});

fresh('the setup refuses another site, and passwords that are tried first', async (scenario) => {
  const foreign = await scenario.ask('nobody', 'POST /api/v1/setup', {
    body,
    headers: { 'Sec-Fetch-Site': 'cross-site' },
  });
  assert.equal(foreign.status, 403);
  for (const password of ['short', 'password1', 'chrontainer!', 'ada-ada-ada', '12345678']) {
    const reply = await scenario.ask('nobody', 'POST /api/v1/setup', { body: { username: 'ada-ada', password } });
    assert.equal(reply.status, 400, password);
    assert.deepEqual(
      problemOf(reply).errors?.map((fault) => fault.path),
      ['password'],
    );
    assert.equal(reply.text.includes(password), false, 'the password is not repeated');
  }
});

fresh('a password of 64 characters and more is taken', async (scenario) => {
  const reply = await scenario.ask('nobody', 'POST /api/v1/setup', {
    body: { ...body, password: 'long enough, really '.repeat(10) },
  });
  assert.equal(reply.status, 201);
});

fresh('the environment makes the first admin, even after the window, and changes nothing later', async (scenario) => {
  await scenario.clock.advance(3_600_000);
  const passwordFile = join(folder, 'password');
  writeFileSync(passwordFile, 'seventeen green lamps\n');
  assert.equal(await scenario.accounts.createAdminFromEnvironment({ username: 'ada', passwordFile }), true);
  assert.equal((await scenario.ask('nobody', 'POST /api/v1/session', { body })).status, 200);
  assert.equal(await scenario.accounts.createAdminFromEnvironment({ username: 'eve', password: 'x' }), false);
});

fresh('a bad first admin in the environment stops the start with the name of the variable', async (scenario) => {
  const refused = (config: Parameters<typeof scenario.accounts.createAdminFromEnvironment>[0], variable: RegExp) =>
    assert.rejects(
      scenario.accounts.createAdminFromEnvironment(config),
      (error) => error instanceof ConfigError && variable.test(error.message),
    );
  await refused({ username: 'ada', password: 'short' }, /CHRONTAINER_ADMIN_PASSWORD must be at least 8/);
  await refused({ username: 'ada', password: 'docker123' }, /CHRONTAINER_ADMIN_PASSWORD must not be made of/);
  await refused({ username: 'a b', password: body.password }, /CHRONTAINER_ADMIN_USERNAME may hold/);
  await refused(
    { username: 'ada', passwordFile: join(folder, 'missing') },
    /CHRONTAINER_ADMIN_PASSWORD_FILE cannot be read/,
  );
});
