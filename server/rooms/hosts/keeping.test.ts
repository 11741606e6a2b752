import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Host, HostDependent, HostTest, Page, Schedule } from '../../../contract/index.ts';
import { CertificateAuthority } from '../../../lab/certificates.ts';
import type { LabEngine } from '../../../lab/engine.ts';
import { privateEngine } from '../../../lab/engine.ts';
import { freePort } from '../../../lab/free-port.ts';
import type { SshServer } from '../../../lab/ssh-server.ts';
import { sshServer } from '../../../lab/ssh-server.ts';
import { waitUntil } from '../../../lab/wait.ts';
import type { Rooms } from '../../assembly/index.ts';
import { createRooms } from '../../assembly/index.ts';
import { systemClock } from '../../clock/index.ts';
import { connectEngine } from '../../engine/index.ts';
import { createLogger } from '../../log/index.ts';
import type { Reply, Scenario } from '../../scenario.ts';
import { openScenario, problemOf, scenarioPassword } from '../../scenario.ts';
import { scenarioSecrets } from '../../scenario-secrets.ts';
import { ada } from '../../stage.ts';
import { scheduleRoutes } from '../schedules/index.ts';
import { hostRoutes } from './index.ts';

const log = createLogger({ level: 'error', isPretty: false, write: (line) => process.stderr.write(line) });
const ca = new CertificateAuthority('Hosts');
const server = ca.issue('server', { for: 'server', names: 'DNS:localhost,IP:127.0.0.1' });
const client = ca.issue('client', { for: 'client' });

/** Two real engines: one at a socket, which an SSH server leads to as well, and one by TLS. */
let engine: LabEngine;
let byTls: LabEngine;
let tlsUrl: string;
let ssh: SshServer;
let scenario: Scenario;
let rooms: Rooms;

before(async () => {
  const port = await freePort();
  tlsUrl = `tcp://127.0.0.1:${port}`;
  const files = [`--tlscacert=${ca.certificateFile}`, `--tlscert=${server.certificateFile}`];
  engine = await privateEngine();
  byTls = await privateEngine({ port, arguments: ['--tlsverify', ...files, `--tlskey=${server.keyFile}`] });
  await byTls.run('far');
  ssh = await sshServer({ dockerHost: engine.url });
  scenario = await openScenario({
    routes: async ({ db, bus }) => {
      const ground = { db, bus, clock: systemClock, log, connect: connectEngine, secrets: scenarioSecrets };
      rooms = await createRooms({
        ...ground,
        localUrl: engine.url,
        timeZone: 'UTC',
        ownContainerId: null,
        baseUrl: null,
      });
      await rooms.start();
      await rooms.hosts.settled();
      return [...hostRoutes(rooms), ...scheduleRoutes(rooms)];
    },
  });
});
after(async () => {
  await rooms.stop(0);
  await scenario.close();
  await ssh.close();
  await engine.close();
  await byTls.close();
  ca.close();
});

const path = '/api/v1/hosts';
const ask = (call: string, body?: unknown, as = 'admin'): Promise<Reply> =>
  scenario.ask(as, call, body === undefined ? {} : { body });
const faultsIn = (reply: Reply) => problemOf(reply).errors?.map((fault) => fault.path);
const add = async (body: object): Promise<Host> => {
  const reply = await ask(`POST ${path}`, body);
  assert.equal(reply.status, 201, reply.text);
  return reply.json as Host;
};
const online = (hostId: number) => waitUntil('the host', 20_000, 20, () => rooms.hosts.get(hostId).status === 'online');
const sshUrl = () => `ssh://root@127.0.0.1:${ssh.port}${engine.socket}`;

test('a host by TLS is added, comes online, and gives none of its secrets back', async () => {
  const material = { ca: ca.certificate, certificate: client.certificate, key: client.key };
  const made = await add({ name: 'Far', url: tlsUrl, tls: true, ...material });
  await online(made.id);
  await waitUntil('its container', 10_000, 20, () => rooms.hosts.containersOf(made.id).length === 1);
  const reply = await ask(`GET ${path}/${made.id}`);
  const { credentials, tls, engine: facts, hazard } = reply.json as Host;
  assert.deepEqual([credentials, tls, hazard], [['ca', 'certificate', 'key'], true, null]);
  assert.ok(facts?.cpus && facts.memoryBytes && facts.storageDriver && facts.distribution, JSON.stringify(facts));
  assert.equal(facts.clockOffsetMs, 0);
  assert.doesNotMatch(reply.text, /BEGIN/);
  const row = await scenario.db.selectFrom('hosts').selectAll().where('id', '=', made.id).executeTakeFirstOrThrow();
  assert.doesNotMatch(row.client_key ?? '', /BEGIN/);
  assert.match(row.client_key ?? '', /^1\./);
});

test('an edit keeps the secrets that it leaves out, and its way is the new one at once', async () => {
  const far = rooms.hosts.list().find(({ name }) => name === 'Far');
  assert.ok(far);
  const renamed = (await ask(`PATCH ${path}/${far.id}`, { name: 'Farther', color: '#112233' })).json as Host;
  assert.deepEqual([renamed.name, renamed.color, renamed.status], ['Farther', '#112233', 'online']);
  await ask(`PATCH ${path}/${far.id}`, { fingerprint: '0'.repeat(64) });
  await waitUntil('the refusal', 10_000, 20, () =>
    (rooms.hosts.get(far.id).reason ?? '').includes('another certificate'),
  );
  await ask(`PATCH ${path}/${far.id}`, { fingerprint: null });
  await online(far.id);
  assert.equal((await ask(`PATCH ${path}/${far.id}`, { enabled: false })).status, 200);
  assert.deepEqual(rooms.hosts.containersOf(far.id), []);
  await ask(`PATCH ${path}/${far.id}`, { enabled: true });
  await online(far.id);
});

test('the test of an SSH host shows the host key, and it works once that is accepted', async () => {
  const trial = { url: sshUrl(), sshKey: ssh.key };
  const first = (await ask('POST /api/v1/host-trials', trial)).json as HostTest;
  assert.deepEqual(
    first.steps.map((step) => [step.name, step.ok]),
    [
      ['connect', true],
      ['hostKey', false],
    ],
  );
  assert.equal(first.hostKey?.key, ssh.hostKey);
  assert.match(first.hostKey.fingerprint, /^SHA256:/);
  const hostKey = first.hostKey.key;
  const second = (await ask('POST /api/v1/host-trials', { ...trial, hostKey })).json as HostTest;
  assert.deepEqual(
    second.steps.map((step) => [step.name, step.ok]),
    ['connect', 'hostKey', 'signIn', 'answer', 'permission', 'version'].map((name) => [name, true]),
    JSON.stringify(second),
  );
  const wrong = (await ask('POST /api/v1/host-trials', { ...trial, hostKey, sshKey: ssh.otherKey })).json as HostTest;
  assert.deepEqual(wrong.steps.at(-1)?.name, 'signIn');
  const made = await add({ name: 'By SSH', ...trial, hostKey });
  await online(made.id);
  assert.equal(made.hostKeyFingerprint, first.hostKey.fingerprint);
  assert.equal(((await ask(`POST ${path}/${made.id}/test`)).json as HostTest).ok, true);
  // What is left out of a trial of a known host is the host's own.
  const again = await ask('POST /api/v1/host-trials', { hostId: made.id, url: sshUrl() });
  assert.equal((again.json as HostTest).ok, true, again.text);
});

test('what cannot be is refused, all faults at once', async () => {
  const bad = {
    name: 'Bad',
    url: 'gopher://x',
    tls: true,
    ca: 'no',
    key: '-----BEGIN PRIVATE KEY-----\nx',
    color: 'red',
  };
  assert.deepEqual(faultsIn(await ask(`POST ${path}`, bad))?.sort(), ['ca', 'color']);
  const { ca: _ca, color: _color, ...unreadable } = bad;
  assert.deepEqual(faultsIn(await ask(`POST ${path}`, unreadable))?.sort(), ['key', 'url']);
  const taken = await ask(`POST ${path}`, { name: 'By SSH', url: 'unix:///x.sock' });
  assert.equal(problemOf(taken).code, 'CHR_CONFLICT');
  const grants = await ask(`POST ${path}`, { name: 'G', url: 'unix:///x.sock', grants: ['observe', 'exec'] });
  assert.deepEqual(faultsIn(grants), ['grants']);
  assert.equal((await ask(`POST ${path}`, { name: 'V', url: 'unix:///x.sock' }, 'viewer')).status, 403);
});

test('plain TCP beyond this machine is marked as unsafe, with the remedy', async () => {
  const made = await add({ name: 'Open', url: 'tcp://192.0.2.1:2375', enabled: false });
  assert.match(made.hazard ?? '', /root on it.*ssh:\/\//);
  assert.equal((await add({ name: 'Near', url: 'tcp://127.0.0.1:1', enabled: false })).hazard, null);
});

test('the local host cannot be deleted, nor led elsewhere', async () => {
  assert.equal(problemOf(await ask(`DELETE ${path}/1`)).code, 'CHR_PROTECTED');
  assert.equal(problemOf(await ask(`PATCH ${path}/1`, { url: 'unix:///x.sock' })).code, 'CHR_PROTECTED');
});

test('hosts are put in an order', async () => {
  const ids = rooms.hosts.list().map(({ id }) => id);
  const turned = [...ids].reverse();
  assert.deepEqual(faultsIn(await ask('PUT /api/v1/host-order', { hostIds: [1] })), ['hostIds']);
  assert.equal((await ask('PUT /api/v1/host-order', { hostIds: turned })).status, 204);
  const { items } = (await ask(`GET ${path}`)).json as Page<Host>;
  assert.deepEqual(
    items.map(({ id }) => id),
    turned,
  );
});

test('before a host is deleted it says what hangs on it; afterwards its containers are gone, and its number is not used again', async () => {
  const host = rooms.hosts.list().find(({ name }) => name === 'Farther');
  assert.ok(host);
  const { hosts } = rooms;
  const steps = [{ action: 'restart', targets: [{ hostId: host.id, container: 'far' }] }];
  const made = await ask('POST /api/v1/schedules', { name: 'Nightly', trigger: { kind: 'manual' }, steps });
  assert.equal(made.status, 201, made.text);
  await rooms.tags.create({ name: 'night', color: '#112233', rules: [] }, ada);
  await rooms.tags.setTags(hosts.findContainer(host.id, 'far'), ['night'], ada);
  const rule = { name: 'Only there', events: ['run.failed'], channels: [1], hosts: [host.id], created_at: 0 };
  const kept = [rule, { ...rule, name: 'Elsewhere', hosts: [1] }];
  const documents = kept.map((one) => ({ document: JSON.stringify(one), created_at: 0 }));
  await scenario.db.insertInto('notification_rules').values(documents).execute();
  const watched = { kind: 'healthchecks', url: 'sealed', enabled: 1, created_at: 0 };
  await scenario.db
    .insertInto('pings')
    .values({ ...watched, schedule_id: (made.json as Schedule).id })
    .execute();
  const { items } = (await ask(`GET ${path}/${host.id}/dependents`)).json as Page<HostDependent>;
  assert.deepEqual(
    items.map(({ kind, name }) => [kind, name]),
    [
      ['schedule', 'Nightly'],
      ['rule', 'Only there'],
      ['ping', 'Nightly'],
      ['tags', 'far'],
    ],
  );
  const told: number[] = [];
  scenario.bus.on('host.removed', ({ id }) => told.push(id));
  assert.equal((await ask(`DELETE ${path}/${host.id}`)).status, 204);
  assert.deepEqual(told, [host.id]);
  assert.equal(hosts.has(host.id), false);
  assert.equal((await ask(`GET ${path}/${host.id}`)).status, 404);
  const run = await rooms.runs.request({
    origin: 'manual',
    actor: ada,
    steps: [{ action: 'restart', targets: [{ hostId: host.id, container: 'far' }] }],
  });
  const ended = await rooms.runs.waitFor(run.id, 20_000);
  assert.deepEqual(
    [ended.outcome, ended.steps[0]?.targets[0]?.message],
    ['failed', `there is no host ${host.id} any more`],
  );
  assert.ok((await add({ name: 'Next', url: 'unix:///x.sock', enabled: false })).id > host.id);
});

test('hosts are added, changed and deleted only where the password was typed lately', async () => {
  const input = { name: 'Late', url: 'unix:///x.sock', enabled: false };
  const { id } = await add({ ...input, name: 'Early' });
  await scenario.clock.advance(15 * 60_000);
  const calls: [string, unknown?][] = [
    [`POST ${path}`, input],
    [`PATCH ${path}/${id}`, { name: 'Later' }],
    [`DELETE ${path}/${id}`],
  ];
  for (const [call, body] of calls) assert.equal(problemOf(await ask(call, body)).code, 'CHR_CONFIRM_PASSWORD', call);
  assert.equal((await ask('POST /api/v1/session/confirm', { password: scenarioPassword })).status, 204);
  for (const [call, body] of calls) assert.ok((await ask(call, body)).status < 300, call);
});
