import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import * as v from 'valibot';
import type { Delivery, NotificationEvent } from '../../../contract/index.ts';
import { channelInput, notificationEvents, notificationRuleInput, silenceInput } from '../../../contract/index.ts';
import type { LabEngine } from '../../../lab/engine.ts';
import { privateEngine } from '../../../lab/engine.ts';
import { waitUntil } from '../../../lab/wait.ts';
import { ada, on, Stage } from '../../stage.ts';

let engine: LabEngine;
let stage: Stage;
let channelId: number;
const door = mkdtempSync(join(tmpdir(), 'chr-door-'));

before(async () => {
  engine = await privateEngine();
  stage = await Stage.open(engine.url, { hostPatienceMs: 1000 });
  const target = { kind: 'webhook', config: { url: 'http://127.0.0.1:9/' } };
  const channel = v.parse(channelInput, { name: 'all', target });
  channelId = (await stage.rooms.notifications.channels.create(channel, ada)).id;
  const rule = { name: 'all', events: [...notificationEvents], channels: [channelId], foldMs: 0 };
  await stage.rooms.notifications.rules.create(v.parse(notificationRuleInput, rule), ada);
});
after(async () => {
  await stage.close();
  await engine.close();
  rmSync(door, { recursive: true });
});

const told = async (about: string): Promise<Delivery[]> => {
  const { items } = await stage.rooms.notifications.deliveries.list({ channel: channelId, limit: 200 });
  return items.filter(({ title }) => title.includes(about));
};
/** The first message about something; waits for it. */
const message = async (event: NotificationEvent, about: string): Promise<Delivery> => {
  let found: Delivery | undefined;
  await waitUntil(`${event} of ${about}`, 60_000, 50, async () => {
    found = (await told(about)).find((one) => one.event === event);
    return found !== undefined;
  });
  assert.ok(found);
  return found;
};
const shell = (script: string) => ({ cmd: ['sh', '-c', script] });

test('a container that ends by itself is told with its exit code and the last lines that it wrote', async () => {
  await engine.run('clumsy', shell('echo opening the till; sleep 0.3; echo the till is empty >&2; exit 3'));
  const { title, body, severity } = await message('container.died', 'clumsy');
  assert.deepEqual([title, severity], ['Died: clumsy on Local', 'error']);
  assert.equal(body, 'It ended by itself with exit code 3.\n\nopening the till\nthe till is empty');
});

test('an end that was asked for, and one that was the end of the work, is told to nobody', async () => {
  await engine.run('obedient');
  await waitUntil('the container', 10_000, 20, () => stage.rooms.hosts.byName(1, 'obedient') !== undefined);
  await stage.run({ action: 'kill', targets: on('obedient') });
  await engine.run('done', shell('sleep 0.2'));
  await engine.run('witness', shell('sleep 0.2; exit 9'));
  await message('container.died', 'witness');
  assert.deepEqual([await told('obedient'), await told('done')], [[], []]);
});

test('a container whose memory ran out is told as that, once, and not as an end beside it', async () => {
  const script = 'sleep 0.3; x=a; while :; do x="$x$x"; done';
  await engine.run('greedy', { ...shell(script), hostConfig: { Memory: 12 * 2 ** 20, MemorySwap: 12 * 2 ** 20 } });
  const { body } = await message('container.oom', 'greedy');
  assert.match(body, /^It ran out of memory \(exit code \d+\)\./);
  assert.deepEqual((await told('greedy')).length, 1);
});

test('a container that starts again and again is told as that, once', async () => {
  const always = { RestartPolicy: { Name: 'always' } };
  await engine.run('restless', { ...shell('sleep 0.4; exit 1'), hostConfig: always });
  const { body } = await message('container.restart_loop', 'restless');
  assert.match(body, /^It ended \d+ times within ten minutes, last with exit code 1\./);
  const before = await told('restless');
  const restarts = async () => (await stage.rooms.hosts.engine(1).successors.vitalSigns('restless')).restartCount;
  const many = (await restarts()) + 1;
  await waitUntil('it ends once more', 30_000, 50, async () => (await restarts()) >= many);
  assert.equal((await told('restless')).length, before.length);
  await engine.remove('restless');
});

test('a health check that fails is told with what it said, also across a restart of the program, and so is its recovery', async () => {
  const second = 1_000_000_000;
  const probe = 'test -e /door/well || { echo the door is locked; exit 1; }';
  const healthcheck = { Test: ['CMD-SHELL', probe], Interval: second / 4, Timeout: second, Retries: 2 };
  await engine.run('frail', { healthcheck, hostConfig: { Binds: [`${door}:/door`] } });
  const { body, title } = await message('container.unhealthy', 'frail');
  assert.deepEqual([title, body], ['Unhealthy: frail on Local', 'Its health check fails: the door is locked']);
  await stage.crashAndReturn();
  writeFileSync(join(door, 'well'), '');
  const back = await message('container.recovered', 'frail');
  assert.match(back.body, /^It was in trouble for \d+ s\./);
  assert.deepEqual(
    (await told('frail')).map(({ event }) => event),
    ['container.recovered', 'container.unhealthy'],
  );
});

test('what began while all was silent, and still holds when that is over, is told then', async () => {
  const until = new Date(Date.now() + 3_600_000).toISOString();
  const input = v.parse(silenceInput, { reason: 'New disks', until, hosts: [1] });
  const silence = await stage.rooms.notifications.silences.create(input, ada);
  await engine.run('hushed', shell('sleep 0.2; exit 5'));
  assert.equal((await message('container.died', 'hushed')).state, 'folded');
  await stage.rooms.notifications.silences.end(silence.id, ada);
  await waitUntil('it to be told', 20_000, 20, async () => (await told('hushed'))[0]?.state !== 'folded');
  assert.match((await told('hushed'))[0]?.body ?? '', /exit code 5\.\n\nIt is still so after: New disks$/);
});

test('a host that stays away is told once with the reason, and so is its return', async () => {
  await engine.kill9();
  const { title, body } = await message('host.offline', 'Local');
  assert.equal(title, 'Out of reach: Local');
  assert.match(body, /^Nothing listens at .*: the engine is not running\./);
  await engine.start();
  await message('host.online', 'Back: Local');
  assert.equal((await told('Out of reach')).length, 1);
});

test('a host that answers and finishes nothing is told with the reason, and so is its end', async () => {
  await engine.run('held');
  await waitUntil('the container', 10_000, 20, () => stage.rooms.hosts.byName(1, 'held') !== undefined);
  await engine.freezeContainerd();
  const run = await stage.begin({ action: 'kill', targets: on('held') });
  const { body } = await message('host.hung', 'Does not finish actions: Local');
  assert.match(body, /^The engine answers, but does not finish what it is told: to kill the container [0-9a-f]{12}\./);
  await engine.thawContainerd();
  await stage.over(run);
  await waitUntil('its return', 30_000, 50, async () =>
    (await told('Back: Local')).some((one) =>
      /^It did not finish actions for \d+ s, since \d{4}-\d\d-\d\d \d\d:\d\d UTC\.$/.test(one.body),
    ),
  );
});

test('a sign-in from a new place, and a key that ends soon, are told', async () => {
  const actor = { ...ada, name: 'grace' };
  const record = { actor, action: 'session.new_place', message: 'A browser at 10.0.0.7', result: 'ok' as const };
  await stage.rooms.activity.record(record);
  const { body } = await message('session.new_place', 'grace');
  assert.match(body, /^A browser at 10\.0\.0\.7\n/);
  const now = Date.now();
  await stage.db
    .insertInto('users')
    .values({ username: 'grace', password_hash: '-', role: 'admin', created_at: now, last_login_at: null })
    .execute();
  const { id } = await stage.db
    .selectFrom('users')
    .select('id')
    .where('username', '=', 'grace')
    .executeTakeFirstOrThrow();
  const key = {
    user_id: id,
    prefix: 'chr_ab',
    hash: 'h',
    scopes: '[]',
    permissions: '[]',
    hosts: null,
    created_at: now,
  };
  await stage.db
    .insertInto('api_keys')
    .values({ ...key, name: 'backup script', expires_at: now + 86_400_000, last_used_at: null })
    .execute();
  await stage.crashAndReturn();
  await message('api_key.expiring', 'backup script');
  await stage.crashAndReturn();
  assert.equal((await told('backup script')).length, 1);
});

test('that the database cannot be copied is told once, also across a restart, and so is that it can be again', async () => {
  const at = (second: number) => new Date(Date.UTC(2026, 10, 26, 3, 0, second)).toISOString();
  stage.bus.emit('backup.ended', { ok: true, at: at(0), message: '4096 bytes' });
  stage.bus.emit('backup.ended', { ok: false, at: at(1), message: 'database or disk is full' });
  const { title, body, severity } = await message('backup.failed', 'The database could not be copied');
  assert.deepEqual([title, severity], ['The database could not be copied', 'error']);
  assert.match(body, /^database or disk is full\.\nSee to the space/);
  await stage.crashAndReturn();
  stage.bus.emit('backup.ended', { ok: false, at: at(2), message: 'database or disk is full' });
  stage.bus.emit('backup.ended', { ok: true, at: at(3), message: '4096 bytes' });
  await message('backup.recovered', 'Backups work again');
  assert.equal((await told('The database could not be copied')).length, 1);
  assert.equal((await told('Backups work again')).length, 1);
});
