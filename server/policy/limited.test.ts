import assert from 'node:assert/strict';
import { request } from 'node:http';
import { after, before, test } from 'node:test';
import type { Container, Host, Page, Run, Schedule, SessionAnswer, Timeline } from '../../contract/index.ts';
import type { LabEngine } from '../../lab/engine.ts';
import { privateEngine } from '../../lab/engine.ts';
import { waitUntil } from '../../lab/wait.ts';
import { guardOf } from '../admission.ts';
import type { Rooms } from '../assembly/index.ts';
import { createRooms } from '../assembly/index.ts';
import { systemClock } from '../clock/index.ts';
import { connectEngine } from '../engine/index.ts';
import { createLogger } from '../log/index.ts';
import { activityRoutes } from '../rooms/activity/index.ts';
import { CloserLook, Containers, containerRoutes } from '../rooms/containers/index.ts';
import { EventFeed, eventsRoutes } from '../rooms/events/index.ts';
import { hostRoutes } from '../rooms/hosts/index.ts';
import { runRoutes } from '../rooms/runs/index.ts';
import { scheduleRoutes } from '../rooms/schedules/index.ts';
import { timelineRoutes } from '../rooms/timeline/index.ts';
import type { Scenario } from '../scenario.ts';
import { openScenario, testTable } from '../scenario.ts';
import { scenarioSecrets } from '../scenario-secrets.ts';
import type { Guard } from './index.ts';

const log = createLogger({ level: 'error', isPretty: false, write: () => undefined });
const shop = { 'com.docker.compose.project': 'shop' };
let engine: LabEngine;
let scenario: Scenario;
let rooms: Rooms;
let feed: EventFeed;
let guard: Guard;

/** A keeper of the stack `shop` among other people's containers, on a real engine. */
before(async () => {
  engine = await privateEngine();
  await engine.run('web', { labels: shop });
  await engine.run('other', { labels: { 'com.docker.compose.project': 'other' } });
  await engine.run('alone');
  scenario = await openScenario({
    guard: (call) => guard(call),
    clock: systemClock,
    routes: async ({ db, bus }) => {
      const host = { enabled: 1, color: '#000000', created_at: 0, url: 'unix:///nowhere/docker.sock' };
      await db
        .insertInto('hosts')
        .values({ ...host, id: 2, name: 'Secret' })
        .execute();
      const ground = { db, bus, clock: systemClock, log, connect: connectEngine, secrets: scenarioSecrets };
      rooms = await createRooms({ ...ground, localUrl: engine.url, timeZone: 'UTC', ownContainerId: null });
      await rooms.start();
      await rooms.hosts.settled();
      guard = guardOf(rooms);
      const findSchedule = async (id: number) => (await rooms.schedules.find(id)) ?? null;
      feed = new EventFeed({ bus, clock: systemClock, log, version: '1', sight: rooms.sight, findSchedule });
      return [
        ...hostRoutes(rooms),
        ...containerRoutes(
          new Containers(rooms.hosts, systemClock),
          new CloserLook(rooms.hosts, rooms.schedules, rooms.updates),
        ),
        ...runRoutes({ ...rooms, fleet: rooms.hosts }),
        ...scheduleRoutes(rooms),
        ...timelineRoutes(rooms.timelines),
        ...activityRoutes(rooms),
        ...eventsRoutes(feed),
      ];
    },
  });
  const permissions = JSON.stringify(['view', 'logs', 'operate', 'schedules', 'hosts']);
  const at = { created_at: 0, updated_at: 0 };
  await scenario.db
    .insertInto('roles')
    .values([
      { ...at, name: 'keeper', permissions, scopes: JSON.stringify([{ stack: 'shop' }]) },
      { ...at, name: 'looker', permissions: JSON.stringify(['view']), scopes: JSON.stringify([{ stack: 'shop' }]) },
    ])
    .execute();
  await scenario.accounts.roles.reload();
  await scenario.join('keeper', 'keeper');
  await scenario.join('looker', 'looker');
});
after(async () => {
  feed.close();
  await rooms.stop(0);
  await scenario.close();
  await engine.close();
});

const items = <T>(json: unknown): T[] => (json as Page<T>).items;
const one = '/api/v1/hosts/1/containers';
const act = { action: 'restart', options: { timeoutMs: 0 } };
const on = (...containers: string[]) => containers.map((container) => ({ hostId: 1, container }));
const schedule = (name: string, targets: unknown) => ({
  name,
  trigger: { kind: 'interval', everyMs: 3_600_000 },
  steps: [{ action: 'stop', targets }],
});

testTable(
  () => scenario,
  [
    {
      name: 'lists only what the keeper may see',
      as: 'keeper',
      call: 'GET /api/v1/containers',
      status: 200,
      check: ({ json }) =>
        assert.deepEqual(
          items<Container>(json).map(({ name }) => name),
          ['web'],
        ),
    },
    {
      name: 'shows the host of what he sees without its address, and no other host',
      as: 'keeper',
      call: 'GET /api/v1/hosts',
      status: 200,
      check: ({ json }) =>
        assert.deepEqual(
          items<Host>(json).map(({ id, url, containers }) => [id, url, containers.total]),
          [[1, '', 1]],
        ),
    },
    { name: 'shows him his host', as: 'keeper', call: 'GET /api/v1/hosts/1', status: 200 },
    {
      name: 'does not name a host that he may not see',
      as: 'keeper',
      call: 'GET /api/v1/hosts/2',
      status: 404,
      check: ({ text }) => assert.doesNotMatch(text, /Secret/),
    },
    {
      name: 'does not name the host of a container that he may not see',
      as: 'keeper',
      call: 'GET /api/v1/hosts/2/containers/web',
      status: 404,
      check: ({ text }) => assert.doesNotMatch(text, /Secret/),
    },
    { name: 'refuses what concerns the whole host', as: 'keeper', call: 'POST /api/v1/hosts/1/test', status: 403 },
    { name: 'shows him his container', as: 'keeper', call: `GET ${one}/web`, status: 200 },
    { name: "knows nothing of another's container", as: 'keeper', call: `GET ${one}/alone`, status: 404 },
    { name: 'nor acts on it', as: 'keeper', call: `POST ${one}/alone/actions`, body: act, status: 404 },
    { name: 'acts on his own', as: 'keeper', call: `POST ${one}/web/actions?wait=true`, body: act, status: 200 },
    { name: 'refuses who may only look', as: 'looker', call: `POST ${one}/web/actions`, body: act, status: 403 },
    {
      name: "knows nothing of another's container in a body",
      as: 'keeper',
      call: 'POST /api/v1/actions',
      body: { ...act, targets: on('web', 'alone') },
      status: 404,
    },
    {
      name: 'refuses a selector that reaches further than he does',
      as: 'keeper',
      call: 'POST /api/v1/actions',
      body: { ...act, targets: [{ hostId: 1, all: true }] },
      status: 403,
    },
    {
      name: 'refuses a command in his own container without that right',
      as: 'keeper',
      call: 'POST /api/v1/actions',
      body: { action: 'exec', targets: on('web'), options: { command: ['true'] } },
      status: 403,
    },
    {
      name: 'makes a schedule for his stack',
      as: 'keeper',
      call: 'POST /api/v1/schedules',
      body: schedule('own', [{ stack: 'shop' }]),
      status: 201,
    },
    {
      name: 'refuses one that reaches further',
      as: 'keeper',
      call: 'POST /api/v1/schedules',
      body: schedule('wide', [{ namePattern: '*' }]),
      status: 403,
    },
    {
      name: 'makes one for everything',
      as: 'admin',
      call: 'POST /api/v1/schedules',
      body: schedule('all', [{ hostId: 1, all: true }]),
      status: 201,
    },
    {
      name: 'lists his own',
      as: 'keeper',
      call: 'GET /api/v1/schedules',
      status: 200,
      check: ({ json }) =>
        assert.deepEqual(
          items<Schedule>(json).map(({ name }) => name),
          ['own'],
        ),
    },
    {
      name: 'refuses to widen his own',
      as: 'keeper',
      call: 'PATCH /api/v1/schedules/1',
      body: { steps: schedule('', on('alone')).steps },
      status: 404,
    },
    { name: "knows nothing of another's", as: 'keeper', call: 'DELETE /api/v1/schedules/2', status: 404 },
    { name: 'nor runs it', as: 'keeper', call: 'POST /api/v1/schedules/2/run', status: 404 },
    {
      name: 'nor switches it with others',
      as: 'keeper',
      call: 'POST /api/v1/schedules/switch',
      body: { ids: [1, 2], enabled: false },
      status: 404,
    },
    {
      name: 'lets who may only look not change what he sees',
      as: 'looker',
      call: 'DELETE /api/v1/schedules/1',
      status: 403,
    },
    {
      name: 'tells him what he is limited to',
      as: 'keeper',
      call: 'GET /api/v1/session',
      status: 200,
      check: ({ json }) => assert.deepEqual((json as SessionAnswer).scopes, [{ stack: 'shop' }]),
    },
  ],
);

test('what one has deleted one brings back, and nothing else', async () => {
  const brought = async (who: string, id: number) =>
    (await scenario.ask(who, `POST /api/v1/schedules/${id}/undelete`)).status;
  assert.equal((await scenario.ask('keeper', 'DELETE /api/v1/schedules/1')).status, 204);
  assert.equal(await brought('looker', 1), 403);
  assert.equal(await brought('keeper', 1), 200);
  assert.equal((await scenario.ask('admin', 'DELETE /api/v1/schedules/2')).status, 204);
  assert.equal(await brought('keeper', 2), 404);
  assert.equal(await brought('admin', 2), 200);
});

test('of a run one sees the targets that one may see, and may cancel only what is all one\u2019s own', async () => {
  const begun = await scenario.ask('admin', 'POST /api/v1/actions?wait=true', {
    body: { ...act, targets: on('alone', 'web') },
  });
  const { id } = begun.json as Run;
  const seen = (await scenario.ask('keeper', `GET /api/v1/runs/${id}`)).json as Run;
  assert.deepEqual(
    seen.steps[0]?.targets.map(({ container }) => container),
    ['web'],
  );
  assert.equal((await scenario.ask('keeper', `POST /api/v1/runs/${id}/cancel`)).status, 403);
  assert.equal((await scenario.ask('keeper', `GET /api/v1/runs/${id}/output`)).status, 403);
  const other = await scenario.ask('admin', 'POST /api/v1/actions?wait=true', {
    body: { ...act, targets: on('alone') },
  });
  const hidden = (other.json as Run).id;
  assert.equal((await scenario.ask('keeper', `GET /api/v1/runs/${hidden}`)).status, 404);
  assert.equal((await scenario.ask('keeper', `POST /api/v1/runs/${hidden}/cancel`)).status, 404);
  const list = await scenario.ask('keeper', 'GET /api/v1/runs?limit=1');
  assert.deepEqual(
    items<Run>(list.json).map((run) => run.id),
    [id],
  );
  assert.doesNotMatch(list.text, /alone/);
  // What is left out of a run is not found by asking for it either: its name could be guessed letter by letter.
  const found = async (query: string) => items<Run>((await scenario.ask('keeper', `GET /api/v1/runs?${query}`)).json);
  for (const query of ['q=alone', 'q=al', 'container=alone', 'host=2']) assert.deepEqual(await found(query), [], query);
  for (const query of ['q=WE', 'container=web', 'host=1']) assert.ok((await found(query)).length > 0, query);
  const span = `from=${new Date(Date.now() - 60_000).toISOString()}&to=${new Date().toISOString()}`;
  const axis = async (name: string) => scenario.ask('keeper', `GET /api/v1/timeline?${span}&container=${name}`);
  assert.deepEqual(((await axis('alone')).json as Timeline).runs, []);
  assert.ok(((await axis('web')).json as Timeline).runs.length > 0);
});

test('the timeline and the log name nothing that may not be seen', async () => {
  const span = `from=${new Date(Date.now() - 60_000).toISOString()}&to=${new Date(Date.now() + 7_200_000).toISOString()}`;
  const reply = await scenario.ask('keeper', `GET /api/v1/timeline?${span}`);
  const { runs, slots } = reply.json as Timeline;
  assert.ok(runs.length > 0 && slots.length > 0);
  assert.doesNotMatch(reply.text, /alone|other|Secret|"all"/);
  const whole = await scenario.ask('admin', `GET /api/v1/timeline?${span}`);
  assert.match(whole.text, /alone/);
  const log = await scenario.ask('keeper', 'GET /api/v1/activity?limit=1000');
  assert.match(log.text, /"keeper"/);
  assert.doesNotMatch(log.text, /alone|"admin"/);
});

test('the stream tells what may be seen, and ends when the rights change', async () => {
  let text = '';
  let isOver = false;
  const headers = { Cookie: scenario.cookieOf('keeper') ?? '' };
  request({ host: '127.0.0.1', port: scenario.port, path: '/api/v1/events', headers }, (incoming) => {
    incoming.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    incoming.once('close', () => {
      isOver = true;
    });
  }).end();
  await waitUntil('the reset', 10_000, 20, () => text.includes('event: reset'));
  const all = await scenario.ask('admin', 'POST /api/v1/actions?wait=true', {
    body: { ...act, targets: on('alone', 'other', 'web') },
  });
  assert.equal(all.status, 200);
  await waitUntil('his part of it', 10_000, 20, () => text.includes((all.json as Run).id));
  await waitUntil('his container', 10_000, 20, () => text.includes('event: container\n'));
  assert.doesNotMatch(text, /alone|other|Secret/);
  await scenario.db
    .updateTable('roles')
    .set({ scopes: JSON.stringify([{ stack: 'other' }]) })
    .where('name', '=', 'keeper')
    .execute();
  await scenario.accounts.roles.reload();
  await waitUntil('the end of the stream', 15_000, 50, () => isOver);
  const now = await scenario.ask('keeper', 'GET /api/v1/containers');
  assert.deepEqual(
    items<Container>(now.json).map(({ name }) => name),
    ['other'],
  );
});
