import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import * as v from 'valibot';
import type { Run, Trigger } from '../../../contract/index.ts';
import { scheduleInput } from '../../../contract/index.ts';
import type { LabEngine } from '../../../lab/engine.ts';
import { privateEngine } from '../../../lab/engine.ts';
import { waitUntil } from '../../../lab/wait.ts';
import type { Rooms } from '../../assembly/index.ts';
import { createRooms } from '../../assembly/index.ts';
import { Bus } from '../../bus/index.ts';
import { systemClock } from '../../clock/index.ts';
import type { OpenDatabase } from '../../database/index.ts';
import { openDatabase } from '../../database/index.ts';
import { connectEngine } from '../../engine/index.ts';
import { createLogger } from '../../log/index.ts';
import { scenarioCaller as caller } from '../../scenario-caller.ts';
import { scenarioSecrets } from '../../scenario-secrets.ts';

const folder = mkdtempSync(join(tmpdir(), 'chrontainer-watcher-'));
const log = createLogger({ level: 'error', isPretty: false, write: (line) => process.stderr.write(line) });
let engine: LabEngine;
let database: OpenDatabase;
let rooms: Rooms;

before(async () => {
  engine = await privateEngine();
  await engine.run('helper');
  database = await openDatabase(join(folder, 'chrontainer.db'), Date.now());
  const bus = new Bus((error) => assert.fail(String(error)));
  const ground = { db: database.db, bus, clock: systemClock, log, connect: connectEngine };
  rooms = await createRooms({
    ...ground,
    localUrl: engine.url,
    timeZone: 'UTC',
    ownContainerId: null,
    secrets: scenarioSecrets,
  });
  await rooms.start();
  await rooms.hosts.settled();
});
after(async () => {
  await rooms.stop(0);
  await database.close();
  await engine.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A schedule that pauses and unpauses the helper when the event comes; answers with its ID. */
const on = async (event: Partial<Extract<Trigger, { kind: 'event' }>>, container: string): Promise<number> => {
  const targets = [{ hostId: 1, container: 'helper' }];
  const written = v.parse(scheduleInput, {
    name: `on ${event.event}`,
    trigger: { kind: 'event', source: [{ hostId: 1, container }], minSpacingMs: 0, ...event },
    steps: [
      { action: 'pause', targets },
      { action: 'unpause', targets },
    ],
  });
  return (await rooms.schedules.create(written, caller)).id;
};
const runsOf = async (schedule: number): Promise<Run[]> =>
  (await rooms.history.list({ schedule, limit: 100 })).items.reverse();
const untilRuns = (id: number, count: number) =>
  waitUntil(`${count} runs`, 20_000, 50, async () => (await runsOf(id)).length >= count);
const untilSeen = (name: string) =>
  waitUntil(`${name} in the picture`, 10_000, 20, () => rooms.hosts.byName(1, name) !== undefined);

test('a container that dies by itself begins a run that names it and its exit code; one that is stopped does not', async () => {
  await engine.run('mortal', {
    cmd: ['sh', '-c', 'trap "exit 0" TERM; while [ ! -e /end ]; do sleep 0.1; done; exit 7'],
  });
  await untilSeen('mortal');
  const died = await on({ event: 'died' }, 'mortal');
  const onlyEight = await on({ event: 'died', exitCodes: [8] }, 'mortal');
  const started = await on({ event: 'started' }, 'mortal');
  await engine.request('POST', '/containers/mortal/stop');
  await engine.request('POST', '/containers/mortal/start');
  await untilRuns(started, 1);
  assert.deepEqual(await runsOf(died), []);
  const { json } = await engine.request('POST', '/containers/mortal/exec', { Cmd: ['touch', '/end'] });
  await engine.request('POST', `/exec/${(json as { Id: string }).Id}/start`, { Detach: true });
  await untilRuns(died, 1);
  const [run] = await runsOf(died);
  assert.deepEqual([run?.origin, run?.cause, run?.scheduledFor], ['event', 'mortal died with exit code 7', null]);
  assert.deepEqual(await runsOf(onlyEight), []);
});

test('a container that becomes unhealthy begins one run within the spacing, however often it changes', async () => {
  const second = 1_000_000_000;
  const healthcheck = { Test: ['CMD-SHELL', 'test ! -e /sick'], Interval: second / 4, Timeout: second, Retries: 1 };
  await engine.run('patient', { healthcheck });
  await untilSeen('patient');
  const sick = await on({ event: 'unhealthy', minSpacingMs: 60_000 }, 'patient');
  const well = await on({ event: 'healthy' }, 'patient');
  const inside = async (...cmd: string[]) => {
    const { json } = await engine.request('POST', '/containers/patient/exec', { Cmd: cmd });
    await engine.request('POST', `/exec/${(json as { Id: string }).Id}/start`, { Detach: true });
  };
  for (let round = 1; round <= 2; round++) {
    await inside('touch', '/sick');
    await waitUntil('unhealthy', 20_000, 50, () => rooms.hosts.byName(1, 'patient')?.health === 'unhealthy');
    await inside('rm', '/sick');
    await untilRuns(well, round);
  }
  assert.deepEqual(
    (await runsOf(sick)).map((run) => run.cause),
    ['patient became unhealthy'],
  );
});
