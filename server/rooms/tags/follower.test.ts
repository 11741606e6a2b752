import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import * as v from 'valibot';
import { scheduleInput } from '../../../contract/index.ts';
import type { LabEngine } from '../../../lab/engine.ts';
import { privateEngine } from '../../../lab/engine.ts';
import { waitUntil } from '../../../lab/wait.ts';
import { scenarioCaller } from '../../scenario-caller.ts';
import { ada, on, Stage } from '../../stage.ts';

let engine: LabEngine;
let stage: Stage;

before(async () => {
  engine = await privateEngine();
  await engine.run('web');
  await engine.run('db');
  stage = await Stage.open(engine.url);
});
after(async () => {
  await stage.close();
  await engine.close();
});

const rename = (from: string, to: string) => engine.request('POST', `/containers/${from}/rename?name=${to}`);
const notesOf = (container: string) => stage.rooms.tags.written({ hostId: 1, container }).notes;
const row = (name: string) => stage.rooms.hosts.findContainer(1, name);
const stepsOf = async (id: number) => JSON.stringify((await stage.rooms.schedules.find(id))?.steps);
const restartOf = (name: string) =>
  stage.rooms.schedules.create(
    v.parse(scheduleInput, {
      name: `restart ${name}`,
      trigger: { kind: 'manual' },
      steps: [{ action: 'restart', targets: on(name) }],
    }),
    scenarioCaller,
  );

test('notes and schedules go along with a container that is renamed outside', { timeout: 60_000 }, async () => {
  await stage.rooms.tags.setNotes(row('web'), 'ask Ada first', ada);
  const schedule = await restartOf('web');
  await rename('web', 'shop');
  await waitUntil('the notes moved', 30_000, 50, () => notesOf('shop') === 'ask Ada first');
  assert.equal(notesOf('web'), '');
  await waitUntil('the schedule follows', 10_000, 50, async () => (await stepsOf(schedule.id)).includes('"shop"'));
  const lines = await stage.db.selectFrom('activity').select(['action', 'actor']).execute();
  const followed = lines.filter(({ action }) => action.endsWith('.follow'));
  assert.deepEqual(followed.map(({ action }) => action).sort(), ['container.follow', 'schedule.follow']);
  assert.ok(followed.every(({ actor }) => JSON.parse(actor).kind === 'system'));
});

test('they stay with the name when another container takes it over, as in a re-creation', {
  timeout: 60_000,
}, async () => {
  await stage.rooms.tags.setNotes(row('db'), 'the data', ada);
  const schedule = await restartOf('db');
  await rename('db', 'aaaaaaaaaaaa_db');
  await engine.run('db');
  await waitUntil('both are seen', 20_000, 20, () => {
    const { hosts } = stage.rooms;
    return hosts.byName(1, 'aaaaaaaaaaaa_db') !== undefined && hosts.byName(1, 'db') !== undefined;
  });
  // Longer than names take to settle: what would follow has followed by then.
  await new Promise((resolve) => setTimeout(resolve, 12_000));
  assert.equal(notesOf('db'), 'the data');
  assert.ok((await stepsOf(schedule.id)).includes('"db"'));
});
