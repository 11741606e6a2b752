import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sql } from 'kysely';
import type { HealthAnswer } from '../../../contract/index.ts';
import { catalogue } from '../../errors/index.ts';
import { createLogger } from '../../log/index.ts';
import type { Scenario } from '../../scenario.ts';
import { openScenario, testTable } from '../../scenario.ts';
import type { CheckResult } from './index.ts';
import { databaseCheck, Health, serviceRoutes } from './index.ts';

const version = '1.2.3';
let engines: CheckResult | Error = { status: 'ok' };
const logged: string[] = [];
let scenario: Scenario;
before(async () => {
  scenario = await openScenario({
    routes: ({ db, clock }) => {
      const log = createLogger({ level: 'debug', isPretty: false, write: (line) => logged.push(line) });
      const checkEngines = () => {
        if (engines instanceof Error) throw engines;
        return engines;
      };
      const checks = [databaseCheck(db, clock), { name: 'engines', check: checkEngines }];
      const health = new Health({ clock, log, version, checks });
      return serviceRoutes({ version, health, openApi: () => scenario.app.openApi(version) });
    },
  });
});
after(() => scenario.close());

const health = async () => {
  const reply = await scenario.ask('nobody', 'GET /health');
  return { status: reply.status, body: reply.json as HealthAnswer, text: reply.text };
};

testTable(
  () => scenario,
  [
    {
      name: 'needs no sign-in',
      as: 'nobody',
      call: 'GET /api/version',
      status: 200,
      check: ({ json }) => assert.deepEqual(json, { version }),
    },
    { name: 'takes what monitors add against caches', as: 'nobody', call: 'GET /health?_=123', status: 200 },
    { name: 'can only be read', as: 'nobody', call: 'POST /health', status: 405, code: 'CHR_METHOD_NOT_ALLOWED' },
    {
      name: 'describes every route, this one too',
      as: 'nobody',
      call: 'GET /api/v1/openapi.json',
      status: 200,
      check: ({ json }) => {
        const { openapi, paths } = json as { openapi: string; paths: Record<string, unknown> };
        assert.equal(openapi, '3.1.0');
        assert.deepEqual(
          Object.keys(paths).sort(),
          [...new Set(scenario.parts.routes.map((route) => route.path))].sort(),
        );
      },
    },
    {
      name: 'is a page without scripts, styles of its own or anything from elsewhere, with an anchor for every error',
      as: 'nobody',
      call: 'GET /api/docs',
      status: 200,
      check: ({ text, headers }) => {
        assert.equal(headers['content-type'], 'text/html; charset=utf-8');
        assert.doesNotMatch(text, /<script|<style|\sstyle=|\son\w+=|https?:\/\//i);
        assert.match(text, /POST \/api\/v1\/session/);
        for (const code of Object.keys(catalogue)) assert.match(text, new RegExp(`id="${code}"`));
      },
    },
    {
      name: 'is the style of the page',
      as: 'nobody',
      call: 'GET /api/docs.css',
      status: 200,
      check: ({ headers }) => assert.equal(headers['content-type'], 'text/css; charset=utf-8'),
    },
  ],
);

test('the health is ok while everything works', async () => {
  const { status, body } = await health();
  assert.deepEqual(
    [status, body.status, body.version, body.startedAt],
    [200, 'ok', version, '2026-11-23T08:00:00.000Z'],
  );
  assert.deepEqual(body.checks, { database: { status: 'ok' }, engines: { status: 'ok' } });
});

test('a part that is away degrades the health, and the program still serves', async () => {
  engines = { status: 'degraded', message: '1 of the hosts cannot be reached' };
  const { status, body } = await health();
  assert.deepEqual([status, body.status, body.checks['engines']], [200, 'degraded', engines]);
});

test('a check that throws has failed: 503, with the cause in the log only', async () => {
  engines = new Error('secret host name nas.lan');
  const { status, body, text } = await health();
  assert.deepEqual([status, body.status], [503, 'unavailable']);
  assert.doesNotMatch(text, /nas\.lan/);
  assert.match(logged.join(''), /nas\.lan/);
  engines = { status: 'ok' };
});

test('a database that takes no writes makes the program unavailable, until it takes them again', async () => {
  await scenario.clock.advance(10_000);
  await sql`PRAGMA query_only = ON`.execute(scenario.db);
  const broken = await health();
  assert.deepEqual([broken.status, broken.body.checks['database']?.status], [503, 'failed']);
  await sql`PRAGMA query_only = OFF`.execute(scenario.db);
  assert.equal((await health()).status, 200);
});

test('asking for the health again and again does not write again and again', async () => {
  const probedAt = async () =>
    (
      await scenario.db
        .selectFrom('settings')
        .select('updated_at')
        .where('key', '=', 'service.probe')
        .executeTakeFirst()
    )?.updated_at;
  const first = await probedAt();
  await scenario.clock.advance(9_999);
  await health();
  assert.equal(await probedAt(), first);
  await scenario.clock.advance(1);
  await health();
  assert.equal(await probedAt(), scenario.clock.now());
});
