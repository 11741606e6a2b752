import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import type { Page, Run, RunOutput } from '../../../contract/index.ts';
import type { LabEngine } from '../../../lab/engine.ts';
import { privateEngine } from '../../../lab/engine.ts';
import type { Rooms } from '../../assembly/index.ts';
import { createRooms } from '../../assembly/index.ts';
import { systemClock } from '../../clock/index.ts';
import { connectEngine } from '../../engine/index.ts';
import { createLogger } from '../../log/index.ts';
import type { Scenario } from '../../scenario.ts';
import { openScenario, problemOf, testTable } from '../../scenario.ts';
import { scenarioSecrets } from '../../scenario-secrets.ts';
import { runRoutes } from './index.ts';

const log = createLogger({ level: 'error', isPretty: false, write: () => undefined });
let engine: LabEngine;
let scenario: Scenario;
let rooms: Rooms;

before(async () => {
  engine = await privateEngine();
  await engine.run('web');
  const self = await engine.run('chrontainer');
  scenario = await openScenario({
    routes: async (ground) => {
      const local = { localUrl: engine.url, timeZone: 'UTC', ownContainerId: self };
      rooms = await createRooms({
        ...ground,
        ...local,
        clock: systemClock,
        log,
        connect: connectEngine,
        secrets: scenarioSecrets,
      });
      await rooms.start();
      await rooms.hosts.settled();
      return runRoutes({ ...rooms, fleet: rooms.hosts });
    },
  });
});
after(async () => {
  await rooms.stop(0);
  await scenario.close();
  await engine.close();
});

const web = '/api/v1/hosts/1/containers/web/actions';
const self = '/api/v1/hosts/1/containers/chrontainer/actions';

testTable(
  () => scenario,
  [
    { name: 'is refused to nobody', as: 'nobody', call: `POST ${web}`, body: { action: 'restart' }, status: 401 },
    { name: 'is refused to a viewer', as: 'viewer', call: `POST ${web}`, body: { action: 'restart' }, status: 403 },
    {
      name: 'acts and, asked to wait, answers with the finished run',
      as: 'operator',
      call: `POST ${web}?wait=true`,
      body: { action: 'restart' },
      status: 200,
      check: ({ json }) => {
        const run = json as Run;
        assert.equal(run.outcome, 'succeeded');
        assert.deepEqual([run.origin, run.actor.kind, run.actor.name], ['manual', 'user', 'operator']);
        assert.equal(run.steps[0]?.targets[0]?.container, 'web');
      },
    },
    {
      name: 'acts once for one Idempotency-Key, however often it is sent',
      as: 'operator',
      call: `POST ${web}`,
      body: { action: 'pause' },
      headers: { 'Idempotency-Key': 'pause-1' },
      status: 202,
      check: async ({ json }) => {
        const call = { body: { action: 'pause' }, headers: { 'Idempotency-Key': 'pause-1' } };
        const again = await scenario.ask('operator', `POST ${web}`, call);
        assert.deepEqual(again.json, json);
        await rooms.runs.waitFor((json as { runId: string }).runId, 30_000);
      },
    },
    {
      name: 'refuses what this version lacks and options that do nothing',
      as: 'operator',
      call: `POST ${web}`,
      body: { action: 'stop', options: { signal: 'SIGHUP' } },
      status: 400,
      faults: ['options.signal'],
    },
    {
      name: 'knows no such container',
      as: 'operator',
      call: 'POST /api/v1/hosts/1/containers/we/actions',
      body: { action: 'stop' },
      status: 404,
    },
    {
      name: 'knows no such host',
      as: 'operator',
      call: 'POST /api/v1/hosts/7/containers/web/actions',
      body: { action: 'stop' },
      status: 404,
    },
    ...(['stop', 'kill', 'pause'] as const).map((action) => ({
      name: `never ${action}s the container that runs the program`,
      as: 'admin' as const,
      call: `POST ${self}`,
      body: { action },
      status: 409,
      code: 'CHR_PROTECTED',
    })),
    {
      name: 'leaves the own container out of a bulk action',
      as: 'operator',
      call: 'POST /api/v1/actions?wait=true',
      body: { action: 'stop', targets: [{ hostId: 1, all: true }] },
      status: 200,
      check: async ({ json }) => {
        const targets = (json as Run).steps[0]?.targets ?? [];
        assert.deepEqual(
          targets.map((target) => [target.container, target.outcome]),
          [['web', 'succeeded']],
        );
      },
    },
    {
      name: 'names each unknown host of a bulk action',
      as: 'operator',
      call: 'POST /api/v1/actions',
      body: {
        action: 'stop',
        targets: [
          { hostId: 8, all: true },
          { hostId: 9, container: 'web' },
        ],
      },
      status: 400,
      faults: ['targets.0.hostId', 'targets.1.hostId'],
    },
    {
      name: 'shows a viewer what ran, newest first, a page at a time',
      as: 'viewer',
      call: 'GET /api/v1/runs?container=web&limit=2',
      status: 200,
      check: async ({ json }) => {
        const first = json as Page<Run>;
        assert.equal(first.items.length, 2);
        const rest = await scenario.ask('viewer', `GET /api/v1/runs?container=web&limit=2&cursor=${first.nextCursor}`);
        const ids = [...first.items, ...(rest.json as Page<Run>).items].map((run) => run.id);
        assert.deepEqual(ids, ids.toSorted().reverse());
        assert.equal(ids.length, 3);
      },
    },
    {
      name: 'filters by outcome, origin and time',
      as: 'viewer',
      call: 'GET /api/v1/runs?outcome=succeeded&origin=schedule&from=2026-01-01T00:00:00.000Z&host=1',
      status: 200,
      check: ({ json }) => assert.deepEqual((json as Page<Run>).items, []),
    },
    { name: 'knows no such run', as: 'viewer', call: 'GET /api/v1/runs/none', status: 404 },
    {
      name: 'refuses commands to who may only operate',
      as: 'operator',
      call: `POST ${web}`,
      body: { action: 'exec', options: { command: ['true'] } },
      status: 403,
      code: 'CHR_FORBIDDEN',
    },
    {
      name: 'names a missing command, and options of other actions',
      as: 'admin',
      call: `POST ${web}`,
      body: { action: 'exec', options: { signal: 'SIGHUP' } },
      status: 400,
      faults: ['options.signal', 'options.command'],
    },
    {
      name: 'runs a command, and shows its output as what it is: text',
      as: 'admin',
      call: `POST ${self}?wait=true`,
      body: { action: 'exec', options: { command: ['sh', '-c', 'echo "<b>one</b>"; sleep 0.5; echo two >&2'] } },
      status: 200,
      check: async ({ json }) => {
        const { id, outcome } = json as Run;
        assert.equal(outcome, 'succeeded');
        const { items, ...rest } = (await scenario.ask('viewer', `GET /api/v1/runs/${id}/output`)).json as RunOutput;
        assert.deepEqual(rest, { truncated: false, nextCursor: null });
        assert.deepEqual(
          items.map(({ step, target, stream, text }) => [step, target, stream, text]),
          [
            [0, 0, 'stdout', '<b>one</b>\n'],
            [0, 0, 'stderr', 'two\n'],
          ],
        );
        const none = await scenario.ask('viewer', `GET /api/v1/runs/${id}/output?step=1`);
        assert.deepEqual((none.json as RunOutput).items, []);
        const page = await scenario.ask('viewer', `GET /api/v1/runs/${id}/output?limit=1`);
        assert.equal((page.json as RunOutput).nextCursor, '1');
      },
    },
    {
      name: 'begins a command whose output is followed while it runs, until its end',
      as: 'admin',
      call: `POST ${self}`,
      body: { action: 'exec', options: { command: ['sh', '-c', 'echo first; sleep 1; echo second'] } },
      status: 202,
      check: async ({ json }) => {
        const { runId } = json as { runId: string };
        const path = `/api/v1/runs/${runId}/output?follow=true`;
        const { text } = await scenario.ask('viewer', `GET ${path}`);
        const events = [...text.matchAll(/^event: (.*)$/gm)].map((match) => match[1]);
        assert.deepEqual(events, ['output', 'output', 'end']);
        assert.match(text, /"text":"first\\n".*"text":"second\\n".*"truncated":false/s);
        const rest = await scenario.ask('viewer', `GET ${path}`, { headers: { 'Last-Event-ID': '1' } });
        assert.doesNotMatch(rest.text, /first/);
        assert.match(rest.text, /second/);
      },
    },
    {
      name: 'runs a container on a host',
      as: 'admin',
      call: 'POST /api/v1/actions?wait=true',
      body: { action: 'run', hostId: 1, options: { image: 'tiny:1', command: ['echo', 'hello'] } },
      status: 200,
      check: async ({ json }) => {
        const { id, outcome } = json as Run;
        assert.equal(outcome, 'succeeded');
        const output = await scenario.ask('viewer', `GET /api/v1/runs/${id}/output`);
        assert.equal((output.json as RunOutput).items[0]?.text, 'hello\n');
      },
    },
    {
      name: 'names what is missing, and what has no place, in a step on a host',
      as: 'admin',
      call: 'POST /api/v1/actions',
      body: { action: 'run', targets: [{ hostId: 1, container: 'web' }], options: { image: '../x', binds: ['/etc'] } },
      status: 400,
      faults: ['options.image', 'options.binds.0'],
    },
    {
      name: 'names a host that is missing or not there',
      as: 'admin',
      call: 'POST /api/v1/actions',
      body: { action: 'run', targets: [{ hostId: 1, container: 'web' }], options: {} },
      status: 400,
      faults: ['options.image', 'targets', 'hostId'],
    },
    { name: 'knows no output of what is no run', as: 'viewer', call: 'GET /api/v1/runs/none/output', status: 404 },
    { name: 'is refused to a viewer', as: 'viewer', call: 'POST /api/v1/runs/none/cancel', body: {}, status: 403 },
    {
      name: 'cannot cancel what is over, and says so',
      as: 'operator',
      call: 'GET /api/v1/runs?limit=1',
      status: 200,
      check: async ({ json }) => {
        const id = (json as Page<Run>).items[0]?.id;
        const reply = await scenario.ask('operator', `POST /api/v1/runs/${id}/cancel`, { body: {} });
        assert.equal(reply.status, 409);
        assert.match(problemOf(reply).detail, /is over \(succeeded\)/);
      },
    },
  ],
);
