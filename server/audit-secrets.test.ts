import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sql } from 'kysely';
import type { Activity } from '../contract/index.ts';
import { CertificateAuthority } from '../lab/certificates.ts';
import type { Rooms } from './assembly/index.ts';
import { createRooms } from './assembly/index.ts';
import { connectEngine } from './engine/index.ts';
import { createLogger } from './log/index.ts';
import { activityRoutes } from './rooms/activity/index.ts';
import { ApiKeys, apiKeyRoutes } from './rooms/api-keys/index.ts';
import { hostRoutes } from './rooms/hosts/index.ts';
import { notificationRoutes, pingRoutes } from './rooms/notifications/index.ts';
import { scheduleRoutes } from './rooms/schedules/index.ts';
import { settingsRoutes } from './rooms/settings/index.ts';
import { tagRoutes } from './rooms/tags/index.ts';
import { updateRoutes } from './rooms/updates/index.ts';
import { openWebhooks } from './rooms/webhooks/index.ts';
import type { Scenario } from './scenario.ts';
import { openScenario, scenarioPassword } from './scenario.ts';
import { scenarioSecrets } from './scenario-secrets.ts';

/** Every room that keeps configuration, on a real database. */
let scenario: Scenario;
let rooms: Rooms;
const logged: string[] = [];
const authority = new CertificateAuthority('house');
/** What must be found nowhere, by the field that it was given in. */
const markers = new Map<string, string>();
/** These are no secrets to who sees channels, and kept as they are; the log tells them to nobody all the same. */
const telling: readonly string[] = ['webhook.config.url', 'webhook.header', 'ntfy.topic'];

before(async () => {
  const log = createLogger({ level: 'debug', isPretty: false, write: (line) => logged.push(line) });
  scenario = await openScenario({
    routes: async (parts) => {
      const ground = { ...parts, log, secrets: scenarioSecrets, localUrl: 'unix:///nowhere', timeZone: 'UTC' };
      rooms = await createRooms({ ...ground, ownContainerId: null, connect: connectEngine });
      const rightsOf = (role: string) => parts.accounts.roles.rightsOf(role);
      const apiKeys = new ApiKeys({ ...parts, ...rooms, rightsOf, hasHost: (hostId) => rooms.hosts.has(hostId) });
      return [
        ...settingsRoutes(rooms.settings),
        ...hostRoutes(rooms),
        ...tagRoutes(rooms),
        ...updateRoutes(rooms),
        ...notificationRoutes(rooms.notifications),
        ...pingRoutes(rooms.watch),
        ...scheduleRoutes(rooms),
        ...activityRoutes(rooms),
        ...apiKeyRoutes(apiKeys),
        ...openWebhooks({ ...parts, secrets: scenarioSecrets, ...rooms, rightsOf }),
      ];
    },
  });
  await rooms.hosts.start();
  await rooms.settings.update({ allowPrivateAddresses: true }, { kind: 'system', id: null, name: 'x', address: null });
});
after(async () => {
  await rooms.stop(0);
  await scenario.close();
  authority.close();
});

const mark = (field: string): string => {
  const marker = `marker${markers.size}x${Buffer.from(field).toString('hex').slice(0, 12)}`;
  markers.set(field, marker);
  return marker;
};

/** What a call answers is told once, as of new keys: it is a secret from then on. */
const call = async (method: string, path: string, body?: unknown): Promise<Record<string, unknown>> => {
  const reply = await scenario.ask('admin', `${method} ${path}`, body === undefined ? {} : { body });
  assert.ok(reply.status < 300, `${method} ${path}: ${reply.status} ${reply.text}`);
  return (reply.json ?? {}) as Record<string, unknown>;
};
const made = async (path: string, body: unknown): Promise<number> => Number((await call('POST', path, body))['id']);

const channelsOf = (): [name: string, target: Record<string, unknown>][] => {
  const url = (kind: string) => ({ url: `https://hooks.example.org/${mark(`${kind}.url`)}` });
  const server = 'https://push.example.org';
  return [
    [
      'webhook',
      {
        config: { ...url('webhook.config'), headers: { 'X-Key': mark('webhook.header') } },
        secrets: { bearer: mark('webhook.bearer'), signingKey: mark('webhook.signingKey') },
      },
    ],
    ['ntfy', { config: { topic: mark('ntfy.topic') }, secrets: { token: mark('ntfy.token') } }],
    ['discord', { secrets: url('discord') }],
    ['slack', { secrets: url('slack') }],
    ['gotify', { config: { server }, secrets: { token: mark('gotify.token') } }],
    ['telegram', { config: { chatId: '12' }, secrets: { token: `12:${mark('telegram.token')}` } }],
    ['matrix', { config: { server, room: '!a:b' }, secrets: { token: mark('matrix.token') } }],
    ['apprise', { config: { server }, secrets: { key: mark('apprise.key') } }],
    [
      'email',
      {
        config: { host: 'mail.example.org', user: 'clock', from: 'a@example.org', to: ['b@example.org'] },
        secrets: { password: mark('email.password') },
      },
    ],
    ['mqtt', { config: { host: 'mq.example.org', user: 'clock' }, secrets: { password: mark('mqtt.password') } }],
  ];
};

/** Made, changed and removed: each time with the secret, where there is one. */
const playChannels = async (): Promise<void> => {
  const path = '/api/v1/notifications/channels';
  for (const [kind, target] of channelsOf()) {
    const id = await made(path, { name: kind, target: { kind, ...target } });
    await call('PATCH', `${path}/${id}`, { name: `${kind} 2`, target: { kind, ...target } });
    if (kind === 'slack') {
      await call('PATCH', `${path}/${id}`, {
        target: { kind, secrets: { url: `https://hooks.example.org/${mark('slack.second')}` } },
      });
    }
    if (kind !== 'webhook') await call('DELETE', `${path}/${id}`);
  }
  const rules = '/api/v1/notifications/rules';
  const rule = await made(rules, { name: 'all', events: ['run.failed'], channels: [1] });
  await call('PATCH', `${rules}/${rule}`, { name: 'some' });
  await call('DELETE', `${rules}/${rule}`);
  const silences = '/api/v1/notifications/silences';
  const until = new Date(scenario.clock.now() + 3_600_000).toISOString();
  await call('DELETE', `${silences}/${await made(silences, { reason: 'works', until })}`);
  const url = { kind: 'healthchecks', url: `https://hc.example.org/${mark('heartbeat.url')}`, enabled: true };
  await call('PUT', '/api/v1/settings/heartbeat', { ...url, everyMs: 60_000 });
  await call('DELETE', '/api/v1/settings/heartbeat');
};

const playHosts = async (): Promise<void> => {
  const { certificate, key } = authority.issue('clock', { for: 'client' });
  markers.set('host.key', key.split('\n')[2] ?? assert.fail('no key'));
  const tls = { tls: true, ca: authority.certificate, certificate, key };
  const id = await made('/api/v1/hosts', { name: 'far', url: 'tcp://127.0.0.1:1', enabled: false, ...tls });
  await call('PATCH', `/api/v1/hosts/${id}`, { color: '#112233', key });
  await call('DELETE', `/api/v1/hosts/${id}`);
};

const playAccess = async (): Promise<void> => {
  const key = await call('POST', '/api/v1/api-keys', { name: 'script', scopes: ['read'] });
  markers.set('api key', String(key['key']));
  markers.set('api key, rotated', String((await call('POST', `/api/v1/api-keys/${key['id']}/rotate`))['key']));
  await call('DELETE', `/api/v1/api-keys/${key['id']}`);
  const does = { kind: 'action', action: 'restart', targets: [{ hostId: 1, container: 'web' }] };
  const hook = await call('POST', '/api/v1/webhooks', { name: 'deploy', does, isSigned: true });
  markers.set('webhook token', String(hook['token']));
  markers.set('webhook secret', String(hook['secret']));
  await call('PATCH', `/api/v1/webhooks/${hook['id']}`, { perMinute: 5 });
  markers.set('webhook token, rotated', String((await call('POST', `/api/v1/webhooks/${hook['id']}/rotate`))['token']));
  await call('DELETE', `/api/v1/webhooks/${hook['id']}`);
};

const playAccounts = async (): Promise<void> => {
  const role = await made('/api/v1/roles', { name: 'keeper', permissions: ['view'] });
  await call('PUT', `/api/v1/roles/${role}`, { name: 'keeper', permissions: ['view', 'logs'] });
  const password = mark('user.password');
  const user = await made('/api/v1/users', { username: 'new', password, role: 'keeper', email: 'n@example.org' });
  await call('PATCH', `/api/v1/users/${user}`, { role: 'viewer', email: 'm@example.org' });
  await call('POST', `/api/v1/users/${user}/password`, { password: mark('user.password, set') });
  const sent = { newPassword: mark('me.password'), currentPassword: scenarioPassword };
  const changed = await scenario.ask('viewer', 'POST /api/v1/me/password', { body: sent });
  assert.equal(changed.status, 200, changed.text);
  await call('PUT', '/api/v1/sign-in-provider', {
    label: 'x',
    issuer: 'https://id.example.org',
    clientId: 'c',
    clientSecret: mark('provider.secret'),
    scope: 'openid',
    defaultRole: null,
    groupsClaim: null,
    groupRoles: [],
    enabled: false,
    isOnlyWay: false,
  });
  await call('DELETE', '/api/v1/sign-in-provider');
  await call('DELETE', `/api/v1/users/${user}`);
  await call('DELETE', `/api/v1/roles/${role}`);
};

const playRest = async (): Promise<void> => {
  await call('PATCH', '/api/v1/settings', { keepRunsDays: 30, timeZone: 'Asia/Kolkata' });
  const registry = { host: 'registry.example.org', username: 'ada', password: mark('registry.password') };
  const entry = await made('/api/v1/registries', registry);
  await call('PATCH', `/api/v1/registries/${entry}`, { username: 'eve', password: mark('registry.password, changed') });
  await call('DELETE', `/api/v1/registries/${entry}`);
  const tag = await made('/api/v1/tags', { name: 'blue', color: '#0000ff' });
  await call('PATCH', `/api/v1/tags/${tag}`, { color: '#00ff00' });
  await call('DELETE', `/api/v1/tags/${tag}`);
};

const linesOf = async (who: string): Promise<Activity[]> => {
  const reply = await scenario.ask(who, 'GET /api/v1/activity?limit=200');
  return (reply.json as { items: Activity[] }).items;
};

test('whatever is configured is told with before and after, and no secret is anywhere', async () => {
  await playChannels();
  await playHosts();
  await playAccess();
  await playAccounts();
  await playRest();
  const tables = await sql<{ name: string }>`SELECT name FROM sqlite_master WHERE type = 'table'`.execute(scenario.db);
  const rows: unknown[] = [];
  for (const { name } of tables.rows)
    rows.push((await sql`SELECT * FROM ${sql.table(name)}`.execute(scenario.db)).rows);
  const database = JSON.stringify(rows);
  assert.ok(database.includes('deploy') && database.includes('n@example.org'), 'the search finds what there is');
  const places = { database, log: [...scenario.logged, ...logged].join('\n') };
  const exported = await scenario.ask('admin', 'GET /api/v1/activity/export?format=csv');
  const all = { ...places, activity: JSON.stringify(await linesOf('admin')), exported: exported.text };
  const found = [...markers].flatMap(([field, marker]) =>
    Object.entries(all)
      .filter(([place, text]) => text.includes(marker) && !(place === 'database' && telling.includes(field)))
      .map(([place]) => `${field} in the ${place}`),
  );
  assert.ok(markers.size >= 25, `only ${markers.size} secrets were given`);
  assert.deepEqual(found, []);
});

test('each kind of configuration has its lines with what became of the fields', async () => {
  const lines = (await linesOf('admin')).filter(({ result }) => result === 'ok');
  const changesOf = (action: string, field: string) =>
    lines
      .filter((line) => line.action === action)
      .flatMap(({ changes }) => changes ?? [])
      .filter((one) => one.field === field)
      .map(({ before, after }) => `${before} → ${after}`);
  const expected: [action: string, field: string, change: string][] = [
    ['settings.update', 'keepRunsDays', '90 → 30'],
    ['settings.update', 'timeZone', 'UTC → Asia/Kolkata'],
    ['host.create', 'url', 'null → tcp://127.0.0.1:1'],
    ['host.update', 'color', '#5b7083 → #112233'],
    ['host.update', 'key', '*** → ***'],
    ['host.delete', 'name', 'far → null'],
    ['channel.create', 'secrets.token', 'null → ***'],
    ['channel.update', 'name', 'gotify → gotify 2'],
    ['channel.update', 'secrets.url', '*** → ***'],
    ['channel.delete', 'secrets.password', '*** → null'],
    ['notification-rule.update', 'name', 'all → some'],
    ['notification-rule.delete', 'events', '["run.failed"] → null'],
    ['silence.create', 'reason', 'null → works'],
    ['ping.update', 'url', 'null → ***'],
    ['api_key.create', 'scopes', 'null → ["read"]'],
    ['api_key.rotate', 'key', '*** → ***'],
    ['webhook.update', 'perMinute', '30 → 5'],
    ['webhook.rotate', 'secret', '*** → ***'],
    ['role.update', 'permissions', '["view"] → ["view","logs"]'],
    ['user.create', 'password', 'null → ***'],
    ['user.update', 'role', 'keeper → viewer'],
    ['user.email', 'email', 'n@example.org → m@example.org'],
    ['sign-in-provider.update', 'clientSecret', 'null → ***'],
    ['registry.create', 'password', 'null → ***'],
    ['registry.update', 'username', 'ada → eve'],
    ['registry.update', 'password', '*** → ***'],
    ['tag.update', 'color', '#0000ff → #00ff00'],
  ];
  for (const [action, field, change] of expected) {
    assert.ok(changesOf(action, field).includes(change), `${action} ${field}: ${changesOf(action, field).join(', ')}`);
  }
  assert.equal(changesOf('channel.update', 'secrets.url').length, 1, 'what was given again as it is has not changed');
});

test('who may not configure sees the line without what was configured, and the chain holds', async () => {
  await scenario.join('reader', 'viewer');
  const lines = await linesOf('reader');
  assert.ok(lines.length > 20);
  assert.ok(lines.every(({ changes }) => changes === null));
  assert.ok(!JSON.stringify(lines).includes('m@example.org'), 'addresses of accounts are for admins');
  assert.equal((await rooms.auditor.check()).isWhole, true);
  await scenario.db.updateTable('activity').set({ changes: '[]' }).where('action', '=', 'host.update').execute();
  assert.equal((await rooms.auditor.check()).isWhole, false);
});
