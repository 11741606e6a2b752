import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import * as v from 'valibot';
import { hostInput } from '../../../contract/index.ts';
import { TellingStage, well } from '../../../lab/telling-stage.ts';
import type { FieldError } from '../../errors/index.ts';
import { scenarioCaller as caller } from '../../scenario-caller.ts';
import { ada } from '../../stage.ts';

let scene: TellingStage;
let channel: number;

before(async () => {
  scene = await TellingStage.open();
  const target = { kind: 'webhook', config: { url: scene.receiver.url } };
  channel = (await scene.channel({ name: 'hook', target })).id;
});
after(() => scene.close());

const rules = () => scene.stage.rooms.notifications.rules;
const faultsOf = async (saving: Promise<unknown>): Promise<[string, string][]> => {
  const error = await saving.then(
    () => assert.fail('it was taken'),
    (reason: { fields?: FieldError[] }) => reason,
  );
  return (error.fields ?? []).map(({ path, message }) => [path, message]);
};

test('everything that a rule names and that is not there is told at once, with the faults of its template', async () => {
  const schedule = await scene.schedule('Backup', well);
  const faults = await faultsOf(
    scene.rule({
      ...{ events: ['run.failed'], channels: [channel, 77], hosts: [1, 99], schedules: [98, schedule] },
      template: { title: '{{ nothing.such }}', body: null, request: null },
    }),
  );
  assert.deepEqual(faults.slice(0, 3), [
    ['channels.1', 'there is no channel 77; name another or leave it out'],
    ['hosts.1', 'there is no host 99; name another or leave it out'],
    ['schedules.0', 'there is no schedule 98; name another or leave it out'],
  ]);
  assert.deepEqual([faults.length, faults[3]?.[0]], [4, 'template.title']);
  assert.deepEqual(rules().list(), []);
});

test('a rule whose schedule was deleted since says so and can be changed, but takes no other that is not there', async () => {
  const schedule = await scene.schedule('Old', well);
  const made = await scene.rule({ events: ['run.failed'], channels: [channel], schedules: [schedule] });
  assert.deepEqual(made.gone, { hosts: [], schedules: [] });
  await scene.stage.rooms.schedules.remove(schedule, caller);
  assert.deepEqual(rules().list()[0]?.gone, { hosts: [], schedules: [schedule] });
  const renamed = await rules().change(made.id, { name: 'renamed' }, ada);
  assert.deepEqual([renamed.name, renamed.schedules, renamed.gone.schedules], ['renamed', [schedule], [schedule]]);
  const faults = await faultsOf(rules().change(made.id, { schedules: [schedule, 99], hosts: [98] }, ada));
  assert.deepEqual(
    faults.map(([path]) => path),
    ['hosts.0', 'schedules.1'],
  );
  const mended = await rules().change(made.id, { schedules: [] }, ada);
  assert.deepEqual(mended.gone.schedules, []);
  await assert.rejects(rules().change(made.id, { schedules: [schedule] }, ada), { code: 'CHR_INVALID_INPUT' });
});

test('a rule goes on without a host that was deleted since, and says which one that is', async () => {
  const { hostKeeper } = scene.stage.rooms;
  const host = await hostKeeper.create(v.parse(hostInput, { name: 'nas', url: 'tcp://127.0.0.1:1' }), ada);
  const made = await scene.rule({ events: ['host.offline'], channels: [channel], hosts: [1, host.id] });
  await hostKeeper.remove(host.id, ada);
  assert.deepEqual((await rules().change(made.id, { enabled: false }, ada)).gone.hosts, [host.id]);
});
