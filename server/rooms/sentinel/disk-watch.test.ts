import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import * as v from 'valibot';
import { channelInput, notificationRuleInput } from '../../../contract/index.ts';
import type { SmallDisk } from '../../../lab/small-disk.ts';
import { smallDisk } from '../../../lab/small-disk.ts';
import { systemClock } from '../../clock/index.ts';
import { GroupCommit } from '../../database/index.ts';
import { createLogger } from '../../log/index.ts';
import { ada, Stage } from '../../stage.ts';
import { Desk } from './desk.ts';
import { DiskWatch } from './disk-watch.ts';

let stage: Stage;
let small: SmallDisk;
let roomy: SmallDisk;

before(async () => {
  // Room is taken where something is written alone.
  [small, roomy] = [await smallDisk(100), await smallDisk(2_000)];
  stage = await Stage.open('unix:///nowhere/docker.sock');
  const target = { kind: 'webhook', config: { url: 'http://127.0.0.1:9/' } };
  const { channels, rules } = stage.rooms.notifications;
  const { id } = await channels.create(v.parse(channelInput, { name: 'all', target }), ada);
  const rule = { name: 'all', events: ['disk.low'], channels: [id], foldMs: 0 };
  await rules.create(v.parse(notificationRuleInput, rule), ada);
});
after(async () => {
  await stage.close();
  for (const disk of [small, roomy]) await disk.close();
});

/** As at a start of the program. */
const lookAt = async ({ outside }: SmallDisk): Promise<void> => {
  const log = createLogger({ level: 'error', isPretty: false, write: (line) => process.stderr.write(line) });
  const { hosts, notifications } = stage.rooms;
  const desk = new Desk({
    ...{ db: stage.db, commits: new GroupCommit(stage.db), bus: stage.bus, clock: systemClock, log },
    ...{ fleet: hosts, notices: notifications.notices, dataDir: outside, localTime: String },
  });
  await desk.troubles.load();
  await new DiskWatch(desk, outside).look();
  desk.stop();
};
const told = async () => (await stage.rooms.notifications.deliveries.list({ limit: 10 })).items;

test('a disk that runs low is told once, also across a restart, and again when it had room meanwhile', async () => {
  await lookAt(roomy);
  assert.deepEqual(await told(), []);
  await lookAt(small);
  await lookAt(small);
  const [first, ...others] = await told();
  assert.equal(others.length, 0);
  assert.deepEqual([first?.event, first?.severity], ['disk.low', 'warning']);
  assert.match(first?.body ?? '', /^\d+ MB are free where the database is, \d+ %\.\nWhen it is full/);
  await lookAt(roomy);
  await lookAt(small);
  assert.equal((await told()).length, 2);
});
