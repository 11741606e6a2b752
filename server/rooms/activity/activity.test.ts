import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import * as v from 'valibot';
import type { Activity, Actor, AuditCheck } from '../../../contract/index.ts';
import { activityQuery } from '../../../contract/index.ts';
import type { Scenario } from '../../scenario.ts';
import { openScenario, testTable } from '../../scenario.ts';
import { ActivityLog, Auditor, activityRoutes } from './index.ts';

const ada: Actor = { kind: 'user', id: 1, name: 'ada', address: '192.0.2.7' };
const told: Activity[] = [];
let scenario: Scenario;
before(async () => {
  scenario = await openScenario({
    routes: (rooms) =>
      activityRoutes({ ...rooms, auditor: new Auditor(rooms), sight: { activity: (_who, line) => line } }),
  });
  scenario.bus.on('activity.recorded', (line) => told.push(line));
  await scenario.activity.record({
    actor: ada,
    action: 'container.stop',
    target: 'web on Local',
    result: 'ok',
    hostId: 1,
  });
  await scenario.clock.advance(1000);
  await scenario.activity.record({
    actor: ada,
    action: 'container.stop',
    target: '50%_off',
    result: 'failed',
    message: 'no',
  });
});
after(() => scenario.close());

const list = async (query: Record<string, string>) =>
  (await scenario.activity.list(v.parse(activityQuery, query))).items;
const targets = async (query: Record<string, string>) =>
  (await list({ action: 'container.stop', ...query })).map((line) => line.target);

testTable(
  () => scenario,
  [
    { name: 'is nothing for strangers', as: 'nobody', call: 'GET /api/v1/activity', status: 401 },
    {
      name: 'shows a viewer the newest first',
      as: 'viewer',
      call: 'GET /api/v1/activity?limit=1',
      status: 200,
      check: ({ json }) => {
        const { items, nextCursor } = json as { items: Activity[]; nextCursor: string };
        assert.deepEqual(items[0], {
          ...items[0],
          at: '2026-11-23T08:00:01.000Z',
          actor: ada,
          action: 'container.stop',
          target: '50%_off',
          result: 'failed',
          message: 'no',
          runId: null,
          hostId: null,
          scheduleId: null,
        });
        assert.equal(nextCursor, String(items[0]?.id));
      },
    },
    {
      name: 'names bad filters',
      as: 'viewer',
      call: 'GET /api/v1/activity?limit=0&from=yesterday&page=2',
      status: 400,
      faults: ['limit', 'from', 'page'],
    },
    {
      name: "refuses a cursor of its caller's own making",
      as: 'viewer',
      call: 'GET /api/v1/activity?cursor=x',
      status: 400,
      faults: ['cursor'],
    },
    {
      name: 'finds by who did it, of which kind, to what, and how it ended',
      as: 'viewer',
      call: 'GET /api/v1/activity?actor=AD&actorKind=user&target=WEB&result=ok&action=container.stop',
      status: 200,
      check: ({ json }) => assert.equal((json as { items: unknown[] }).items.length, 1),
    },
    {
      name: 'finds nothing where one filter does not fit',
      as: 'viewer',
      call: 'GET /api/v1/activity?actor=ada&actorKind=webhook',
      status: 200,
      check: ({ json }) => assert.deepEqual((json as { items: unknown[] }).items, []),
    },
    { name: 'is not for everybody as a file', as: 'viewer', call: 'GET /api/v1/activity/export', status: 403 },
    {
      name: 'gives a file of JSON lines',
      as: 'admin',
      call: 'GET /api/v1/activity/export?action=container.stop',
      status: 200,
      check: ({ text, headers }) => {
        assert.match(String(headers['content-disposition']), /chrontainer-activity\.ndjson/);
        const lines = text.trimEnd().split('\n');
        assert.deepEqual(
          lines.map((line) => JSON.parse(line).target),
          ['50%_off', 'web on Local'],
        );
      },
    },
    { name: 'is not for everybody to check', as: 'operator', call: 'GET /api/v1/activity/check', status: 403 },
    {
      name: 'finds the log whole',
      as: 'admin',
      call: 'GET /api/v1/activity/check',
      status: 200,
      check: ({ json }) => assert.equal((json as AuditCheck).isWhole, true),
    },
    { name: 'cannot be written by a call', as: 'admin', call: 'POST /api/v1/activity', status: 405 },
    { name: 'cannot be deleted by a call', as: 'admin', call: 'DELETE /api/v1/activity', status: 405 },
  ],
);

test('filters find by text, by name, by address, by action and by time; signs of SQL are only signs', async () => {
  assert.deepEqual(await targets({ q: 'WEB on' }), ['web on Local']);
  assert.deepEqual(await targets({ q: '50%_' }), ['50%_off']);
  assert.deepEqual(await targets({ q: '%' }), ['50%_off']);
  assert.deepEqual(await targets({ q: "' OR 1=1 --" }), []);
  assert.deepEqual(await targets({ q: 'ada' }), ['50%_off', 'web on Local']);
  assert.deepEqual(await targets({ q: '192.0.2.7' }), ['50%_off', 'web on Local']);
  assert.deepEqual(await targets({ action: 'container.start' }), []);
  assert.deepEqual(await targets({ from: '2026-11-23T08:00:01.000Z' }), ['50%_off']);
  assert.deepEqual(await targets({ to: '2026-11-23T08:00:01.000Z' }), ['web on Local']);
});

test('pages follow each other without gap or repetition', async () => {
  const seen: number[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const query = v.parse(activityQuery, { limit: '2', ...(cursor ? { cursor } : {}) });
    const page = await scenario.activity.list(query);
    seen.push(...page.items.map((line) => line.id));
    cursor = page.nextCursor;
  }
  const all = await list({ limit: '1000' });
  assert.deepEqual(
    seen,
    all.map((line) => line.id),
  );
});

test('hostile names stay on their line', async () => {
  const name = 'eve\n2026-11-23 admin stopped everything\u2028\u001b[2J';
  await scenario.activity.record({
    actor: { ...ada, name },
    action: 'x',
    target: name,
    result: 'refused',
    message: name,
  });
  const [line] = await list({ limit: '1' });
  assert.doesNotMatch(JSON.stringify([line?.actor.name, line?.target, line?.message]), /\\n|\\u001b|\u2028/);
});

test('a line of a transaction is told after the commit, and neither kept nor told after a rollback', async () => {
  told.length = 0;
  const record = (action: string, fails: boolean) =>
    scenario.db.transaction().execute(async (trx) => {
      await scenario.activity.record({ actor: ada, action, result: 'ok' }, trx);
      assert.equal(told.length, 0);
      if (fails) throw new Error('rolled back');
    });
  await assert.rejects(record('a.rolled-back', true));
  await record('b.committed', false);
  assert.deepEqual(
    (await list({ limit: '1' })).map((line) => line.action),
    ['b.committed'],
  );
  assert.deepEqual(
    told.map((line) => line.action),
    ['b.committed'],
  );
});

test('the log has no way to change or remove a line', () => {
  assert.deepEqual(Object.getOwnPropertyNames(ActivityLog.prototype).sort(), ['constructor', 'list', 'record']);
});

test('a cell of the CSV that looks like a formula becomes text', async () => {
  const actor = { ...ada, name: '=HYPERLINK("x")' };
  await scenario.activity.record({ actor, action: 'x', target: 'a,"b"', result: 'ok' });
  const { text } = await scenario.ask('admin', 'GET /api/v1/activity/export?format=csv&action=x');
  assert.match(text, /^"id","at","actorKind","actor",/);
  assert.match(text, /"'=HYPERLINK\(""x""\)"/);
  assert.ok(text.includes('"a,""b"""'));
});
