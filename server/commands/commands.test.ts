import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { readConfig } from '../config.ts';
import { lockDatabase } from '../database/index.ts';
import type { Scenario } from '../scenario.ts';
import { scenarioPassword, withScenario } from '../scenario.ts';
import { openKeyRing, Secrets } from '../secrets/index.ts';
import { allowPasswords } from './allow-passwords.ts';
import { resetPassword } from './reset-password.ts';
import { resetSecondFactor } from './reset-second-factor.ts';
import { rotateSecrets } from './rotate-secrets.ts';
import { verifyAudit } from './verify-audit.ts';

const folder = mkdtempSync(join(tmpdir(), 'chrontainer-commands-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const reset = async ({ db, clock }: Scenario, name: string[], piped: string | null) => {
  const said: string[] = [];
  const config = readConfig({ DATA_DIR: folder });
  const say = (line: string) => void said.push(line);
  const code = await resetPassword({ db, clock, config, say, readLine: async () => piped }, name);
  return { code, said };
};
const signIn = async (scenario: Scenario, password: string) =>
  (await scenario.ask('nobody', 'POST /api/v1/session', { body: { username: 'viewer', password } })).status;

test('a forgotten password is set on the server: the account is enabled again, and its sessions end', () =>
  withScenario({}, async (scenario) => {
    await scenario.db.updateTable('users').set({ enabled: 0 }).where('username', '=', 'viewer').execute();
    const { code, said } = await reset(scenario, ['viewer'], null);
    assert.equal(code, 0, said.join());
    const password = /It is: (\S+)/.exec(said.join('\n'))?.[1] ?? '';
    assert.match(password, /^[a-z2-9]{5}(-[a-z2-9]{5}){3}$/);
    assert.equal(await signIn(scenario, password), 200);
    assert.equal((await scenario.ask('viewer', 'GET /api/v1/session')).status, 401);
  }));

test('a password that is piped in is taken and not shown', () =>
  withScenario({}, async (scenario) => {
    const { code, said } = await reset(scenario, ['viewer'], 'nineteen blue lamps');
    assert.equal(code, 0);
    assert.doesNotMatch(said.join('\n'), /lamps/);
    assert.equal(await signIn(scenario, 'nineteen blue lamps'), 200);
  }));

test('an unknown name, a common password and a missing name are told', () =>
  withScenario({}, async (scenario) => {
    assert.match((await reset(scenario, ['nobody'], null)).said.join(), /no user nobody/);
    assert.equal((await reset(scenario, ['viewer'], 'Passw0rd!')).code, 1);
    assert.equal((await reset(scenario, ['viewer'], 'short')).code, 1);
    assert.equal((await reset(scenario, [], null)).code, 2);
  }));

test('a second factor that was lost is taken away on the server, and only of an account that exists', () =>
  withScenario({}, async (scenario) => {
    const { db, clock } = scenario;
    await db.insertInto('totp_secrets').values({ id: 3, secret: 'sealed', confirmed_at: 1, created_at: 1 }).execute();
    assert.equal(await signIn(scenario, scenarioPassword), 500, 'a secret that cannot be read lets nobody in');
    const said: string[] = [];
    const say = (line: string) => void said.push(line);
    const parts = { db, clock, config: readConfig({ DATA_DIR: folder }), say, readLine: async () => null };
    assert.equal(await resetSecondFactor(parts, ['nobody']), 1);
    assert.equal(await resetSecondFactor(parts, []), 2);
    assert.equal(await resetSecondFactor(parts, ['viewer']), 0);
    assert.match(said.join(), /viewer signs in by the password alone/);
    assert.equal(await signIn(scenario, scenarioPassword), 200);
  }));

test('where the provider was the only way in, the command lets passwords in again, beside the program that runs', () =>
  withScenario({}, async (scenario) => {
    const { db, clock } = scenario;
    const texts = { label: 'Lab', issuer: 'https://id.example', client_id: 'c', client_secret: '', scope: 'openid' };
    const row = {
      id: 1,
      ...texts,
      default_role: null,
      groups_claim: null,
      group_roles: '[]',
      enabled: 1,
      is_only_way: 1,
    };
    await db.insertInto('oidc_providers').values(row).execute();
    assert.equal(await signIn(scenario, scenarioPassword), 403);
    const said: string[] = [];
    const say = (line: string) => void said.push(line);
    const parts = { db, clock, config: readConfig({ DATA_DIR: folder }), say, readLine: async () => null };
    assert.equal(await allowPasswords(parts), 0);
    assert.equal(await signIn(scenario, scenarioPassword), 200);
    assert.equal(await allowPasswords(parts), 0);
    assert.match(said.join(), /lead in again.*nothing was changed/);
  }));

test('the secret of the OpenID client is sealed anew with the others', () =>
  withScenario({}, async ({ db, clock }) => {
    const dataDir = mkdtempSync(join(folder, 'data-'));
    const config = readConfig({ DATA_DIR: dataDir });
    const place = { table: 'oidc_providers', row: 1, column: 'client_secret' };
    const client_secret = new Secrets(openKeyRing(dataDir, null)).seal('of the client', place);
    const texts = { label: 'Lab', issuer: 'https://id.example', client_id: 'c', client_secret, scope: 'openid' };
    const row = {
      id: 1,
      ...texts,
      default_role: null,
      groups_claim: null,
      group_roles: '[]',
      enabled: 1,
      is_only_way: 0,
    };
    await db.insertInto('oidc_providers').values(row).execute();
    assert.equal(await rotateSecrets({ db, clock, config, say: () => undefined, readLine: async () => null }), 0);
    const now = await db.selectFrom('oidc_providers').select('client_secret').executeTakeFirstOrThrow();
    assert.notEqual(now.client_secret, client_secret);
    assert.equal(new Secrets(openKeyRing(dataDir, null)).open(now.client_secret, place), 'of the client');
  }));

test('whether the log was tampered with is told, also by the exit code', () =>
  withScenario({}, async ({ db, clock }) => {
    const said: string[] = [];
    const say = (line: string) => void said.push(line);
    const parts = { db, clock, config: readConfig({ DATA_DIR: folder }), say, readLine: async () => null };
    assert.equal(await verifyAudit(parts), 0);
    assert.match(said.join(), /is whole: \d+ lines.*Head: [0-9a-f]{64}/);
    await db.updateTable('activity').set({ message: 'nothing' }).execute();
    assert.equal(await verifyAudit(parts), 1);
    assert.match(said.join(), /line 1 does not fit/);
  }));

test('every stored secret is sealed with a new key, and opens with it alone; the old one is put aside', () =>
  withScenario({}, async ({ db, clock }) => {
    const dataDir = mkdtempSync(join(folder, 'data-'));
    const config = readConfig({ DATA_DIR: dataDir });
    const place = { table: 'webhooks', row: 1, column: 'secret' };
    const secret = new Secrets(openKeyRing(dataDir, null)).seal('open sesame', place);
    const row = { id: 1, user_id: 1, name: 'x', enabled: 1, does: '{}', allow_get: 0, allowed_addresses: '[]' };
    await db
      .insertInto('webhooks')
      .values({ ...row, per_minute: 1, prefix: '', hash: '', secret, last_triggered_at: null, created_at: 0 })
      .execute();
    const oldKey = readFileSync(join(dataDir, 'secret.key'), 'utf8');
    const said: string[] = [];
    const parts = { db, clock, config, say: (line: string) => void said.push(line), readLine: async () => null };
    assert.equal(await rotateSecrets(parts), 0);
    assert.match(said.join(), /^1 secrets are sealed with a new key/);
    const now = await db.selectFrom('webhooks').select('secret').executeTakeFirstOrThrow();
    assert.notEqual(now.secret, secret);
    assert.equal(new Secrets(openKeyRing(dataDir, null)).open(now.secret ?? '', place), 'open sesame');
    const newKey = readFileSync(join(dataDir, 'secret.key'), 'utf8');
    assert.ok(newKey !== oldKey && !newKey.includes(oldKey));
    assert.equal(readFileSync(join(dataDir, 'secret.key.old'), 'utf8'), oldKey);
    for (const file of ['secret.key', 'secret.key.old'])
      assert.equal(statSync(join(dataDir, file)).mode & 0o777, 0o600);
    assert.ok(!said.join().includes(oldKey.trim()) && !said.join().includes(newKey.trim()));
  }));

test('the secrets of channels and pings are sealed anew, too, each for its place', () =>
  withScenario({}, async ({ db, clock }) => {
    const dataDir = mkdtempSync(join(folder, 'data-'));
    const config = readConfig({ DATA_DIR: dataDir });
    const secrets = new Secrets(openKeyRing(dataDir, null));
    const channel = { table: 'notification_channels', row: 1, column: 'secrets.token' };
    const ping = { table: 'pings', row: 1, column: 'url' };
    const plain = { kind: 'ntfy', config: '{"a":"1.b"}', template: null, created_at: 0, enabled: 1 };
    const sealed = JSON.stringify({ token: secrets.seal('tk_1', channel) });
    await db
      .insertInto('notification_channels')
      .values({ ...plain, name: 'one', secrets: sealed })
      .execute();
    const url = secrets.seal('https://hc.example/1', ping);
    const empty = {
      schedule_id: null,
      every_ms: null,
      last_at: null,
      last_signal: null,
      last_ok: null,
      last_answer: null,
    };
    await db
      .insertInto('pings')
      .values({ ...empty, kind: 'address', enabled: 1, created_at: 0, url })
      .execute();
    const said: string[] = [];
    const say = (line: string) => void said.push(line);
    assert.equal(await rotateSecrets({ db, clock, config, say, readLine: async () => null }), 0);
    assert.match(said.join(), /^2 secrets are sealed with a new key/);
    const fresh = new Secrets(openKeyRing(dataDir, null));
    const row = await db.selectFrom('notification_channels').select('secrets').executeTakeFirstOrThrow();
    assert.equal(fresh.open((JSON.parse(row.secrets) as { token: string }).token, channel), 'tk_1');
    const watched = await db.selectFrom('pings').select('url').executeTakeFirstOrThrow();
    assert.equal(fresh.open(watched.url, ping), 'https://hc.example/1');
  }));

test('keys are not changed under a program that runs, nor when a secret cannot be opened', () =>
  withScenario({}, async ({ db, clock }) => {
    const dataDir = mkdtempSync(join(folder, 'data-'));
    const config = readConfig({ DATA_DIR: dataDir });
    const parts = { db, clock, config, say: () => undefined, readLine: async () => null };
    const lock = lockDatabase(config.databaseFile);
    await assert.rejects(rotateSecrets(parts), /in use by another Chrontainer/);
    lock.release();
    const place = { table: 'settings', row: 1, column: 'value' };
    const lost = new Secrets(openKeyRing(mkdtempSync(join(folder, 'other-')), null)).seal('x', place);
    const key = { user_id: 1, name: lost, prefix: '', hash: 'h', scopes: '[]', permissions: '[]', created_at: 0 };
    await db.insertInto('api_keys').values(key).execute();
    await assert.rejects(rotateSecrets(parts), { code: 'CHR_SECRET_UNREADABLE' });
    const { name } = await db.selectFrom('api_keys').select('name').executeTakeFirstOrThrow();
    assert.equal(name, lost);
  }));
