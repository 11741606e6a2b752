import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import * as v from 'valibot';
import type { Timeline } from '../../../contract/index.ts';
import { scheduleInput } from '../../../contract/index.ts';
import type { LabEngine } from '../../../lab/engine.ts';
import { privateEngine } from '../../../lab/engine.ts';
import { waitUntil } from '../../../lab/wait.ts';
import type { Rooms } from '../../assembly/index.ts';
import { createRooms } from '../../assembly/index.ts';
import { systemClock } from '../../clock/index.ts';
import { connectEngine } from '../../engine/index.ts';
import { createLogger } from '../../log/index.ts';
import type { Scenario } from '../../scenario.ts';
import { openScenario, problemOf } from '../../scenario.ts';
import { scenarioCaller as caller } from '../../scenario-caller.ts';
import { scenarioSecrets } from '../../scenario-secrets.ts';
import { timelineRoutes } from './index.ts';

const log = createLogger({ level: 'error', isPretty: false, write: (line) => process.stderr.write(line) });
const hour = 3_600_000;
let engine: LabEngine;
let scenario: Scenario;
let rooms: Rooms;

before(async () => {
  engine = await privateEngine();
  await engine.run('web');
  await engine.run('db');
  scenario = await openScenario({
    routes: async (ground) => {
      const local = { localUrl: engine.url, timeZone: 'UTC', ownContainerId: null };
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
      return timelineRoutes(rooms.timelines);
    },
  });
});
after(async () => {
  await rooms.stop(0);
  await scenario.close();
  await engine.close();
});

const ask = async (more = ''): Promise<Timeline> => {
  const span = `from=${new Date(Date.now() - hour).toISOString()}&to=${new Date(Date.now() + 24 * hour).toISOString()}`;
  const reply = await scenario.ask('viewer', `GET /api/v1/timeline?${span}${more}`);
  assert.equal(reply.status, 200, reply.text);
  return reply.json as Timeline;
};
const statesOf = async (container: string) => (await ask(`&container=${container}`)).states.map((entry) => entry.state);

test('what ran, what will run and what a container was stand on one axis', async () => {
  const targets = [{ hostId: 1, container: 'web' }];
  const input = { name: 'hourly', trigger: { kind: 'cron', expression: '0 * * * *' } };
  const made = await rooms.schedules.create(
    v.parse(scheduleInput, { ...input, steps: [{ action: 'restart', targets }] }),
    caller,
  );
  const actor = caller.actor;
  const { id } = await rooms.runs.request({ origin: 'manual', actor, steps: [{ action: 'pause', targets }] });
  await rooms.runs.waitFor(id, 20_000);
  await waitUntil('the pause in the states', 10_000, 20, async () => (await statesOf('web')).includes('paused'));
  const timeline = await ask('&container=web');
  assert.deepEqual(
    timeline.runs.map((run) => [run.action, run.outcome, run.targets]),
    [['pause', 'succeeded', targets]],
  );
  assert.equal(timeline.slots.length, 24);
  assert.ok(timeline.slots.every((slot) => slot.scheduleId === made.id && slot.at > timeline.now));
  assert.deepEqual(timeline.slots[0]?.targets, targets);
  assert.deepEqual(await statesOf('web'), ['running', 'paused']);
  assert.equal((await ask('&container=db')).slots.length, 0);
});

test('asked why, a schedule tells what its containers were around that minute, and of no others', async () => {
  const [{ id } = { id: 0 }] = (await rooms.schedules.list({ limit: 1 }, caller.rights)).items;
  const { around } = await rooms.whys.ask(id, Date.now(), caller);
  assert.deepEqual(
    around.map((entry) => [entry.container, entry.state]),
    [
      ['web', 'running'],
      ['web', 'paused'],
    ],
  );
  const halfAnHourAgo = await rooms.whys.ask(id, Date.now() - hour / 2, caller);
  assert.deepEqual(halfAnHourAgo.around, []);
  const tomorrow = await rooms.whys.ask(id, Date.now() + 86_400_000, caller);
  assert.deepEqual(tomorrow.around, [], 'nobody knows what they will be');
});

test('while everything is paused the slots say what stands against them', async () => {
  await rooms.settings.update({ isPaused: true }, caller.actor);
  await waitUntil('the pause', 5_000, 10, async () => (await ask()).slots.every((slot) => slot.obstacle === 'paused'));
});

test('a host that cannot be asked leaves its containers unknown, and known again when it is back', async () => {
  await engine.stop();
  await waitUntil('unknown', 20_000, 50, async () => (await statesOf('db')).at(-1) === null);
  await engine.start();
  await waitUntil('known', 30_000, 50, async () => (await statesOf('db')).at(-1) === 'exited');
});

test('a span that is none, or too long, is refused, and so is nobody', async () => {
  const path = 'GET /api/v1/timeline?from=2026-01-01T00:00:00.000Z&to=';
  for (const to of ['2025-01-01T00:00:00.000Z', '2027-01-01T00:00:00.000Z']) {
    const reply = await scenario.ask('viewer', `${path}${to}`);
    assert.equal(reply.status, 400);
    assert.deepEqual(
      problemOf(reply).errors?.map((fault) => fault.path),
      ['to'],
    );
  }
  assert.equal((await scenario.ask('nobody', `${path}2026-01-02T00:00:00.000Z`)).status, 401);
});
