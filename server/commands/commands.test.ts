import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { readConfig } from '../config.ts';
import type { Scenario } from '../scenario.ts';
import { withScenario } from '../scenario.ts';
import { resetPassword } from './reset-password.ts';
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
