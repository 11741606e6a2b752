import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import * as v from 'valibot';
import type { NewWebhook, Page, Run, Webhook, WebhookCall } from '../../../contract/index.ts';
import { activityQuery, scheduleInput } from '../../../contract/index.ts';
import type { LabEngine } from '../../../lab/engine.ts';
import { privateEngine } from '../../../lab/engine.ts';
import { guardOf } from '../../admission.ts';
import type { Rooms } from '../../assembly/index.ts';
import { createRooms } from '../../assembly/index.ts';
import { systemClock } from '../../clock/index.ts';
import { connectEngine } from '../../engine/index.ts';
import { createLogger } from '../../log/index.ts';
import type { Guard } from '../../policy/index.ts';
import type { Scenario } from '../../scenario.ts';
import { openScenario, problemOf, testTable } from '../../scenario.ts';
import { scenarioCaller } from '../../scenario-caller.ts';
import { scenarioSecrets } from '../../scenario-secrets.ts';
import { openWebhooks } from './index.ts';
import { signatureOf } from './signature.ts';

const log = createLogger({ level: 'error', isPretty: false, write: () => undefined });
let engine: LabEngine;
let scenario: Scenario;
let rooms: Rooms;
let guard: Guard;

before(async () => {
  engine = await privateEngine();
  await engine.run('web');
  await engine.run('db');
  scenario = await openScenario({
    guard: (call) => guard(call),
    routes: async ({ db, bus, clock, activity, accounts }) => {
      const ground = { db, bus, clock: systemClock, log, connect: connectEngine, secrets: scenarioSecrets };
      rooms = await createRooms({ ...ground, localUrl: engine.url, timeZone: 'UTC', ownContainerId: null });
      await rooms.start();
      await rooms.hosts.settled();
      guard = guardOf(rooms);
      const rightsOf = (role: string) => accounts.roles.rightsOf(role);
      return openWebhooks({ ...rooms, db, clock, activity, secrets: scenarioSecrets, rightsOf });
    },
  });
});
after(async () => {
  await rooms.stop(0);
  await scenario.close();
  await engine.close();
});

const path = '/api/v1/webhooks';
const restart = {
  kind: 'action',
  action: 'restart',
  targets: [{ hostId: 1, container: 'web' }],
  options: { timeoutMs: 0 },
};
const make = async (as: string, more: object = {}): Promise<NewWebhook> => {
  const reply = await scenario.ask(as, `POST ${path}`, { body: { name: 'deploy', does: restart, ...more } });
  assert.equal(reply.status, 201, reply.text);
  return reply.json as NewWebhook;
};
const call = (
  at: string,
  more: { headers?: Record<string, string>; raw?: string; body?: unknown } = {},
  method = 'POST',
) => scenario.ask('nobody', `${method} ${at}`, more);
const callsOf = async ({ id }: Webhook): Promise<WebhookCall[]> =>
  ((await scenario.ask('admin', `GET ${path}/${id}/calls`)).json as Page<WebhookCall>).items;

testTable(
  () => scenario,
  [
    { name: 'is refused to nobody', as: 'nobody', call: `GET ${path}`, status: 401 },
    { name: 'is refused to nobody', as: 'nobody', call: `POST ${path}`, body: {}, status: 401 },
    {
      name: 'lets no one make what he could not do',
      as: 'viewer',
      call: `POST ${path}`,
      body: { name: 'x', does: restart },
      status: 403,
    },
    {
      name: 'names every faulty field',
      as: 'operator',
      call: `POST ${path}`,
      body: { name: '', does: { kind: 'email' }, perMinute: 0, token: 'mine' },
      status: 400,
      faults: ['name', 'does.kind', 'perMinute', 'token'],
    },
    {
      name: 'names networks that are none',
      as: 'operator',
      call: `POST ${path}`,
      body: { name: 'x', does: restart, allowedAddresses: ['10.0.0.0/8', '10.0.0.0/40', 'home'] },
      status: 400,
      faults: ['allowedAddresses.1', 'allowedAddresses.2'],
    },
    {
      name: 'checks what it does',
      as: 'operator',
      call: `POST ${path}`,
      body: { name: 'x', does: { ...restart, targets: [] } },
      status: 400,
      faults: ['does.targets'],
    },
    {
      name: 'wants the right of a command',
      as: 'operator',
      call: `POST ${path}`,
      body: { name: 'x', does: { ...restart, action: 'exec', options: { command: ['true'] } } },
      status: 403,
    },
    {
      name: 'knows no such schedule',
      as: 'operator',
      call: `POST ${path}`,
      body: { name: 'x', does: { kind: 'schedule', scheduleId: 9 } },
      status: 404,
    },
    { name: 'knows no such webhook', as: 'operator', call: `DELETE ${path}/99`, status: 404 },
    { name: 'knows no such webhook', as: 'operator', call: `PATCH ${path}/99`, body: {}, status: 404 },
    { name: 'knows no such webhook', as: 'operator', call: `POST ${path}/99/rotate`, status: 404 },
    { name: 'knows no such token', as: 'nobody', call: 'POST /webhook/nothing', status: 404 },
    { name: 'knows no such token', as: 'nobody', call: 'GET /webhook/nothing', status: 404 },
  ],
);

test('a call begins a run in its name, and the answer leads to it; the token is told once and stored as its hash', async () => {
  const made = await make('operator');
  assert.match(made.path, /^\/webhook\/[\w-]{43}$/);
  const reply = await call(made.path, { body: { container_id: 'db', action: 'stop' } });
  assert.equal(reply.status, 202, reply.text);
  const { runId, url } = reply.json as { runId: string; url: string };
  assert.equal(url, `/api/v1/runs/${runId}`);
  assert.equal(reply.headers['location'], url);
  const run: Run = await rooms.runs.waitFor(runId, 20_000);
  assert.deepEqual(
    [run.origin, run.actor.kind, run.actor.name, run.outcome],
    ['webhook', 'webhook', 'deploy', 'succeeded'],
  );
  assert.deepEqual(
    run.steps[0]?.targets.map(({ container }) => container),
    ['web'],
    'its body changes nothing',
  );
  const shown = await scenario.ask('operator', `GET ${path}/${made.id}`);
  assert.equal((shown.json as Webhook).count, 1);
  for (const table of ['webhooks', 'webhook_calls', 'activity'] as const) {
    assert.ok(!JSON.stringify(await scenario.db.selectFrom(table).selectAll().execute()).includes(made.token), table);
  }
  assert.ok(!shown.text.includes(made.token) && !scenario.logged.join().includes(made.token));
  assert.deepEqual(
    (await callsOf(made)).map((one) => [one.result, one.runId, one.outcome]),
    [['accepted', runId, 'succeeded']],
  );
});

test('GET begins it only where that is allowed; a glance ahead begins nothing', async () => {
  const closed = await make('operator');
  assert.equal((await call(closed.path, {}, 'GET')).status, 405);
  const open = await make('operator', { allowGet: true });
  assert.equal((await call(open.path, {}, 'HEAD')).status, 405);
  assert.equal((await call(open.path, { headers: { 'Sec-Purpose': 'prefetch' } }, 'GET')).status, 405);
  assert.deepEqual(await callsOf(open), []);
  assert.equal((await call(open.path, {}, 'GET')).status, 202);
});

test('it may run a schedule, and what stands against that is on record with the webhook', async () => {
  const steps = [{ action: 'wait', options: { durationMs: 60_000 } }];
  const input = v.parse(scheduleInput, { name: 'slow', trigger: { kind: 'manual' }, steps });
  const { id } = await rooms.schedules.create(input, scenarioCaller);
  const made = await make('operator', { does: { kind: 'schedule', scheduleId: id } });
  const first = await call(made.path);
  assert.equal(first.status, 202);
  const second = await call(made.path);
  assert.equal(second.status, 409);
  const [refused, accepted] = await callsOf(made);
  assert.equal(refused?.result, 'refused');
  assert.match(refused?.message ?? '', /still under way/);
  assert.equal(accepted?.result, 'accepted');
  await rooms.runs.cancel((first.json as { runId: string }).runId, scenarioCaller.actor);
});

test('a webhook that is off, or whose owner is disabled or may not do it any more, does nothing; an old token ends at once', async () => {
  const made = await make('operator');
  await scenario.ask('operator', `PATCH ${path}/${made.id}`, { body: { enabled: false } });
  assert.equal((await call(made.path)).status, 403);
  await scenario.ask('operator', `PATCH ${path}/${made.id}`, { body: { enabled: true } });
  const owner = (to: object) => scenario.db.updateTable('users').set(to).where('username', '=', 'operator').execute();
  await owner({ enabled: 0 });
  assert.equal((await call(made.path)).status, 403);
  await owner({ enabled: 1, role: 'viewer' });
  assert.equal((await call(made.path)).status, 403);
  await owner({ role: 'operator' });
  const renewed = (await scenario.ask('operator', `POST ${path}/${made.id}/rotate`)).json as NewWebhook;
  assert.equal((await call(made.path)).status, 404);
  assert.equal((await call(renewed.path)).status, 202);
  await scenario.ask('operator', `DELETE ${path}/${made.id}`);
  assert.equal((await call(renewed.path)).status, 404);
});

test('from an address that may not call, a token reads like one that does not exist', async () => {
  const elsewhere = await make('operator', { allowedAddresses: ['10.0.0.0/8'] });
  const refused = await call(elsewhere.path);
  const unknown = await call('/webhook/unknown');
  assert.equal(refused.status, 404);
  assert.equal(problemOf(refused).detail, problemOf(unknown).detail);
  const here = await make('operator', { allowedAddresses: ['10.0.0.0/8', '127.0.0.0/8'] });
  assert.equal((await call(here.path)).status, 202);
});

test('a signed one takes only what was signed lately with its secret, and once', async () => {
  const made = await make('operator', { isSigned: true });
  const secret = made.secret ?? assert.fail('no secret was told');
  const stored = await scenario.db.selectFrom('webhooks').select('secret').where('id', '=', made.id).executeTakeFirst();
  assert.ok(!stored?.secret?.includes(secret), 'sealed');
  const signed = (raw: string, ms = scenario.clock.now(), key = secret) => {
    const timestamp = String(Math.floor(ms / 1000));
    const signature = `sha256=${signatureOf(key, timestamp, raw)}`;
    return {
      raw,
      headers: {
        'X-Chrontainer-Timestamp': timestamp,
        'X-Chrontainer-Signature': signature,
        'Content-Type': 'application/json',
      },
    };
  };
  assert.equal((await call(made.path)).status, 401);
  assert.equal((await call(made.path, signed('{}', undefined, 'another secret'))).status, 401);
  assert.equal((await call(made.path, { ...signed('{}'), raw: '{"a":1}' })).status, 401, 'another body');
  assert.equal((await call(made.path, signed('{}', scenario.clock.now() - 301_000))).status, 401, 'too old');
  assert.equal((await call(made.path, signed('{}', scenario.clock.now() + 302_000))).status, 401, 'from the future');
  const good = signed('{"a": 1}');
  assert.equal((await call(made.path, good)).status, 202);
  assert.equal((await call(made.path, good)).status, 409, 'a repetition');
  const upper = {
    ...good.headers,
    'X-Chrontainer-Signature': good.headers['X-Chrontainer-Signature'].toUpperCase().replace('SHA256', 'sha256'),
  };
  assert.equal((await call(made.path, { ...good, headers: upper })).status, 409, 'in other letters');
  assert.equal((await call(made.path, signed('', scenario.clock.now()))).status, 202, 'without a body');
});

test('calls beyond the budget wait, and say for how long; guesses never hold up a good token', async () => {
  const made = await make('operator', { perMinute: 2 });
  const first = await call(made.path);
  assert.match(String(first.headers['ratelimit']), /^"webhook";r=1;t=60$/);
  await call(made.path);
  const third = await call(made.path);
  assert.equal(third.status, 429);
  assert.ok(Number(third.headers['retry-after']) > 0);
  assert.equal((await callsOf(made)).length, 2, 'what is beyond is not written down');
  await scenario.clock.advance(60_000);
  let guess = await call('/webhook/guess');
  for (let tries = 0; tries < 40 && guess.status !== 429; tries++) guess = await call(`/webhook/guess${tries}`);
  assert.equal(guess.status, 429);
  assert.equal((await call(made.path)).status, 202);
});

test("another's webhook does not exist for who may not manage users; an admin ends it but has no token of it", async () => {
  const made = await make('operator');
  assert.deepEqual(((await scenario.ask('viewer', `GET ${path}`)).json as Page<Webhook>).items, []);
  assert.equal((await scenario.ask('viewer', `GET ${path}/${made.id}/calls`)).status, 404);
  assert.equal((await scenario.ask('admin', `POST ${path}/${made.id}/rotate`)).status, 403);
  assert.equal((await scenario.ask('admin', `PATCH ${path}/${made.id}`, { body: { name: 'mine' } })).status, 403);
  assert.equal((await scenario.ask('admin', `DELETE ${path}/${made.id}`)).status, 204);
  const did = (await scenario.activity.list(v.parse(activityQuery, { limit: '1000' }))).items.map(
    ({ action }) => action,
  );
  for (const action of ['webhook.create', 'webhook.update', 'webhook.rotate', 'webhook.delete', 'webhook.call']) {
    assert.ok(did.includes(action), action);
  }
});
