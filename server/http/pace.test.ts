import assert from 'node:assert/strict';
import { test } from 'node:test';
import { waysIn } from '../admission.ts';
import { Sight } from '../policy/index.ts';
import { ApiKeys, apiKeyRoutes } from '../rooms/api-keys/index.ts';
import type { Scenario } from '../scenario.ts';
import { problemOf, scenarioPassword, withScenario } from '../scenario.ts';
import type { EdgeParts } from './index.ts';

const own = 'GET /api/v1/me';

const statusesOf = async (scenario: Scenario, who: string, call: string, times: number): Promise<number[]> => {
  const statuses: number[] = [];
  for (let i = 0; i < times; i++) statuses.push((await scenario.ask(who, call)).status);
  return statuses;
};

test('a caller who asks too often is told when to come back, and is let in then', async () => {
  await withScenario({ callsPerMinute: 10 }, async (scenario) => {
    const first = await scenario.ask('viewer', own);
    assert.equal(first.headers['ratelimit-policy'], '"api";q=10;w=60');
    assert.equal(first.headers['ratelimit'], '"api";r=9;t=60');
    assert.equal(first.headers['retry-after'], undefined);
    await scenario.clock.advance(20_000);
    assert.deepEqual(await statusesOf(scenario, 'viewer', own, 10), [...Array<number>(9).fill(200), 429]);
    const refused = await scenario.ask('viewer', own);
    assert.equal(problemOf(refused).code, 'CHR_TOO_MANY_REQUESTS');
    assert.deepEqual([refused.headers['ratelimit'], refused.headers['retry-after']], ['"api";r=0;t=40', '40']);
    await scenario.clock.advance(40_000);
    assert.equal((await scenario.ask('viewer', own)).status, 200);
  });
});

test('sessions, and strangers at the same address, each have a limit of their own', async () => {
  await withScenario({ callsPerMinute: 10 }, async (scenario) => {
    assert.equal((await statusesOf(scenario, 'nobody', own, 11)).at(-1), 429);
    assert.equal((await statusesOf(scenario, 'viewer', own, 11)).at(-1), 429);
    assert.equal((await scenario.ask('operator', own)).status, 200);
  });
});

test('an API key has a limit of its own, beside the session of its owner', async () => {
  let ways: Pick<EdgeParts, 'authenticate' | 'refresh'> | undefined;
  const sight = new Sight({ containersOf: () => [], byName: () => undefined });
  await withScenario(
    {
      callsPerMinute: 10,
      authenticate: async (credentials) => ways?.authenticate(credentials),
      routes: ({ accounts, ...rooms }) => {
        const rightsOf = (role: string) => accounts.roles.rightsOf(role);
        const keys = new ApiKeys({ ...rooms, sight, rightsOf, hasHost: () => true });
        ways = waysIn(accounts, keys);
        return apiKeyRoutes(keys);
      },
    },
    async (scenario) => {
      const body = { name: 'script', scopes: ['read'] };
      const made = await scenario.ask('viewer', 'POST /api/v1/api-keys', { body });
      const { key } = made.json as { key: string };
      const byKey = () => scenario.ask('nobody', 'GET /api/v1/session', { headers: { 'X-API-Key': key } });
      for (let i = 0; i < 10; i++) assert.notEqual((await byKey()).status, 429);
      assert.equal((await byKey()).status, 429);
      assert.equal((await scenario.ask('viewer', own)).status, 200);
    },
  );
});

test('strangers who use up the limit of an address keep nobody there from signing in', async () => {
  await withScenario({ callsPerMinute: 10 }, async (scenario) => {
    assert.equal((await statusesOf(scenario, 'nobody', own, 11)).at(-1), 429);
    for (const call of ['GET /api/v1/setup', 'GET /api/v1/session', 'POST /api/v1/session/passkey/challenge']) {
      assert.notEqual((await scenario.ask('nobody', call)).status, 429, call);
    }
    const body = { username: 'admin', password: scenarioPassword };
    const signedIn = await scenario.ask('nobody', 'POST /api/v1/session', { body });
    assert.equal(signedIn.status, 200);
    assert.match(String(signedIn.headers['ratelimit']), /^"sign-in";/);
  });
});

test('without a limit nothing is counted, and no answer speaks of one', async () => {
  await withScenario({ callsPerMinute: null }, async (scenario) => {
    const reply = await scenario.ask('viewer', own);
    assert.deepEqual([reply.status, reply.headers['ratelimit']], [200, undefined]);
  });
});
