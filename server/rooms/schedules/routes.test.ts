import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import * as v from 'valibot';
import type { Schedule, ScheduleRevision } from '../../../contract/index.ts';
import { activityQuery } from '../../../contract/index.ts';
import type { Rooms } from '../../assembly/index.ts';
import { createRooms } from '../../assembly/index.ts';
import { connectEngine } from '../../engine/index.ts';
import { createLogger } from '../../log/index.ts';
import type { Scenario } from '../../scenario.ts';
import { openScenario, problemOf, testTable } from '../../scenario.ts';
import { scenarioSecrets } from '../../scenario-secrets.ts';
import { scheduleRoutes } from './index.ts';

const log = createLogger({ level: 'error', isPretty: false, write: () => undefined });
let scenario: Scenario;
let rooms: Rooms;

before(async () => {
  scenario = await openScenario({
    routes: async (ground) => {
      const local = { localUrl: 'unix:///nowhere.sock', timeZone: 'UTC', ownContainerId: null };
      rooms = await createRooms({ ...ground, ...local, log, connect: connectEngine, secrets: scenarioSecrets });
      await rooms.start();
      return scheduleRoutes(rooms);
    },
  });
});
after(async () => {
  await rooms.stop(0);
  await scenario.close();
});

const steps = [{ action: 'restart', targets: [{ hostId: 1, container: 'web' }] }];
const trigger = { kind: 'cron', expression: '30 7 * * MON-FRI', timeZone: 'Europe/Berlin' };
const body = { name: 'mornings', trigger, steps };
const path = '/api/v1/schedules';

testTable(
  () => scenario,
  [
    { name: 'is refused to nobody', as: 'nobody', call: `GET ${path}`, status: 401 },
    { name: 'is refused to nobody', as: 'nobody', call: `POST ${path}`, body, status: 401 },
    { name: 'is refused to a viewer', as: 'viewer', call: `POST ${path}`, body, status: 403, code: 'CHR_FORBIDDEN' },
    {
      name: 'makes a schedule, shows the next run and the words, and names the place',
      as: 'operator',
      call: `POST ${path}`,
      body,
      status: 201,
      check: ({ json, headers }) => {
        const made = json as Schedule;
        assert.equal(headers.location, `${path}/${made.id}`);
        assert.equal(made.nextRunAt, '2026-11-24T06:30:00.000Z');
        assert.match(made.description, /07:30/);
        assert.equal(made.policies.catchUp, 'latest');
      },
    },
    {
      name: 'says at the save what is legal but probably not meant',
      as: 'operator',
      call: `POST ${path}`,
      body: { ...body, name: 'each minute', trigger: { kind: 'cron', expression: '* 7 * * *', timeZone: 'UTC' } },
      status: 201,
      check: ({ json }) => assert.match((json as { warnings: string[] }).warnings[0] ?? '', /60 times in each hour/),
    },
    {
      name: 'says at the save that an expression can never fire',
      as: 'operator',
      call: `POST ${path}`,
      body: { ...body, name: 'never', trigger: { kind: 'cron', expression: '0 0 31 2 *' } },
      status: 201,
      check: ({ json }) =>
        assert.deepEqual((json as { warnings: string[] }).warnings, ['This can never fire: no month has such a day.']),
    },
    {
      name: 'names every fault at once, those of the schema and those that only the program sees',
      as: 'admin',
      call: `POST ${path}`,
      body: {
        name: '',
        extra: true,
        trigger: { kind: 'cron', expression: '61 * * * *', timeZone: 'Mars/Phobos', dst: 'never' },
        steps: [
          { action: 'scale', targets: [{ hostId: 9, container: 'web' }], options: { signal: 'SIGHUP' } },
          { action: 'stop', targets: [{ hostId: 1, container: 'web' }], options: { signal: 'SIGHUP' } },
          { action: 'restart', targets: [] },
        ],
      },
      status: 400,
      check: (reply) => {
        const paths = problemOf(reply).errors?.map((fault) => fault.path) ?? [];
        for (const expected of [
          'name',
          'extra',
          'trigger.expression',
          'trigger.timeZone',
          'trigger.dst',
          'steps.0.action',
          'steps.0.targets.0.hostId',
          'steps.1.options.signal',
          'steps.2.targets',
        ]) {
          assert.ok(paths.includes(expected), `${expected} in ${paths.join(', ')}`);
        }
      },
    },
    {
      name: 'refuses a one-time schedule in the past',
      as: 'admin',
      call: `POST ${path}`,
      body: { ...body, trigger: { kind: 'once', at: '2020-01-01T00:00:00.000Z' } },
      status: 400,
      faults: ['trigger.at'],
    },
    {
      name: 'refuses to come after a schedule that is not there, and bounds that cross',
      as: 'admin',
      call: `POST ${path}`,
      body: {
        ...body,
        trigger: { kind: 'after', scheduleId: 77, on: 'success' },
        startsAt: '2027-01-02T00:00:00.000Z',
        endsAt: '2027-01-01T00:00:00.000Z',
      },
      status: 400,
      faults: ['trigger.scheduleId', 'endsAt'],
    },
    {
      name: 'refuses to come after itself, and names the chain',
      as: 'admin',
      call: `POST ${path}`,
      body: { ...body, name: 'second', trigger: { kind: 'after', scheduleId: 1, on: 'any' } },
      status: 201,
      check: async ({ json }) => {
        const scheduleId = (json as Schedule).id;
        const loop = { body: { trigger: { kind: 'after', scheduleId, on: 'any' } } };
        const reply = await scenario.ask('admin', `PATCH ${path}/1`, loop);
        assert.equal(reply.status, 400);
        assert.match(problemOf(reply).detail, /mornings → second → mornings/);
      },
    },
    {
      name: 'changes what it names and counts the revision',
      as: 'admin',
      call: `PATCH ${path}/1`,
      body: { name: 'early' },
      status: 200,
      check: ({ json }) => assert.deepEqual([(json as Schedule).name, (json as Schedule).revision], ['early', 2]),
    },
    { name: 'is refused to a viewer', as: 'viewer', call: `PATCH ${path}/1`, body: { name: 'x' }, status: 403 },
    { name: 'knows no such schedule', as: 'admin', call: `PATCH ${path}/99`, body: { name: 'x' }, status: 404 },
    { name: 'wants a number', as: 'admin', call: `GET ${path}/one`, status: 400, faults: ['scheduleId'] },
    {
      name: 'shows a viewer the schedule with its last runs',
      as: 'viewer',
      call: `GET ${path}/1`,
      status: 200,
      check: ({ json }) => assert.deepEqual((json as Schedule).recent, []),
    },
    { name: 'is refused to a viewer', as: 'viewer', call: `POST ${path}/1/disable`, body: {}, status: 403 },
    {
      name: 'leaves nothing due',
      as: 'operator',
      call: `POST ${path}/1/disable`,
      body: {},
      status: 200,
      check: ({ json }) => assert.equal((json as Schedule).nextRunAt, null),
    },
    {
      name: 'makes it due again',
      as: 'operator',
      call: `POST ${path}/1/enable`,
      body: {},
      status: 200,
      check: ({ json }) => assert.equal((json as Schedule).nextRunAt, '2026-11-24T06:30:00.000Z'),
    },
    {
      name: 'shows the next slots in local time, also to a viewer',
      as: 'viewer',
      call: `POST ${path}/preview`,
      body: { trigger, count: 2 },
      status: 200,
      check: ({ json }) =>
        assert.deepEqual(
          (json as { slots: { local: string }[] }).slots.map((slot) => slot.local),
          ['2026-11-24T07:30:00+01:00[Europe/Berlin]', '2026-11-25T07:30:00+01:00[Europe/Berlin]'],
        ),
    },
    {
      name: 'names the faulty field of a trigger that is being written',
      as: 'viewer',
      call: `POST ${path}/preview`,
      body: { trigger: { kind: 'cron', expression: 'nonsense' } },
      status: 400,
      faults: ['trigger.expression'],
    },
    {
      name: 'shows the next slots of one that exists',
      as: 'viewer',
      call: `GET ${path}/1/preview?count=3`,
      status: 200,
      check: ({ json }) => assert.equal((json as { slots: unknown[] }).slots.length, 3),
    },
    { name: 'is refused to a viewer', as: 'viewer', call: `POST ${path}/1/run`, body: {}, status: 403 },
    {
      name: 'makes a run by hand and answers at once',
      as: 'operator',
      call: `POST ${path}/1/run`,
      body: {},
      status: 202,
      check: async ({ json }) => {
        const run = await rooms.runs.get((json as { runId: string }).runId);
        assert.deepEqual([run.origin, run.actor.name, run.scheduledFor], ['manual', 'operator', null]);
      },
    },
    {
      name: 'finds it by host and container, and by a part of its name',
      as: 'viewer',
      call: `GET ${path}?host=1&container=web&q=EAR`,
      status: 200,
      check: ({ json }) => assert.equal((json as { items: unknown[] }).items.length, 1),
    },
    {
      name: 'shows every edit with who made it, newest first',
      as: 'viewer',
      call: `GET ${path}/1/revisions`,
      status: 200,
      check: ({ json }) => {
        const { items } = json as { items: ScheduleRevision[] };
        assert.deepEqual(
          items.map((one) => [one.revision, one.document.name, one.document.enabled, one.actor.name]),
          [
            [4, 'early', true, 'operator'],
            [3, 'early', false, 'operator'],
            [2, 'early', true, 'admin'],
            [1, 'mornings', true, 'operator'],
          ],
        );
      },
    },
    {
      name: 'goes back to a revision, as a new one',
      as: 'operator',
      call: `POST ${path}/1/revisions/1/restore`,
      body: {},
      status: 200,
      check: ({ json }) => assert.deepEqual([(json as Schedule).name, (json as Schedule).revision], ['mornings', 5]),
    },
    { name: 'knows no such revision', as: 'admin', call: `POST ${path}/1/revisions/9/restore`, body: {}, status: 404 },
    { name: 'is refused to a viewer', as: 'viewer', call: `POST ${path}/1/revisions/1/restore`, body: {}, status: 403 },
    {
      name: 'makes a copy that is disabled',
      as: 'operator',
      call: `POST ${path}/1/duplicate`,
      body: {},
      status: 201,
      check: ({ json }) =>
        assert.deepEqual([(json as Schedule).name, (json as Schedule).enabled], ['mornings (copy)', false]),
    },
    { name: 'is refused to a viewer', as: 'viewer', call: `POST ${path}/1/duplicate`, body: {}, status: 403 },
    {
      name: 'switches none when one is unknown',
      as: 'operator',
      call: `POST ${path}/switch`,
      body: { ids: [1, 99], enabled: false },
      status: 404,
      check: async () => assert.equal((await rooms.schedules.get(1)).enabled, true),
    },
    {
      name: 'switches several',
      as: 'operator',
      call: `POST ${path}/switch`,
      body: { ids: [1, 2], enabled: false },
      status: 200,
      check: ({ json }) =>
        assert.deepEqual(
          (json as { items: Schedule[] }).items.map((one) => one.enabled),
          [false, false],
        ),
    },
    {
      name: 'is refused to a viewer',
      as: 'viewer',
      call: `POST ${path}/switch`,
      body: { ids: [1], enabled: true },
      status: 403,
    },
    { name: 'is refused to an operator', as: 'operator', call: `POST ${path}/trust-clock`, body: {}, status: 403 },
    { name: 'goes on', as: 'admin', call: `POST ${path}/trust-clock`, body: {}, status: 204 },
    { name: 'is refused to a viewer', as: 'viewer', call: `DELETE ${path}/1`, status: 403 },
    { name: 'deletes it', as: 'admin', call: `DELETE ${path}/1`, status: 204 },
    { name: 'is gone then', as: 'admin', call: `GET ${path}/1`, status: 404, code: 'CHR_NOT_FOUND' },
    {
      name: 'stands in the bin',
      as: 'viewer',
      call: `GET ${path}/bin`,
      status: 200,
      check: ({ json }) =>
        assert.deepEqual(
          (json as { items: { id: number }[] }).items.map((one) => one.id),
          [1],
        ),
    },
    { name: 'is refused to a viewer', as: 'viewer', call: `POST ${path}/1/undelete`, body: {}, status: 403 },
    {
      name: 'comes back as it was',
      as: 'operator',
      call: `POST ${path}/1/undelete`,
      body: {},
      status: 200,
      check: ({ json }) => assert.deepEqual([(json as Schedule).name, (json as Schedule).enabled], ['mornings', false]),
    },
    { name: 'is brought back once', as: 'operator', call: `POST ${path}/1/undelete`, body: {}, status: 404 },
  ],
);

test('an edit leaves before and after in the activity log, and nothing of what the steps say', async () => {
  const made = await scenario.ask('admin', `POST ${path}`, { body: { ...body, name: 'nightly' } });
  const patch = {
    name: 'hourly',
    policies: { catchUp: 'all' },
    steps: [{ action: 'http', options: { url: 'https://example.org/hook', method: 'POST', body: 'hunter2' } }],
  };
  const changed = await scenario.ask('admin', `PATCH ${path}/${(made.json as Schedule).id}`, { body: patch });
  assert.equal(changed.status, 200, changed.text);
  const { items } = await scenario.activity.list(v.parse(activityQuery, { action: 'schedule.update' }));
  const message = items[0]?.message ?? '';
  assert.match(message, /^name: nightly → hourly, .*catchUp: \w+ → all.*, steps changed$/);
  assert.doesNotMatch(message, /hunter2|example\.org/);
});

test('who may not run commands sets no schedule going that does, however it was stopped, and may stop it', async () => {
  const exec = { action: 'exec', targets: [{ hostId: 1, container: 'web' }], options: { command: ['true'] } };
  const made = await scenario.ask('admin', `POST ${path}`, { body: { ...body, name: 'commands', steps: [exec] } });
  const { id, nextRunAt } = made.json as Schedule;
  const one = `${path}/${id}`;
  const refused = async (call: string, more?: object): Promise<void> =>
    assert.equal(problemOf(await scenario.ask('operator', call, { body: more })).code, 'CHR_FORBIDDEN', call);
  const slot = `${one}/slots/${nextRunAt}`;
  const until = new Date(Date.parse(String(nextRunAt)) + 3_600_000).toISOString();
  await refused(`PUT ${slot}`, { kind: 'postpone', until });
  assert.equal((await scenario.ask('operator', `PUT ${slot}`, { body: { kind: 'skip' } })).status, 200);
  await refused(`DELETE ${slot}`);
  assert.equal((await scenario.ask('admin', `DELETE ${slot}`)).status, 204);
  assert.equal((await scenario.ask('operator', `POST ${one}/disable`)).status, 200);
  await refused(`POST ${one}/enable`);
  await refused(`POST ${path}/switch`, { ids: [id], enabled: true });
  await refused(`POST ${one}/duplicate`);
  await refused(`POST ${one}/run`);
  assert.equal((await scenario.ask('operator', `DELETE ${one}`)).status, 204);
  await refused(`POST ${one}/undelete`);
  assert.equal((await scenario.ask('admin', `POST ${one}/undelete`)).status, 200);
  await refused(`POST ${one}/revisions/1/restore`);
  assert.equal((await scenario.ask('admin', `DELETE ${one}`)).status, 204);
});
