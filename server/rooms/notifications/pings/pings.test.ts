import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import * as v from 'valibot';
import { heartbeatInput, pingInput, policies, scheduleInput } from '../../../../contract/index.ts';
import type { Receiver } from '../../../../lab/receiver.ts';
import { openReceiver } from '../../../../lab/receiver.ts';
import { badly, TellingStage, well } from '../../../../lab/telling-stage.ts';
import { waitUntil } from '../../../../lab/wait.ts';
import { scenarioCaller as caller } from '../../../scenario-caller.ts';
import type { Stage } from '../../../stage.ts';
import { ada } from '../../../stage.ts';

let scene: TellingStage;
let receiver: Receiver;
let stage: Stage;
const check = '/ping/5bf66975-d4c7-4bf5-bcc8-b8d8a82ea278';

before(async () => {
  scene = await TellingStage.open();
  ({ receiver, stage } = scene);
});
after(() => scene.close());
beforeEach(() => {
  receiver.received = [];
  receiver.answer = { status: 200, body: 'OK' };
});

const watched = async (name: string, steps: object[], input: Partial<v.InferInput<typeof pingInput>> = {}) => {
  const id = await scene.schedule(name, steps);
  const whole = { kind: 'healthchecks' as const, url: `${receiver.url}${check}`, ...input };
  await stage.rooms.watch.pings.set(id, v.parse(pingInput, whole), name, ada);
  return id;
};
const signalled = async (count: number) => {
  await waitUntil('the signals', 20_000, 20, () => receiver.received.length >= count);
  return receiver.received;
};
const gone = (scheduleId: number) =>
  waitUntil(
    'nothing to be left',
    20_000,
    20,
    async () => (await stage.rooms.watch.pings.get(scheduleId))?.waiting === 0,
  );

/** As healthchecks.io/docs/http_api demands: HEAD, GET or POST, a UUID as `rid`, at most 100 kB. */
const rid = /\?rid=[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

test('Healthchecks is told the start and the success of a run, with the run as rid (healthchecks.io/docs/http_api)', async () => {
  const id = await watched('Good', well);
  const run = await scene.runOf(id);
  const [start, success] = await signalled(2);
  assert.deepEqual([start?.method, start?.path], ['POST', `${check}/start?rid=${run.id}`]);
  assert.deepEqual([success?.method, success?.path], ['POST', `${check}?rid=${run.id}`]);
  assert.match(start?.path ?? '', rid);
  assert.match(success?.text ?? '', /^Good: succeeded/);
  assert.ok(Buffer.byteLength(success?.text ?? '') < 100_000);
  await gone(id);
  const ping = await stage.rooms.watch.pings.get(id);
  assert.deepEqual([ping?.last?.signal, ping?.last?.ok, ping?.last?.answer], ['success', true, '200 OK']);
});

test('Healthchecks is told a failure with the reason, and what was left out is only written down', async () => {
  const id = await watched('Bad', badly);
  const run = await scene.runOf(id);
  const [, fail] = await signalled(2);
  assert.equal(fail?.path, `${check}/fail?rid=${run.id}`);
  assert.match(fail?.text ?? '', /^Bad: failed\nrestart web on Local: There is no socket at/);
  await gone(id);
  receiver.received = [];
  await stage.rooms.schedules.change(
    id,
    {
      steps: v.parse(scheduleInput.entries.steps, [{ ...badly[0], targets: [{ tag: 'none' }] }]),
      policies: v.parse(policies, { onNoMatch: 'skip' }),
    },
    caller,
  );
  await scene.runOf(id);
  const [, log] = await signalled(2);
  assert.match(log?.path ?? '', /\/log\?rid=/);
});

test('Uptime Kuma is told up and down, with a message and the time, and no start (uptime-kuma wiki, push endpoint)', async () => {
  receiver.answer = { status: 200, body: '{"ok":true}' };
  const url = `${receiver.url}/api/push/tOkEn?status=up&msg=OK&ping=`;
  const good = await watched('Kuma good', well, { kind: 'uptime_kuma', url });
  await scene.runOf(good);
  const [up] = await signalled(1);
  const query = new URL(up?.path ?? '', receiver.url).searchParams;
  assert.deepEqual(
    [up?.method, query.getAll('status'), query.get('msg')],
    ['GET', ['up'], 'Kuma good: succeeded wait: waited 0.001 s'],
  );
  assert.match(query.get('ping') ?? '', /^\d+$/);
  receiver.received = [];
  const bad = await watched('Kuma bad', badly, { kind: 'uptime_kuma', url });
  await scene.runOf(bad);
  const [down] = await signalled(1);
  assert.equal(new URL(down?.path ?? '', receiver.url).searchParams.get('status'), 'down');
  await gone(bad);
  assert.equal(receiver.received.length, 1);
});

test('an address is called when all is well, and not otherwise', async () => {
  const url = `${receiver.url}/beat`;
  await scene.runOf(await watched('Address bad', badly, { kind: 'address', url }));
  await scene.runOf(await watched('Address good', well, { kind: 'address', url }));
  await signalled(1);
  assert.deepEqual(
    receiver.received.map(({ method, path }) => [method, path]),
    [['GET', '/beat']],
  );
});

test('200 is no success where the service says that it did not take the signal', async () => {
  const { pings } = stage.rooms.watch;
  const id = await watched('Unknown', well);
  receiver.answer = { status: 200, body: 'OK (not found)' };
  assert.deepEqual(await pings.test(id, ada), { ok: false, status: 200, answer: '200 OK (not found)' });
  await pings.set(id, v.parse(pingInput, { kind: 'uptime_kuma' }), 'Unknown', ada);
  receiver.answer = { status: 200, body: '<html>Sign in</html>' };
  assert.equal((await pings.test(id, ada)).ok, false);
  receiver.answer = { status: 404, body: '{"ok":false,"msg":"Monitor not found or not active."}' };
  const told = await pings.test(id, ada);
  assert.match(told.answer, /^404 .*Monitor not found/);
  await scene.runOf(id);
  await gone(id);
});

test('signals that cannot be delivered wait, and come in order when the other side is back, also after a crash', async () => {
  const id = await watched('Later', well);
  receiver.answer = { status: 503, body: 'away' };
  const first = await scene.runOf(id);
  await signalled(1);
  await stage.crashAndReturn();
  const second = await scene.runOf(id);
  await waitUntil('the queue', 20_000, 20, async () => (await stage.rooms.watch.pings.get(id))?.waiting === 4);
  receiver.received = [];
  receiver.answer = { status: 200, body: 'OK' };
  await stage.db.updateTable('ping_signals').set({ next_try_at: 0 }).execute();
  await stage.crashAndReturn();
  const all = await signalled(4);
  assert.deepEqual(
    all.map(({ path }) => path),
    [
      `${check}/start?rid=${first.id}`,
      `${check}?rid=${first.id}`,
      `${check}/start?rid=${second.id}`,
      `${check}?rid=${second.id}`,
    ],
  );
  await gone(id);
});

test('a crash between the end of a run and the signal loses none', async () => {
  const id = await watched('Crashing', badly);
  const ids: string[] = [];
  for (let i = 0; i < 10; i += 1) {
    receiver.answer = i % 2 === 0 ? null : { status: 200, body: 'OK' };
    ids.push((await scene.runOf(id)).id);
    await stage.crashAndReturn();
    receiver.answer = { status: 200, body: 'OK' };
  }
  await gone(id);
  const failed = new Set(receiver.received.map(({ path }) => path).filter((path) => path.includes('/fail')));
  assert.deepEqual([...failed].sort(), ids.map((run) => `${check}/fail?rid=${run}`).sort());
});

test('a watch that hangs holds up neither runs nor other watches', async (t) => {
  receiver.answer = null;
  const hanging = await watched('Hanging', well);
  assert.equal((await scene.runOf(hanging)).outcome, 'succeeded');
  await signalled(1);
  const other = await openReceiver();
  t.after(() => other.close());
  const id = await watched('Other', well, { url: `${other.url}${check}` });
  await scene.runOf(id);
  await waitUntil('the other watch', 5_000, 10, () => other.received.length === 2);
  await stage.rooms.watch.pings.remove(hanging, 'Hanging', ada);
});

test('an address is sealed, told to nobody, kept by an edit that leaves it out, and demanded at first', async () => {
  const { pings } = stage.rooms.watch;
  const id = await watched('Sealed', well);
  const row = await stage.db.selectFrom('pings').selectAll().where('schedule_id', '=', id).executeTakeFirstOrThrow();
  assert.doesNotMatch(row.url, /5bf66975/);
  const shown = await pings.set(id, { kind: 'healthchecks', enabled: true }, 'Sealed', ada);
  assert.doesNotMatch(JSON.stringify(shown), /5bf66975/);
  assert.equal(shown.server, new URL(receiver.url).host);
  assert.equal((await pings.test(id, ada)).ok, true);
  assert.equal(receiver.received[0]?.path, `${check}/log`);
  const none = await scene.schedule('None', well);
  await assert.rejects(pings.set(none, { kind: 'address', enabled: true }, 'None', ada), { code: 'CHR_INVALID_INPUT' });
});

test('a watch that is switched off or removed is told nothing any more, not even what was waiting', async () => {
  const { pings } = stage.rooms.watch;
  const id = await watched('Off', well);
  receiver.answer = { status: 500 };
  await scene.runOf(id);
  await signalled(1);
  await pings.set(id, { kind: 'healthchecks', enabled: false }, 'Off', ada);
  assert.equal((await pings.get(id))?.waiting, 0);
  receiver.received = [];
  await scene.runOf(id);
  await pings.remove(id, 'Off', ada);
  await scene.runOf(id);
  assert.equal(await pings.get(id), null);
  assert.equal(receiver.received.length, 0);
});

test('the heartbeat beats while the scheduler is alive, at intervals, and stops when it is removed', async () => {
  const { pings } = stage.rooms.watch;
  const input = v.parse(heartbeatInput, { kind: 'healthchecks', url: `${receiver.url}${check}`, everyMs: 10_000 });
  await pings.set(null, input, 'heartbeat', ada);
  await stage.rooms.watch.beatAnew();
  const [beat] = await signalled(1);
  assert.deepEqual([beat?.path, beat?.text], [check, 'The scheduler is alive.']);
  await stage.crashAndReturn();
  await signalled(2);
  // The receiver has heard it before the answer is noted.
  const isNoted = async () => (await stage.rooms.watch.pings.get(null))?.last?.ok === true;
  await waitUntil('the beat to be noted', 10_000, 10, isNoted);
  await stage.rooms.watch.pings.remove(null, 'heartbeat', ada);
  await stage.rooms.watch.beatAnew();
  assert.equal(receiver.received.length, 2);
});
