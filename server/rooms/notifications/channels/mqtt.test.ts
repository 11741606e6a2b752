import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import * as v from 'valibot';
import { channelTarget } from '../../../../contract/index.ts';
import { CertificateAuthority } from '../../../../lab/certificates.ts';
import type { MqttBroker } from '../../../../lab/mqtt-broker.ts';
import { openMqttBroker } from '../../../../lab/mqtt-broker.ts';
import { waitUntil } from '../../../../lab/wait.ts';
import { Outbound, OutboundError } from '../../../outbound/index.ts';
import { noFacts } from '../run-facts.ts';
import type { Message } from './channel.ts';
import { deliver } from './registry.ts';

const message: Message = {
  id: 'one',
  title: 'Failed: Backup {{ states }}',
  body: 'restart db on Local: no such container',
  severity: 'error',
  event: 'run.failed',
  at: 0,
  sentAt: 0,
  runId: 'r1',
  url: null,
  snooze: null,
  request: null,
  facts: null,
};
type Json = Record<string, unknown>;
const login = { user: 'chrontainer', password: 'a long one' };
const authority = new CertificateAuthority('house');
const open = new Outbound(() => true);
const { signal } = new AbortController();
let broker: MqttBroker;

before(async () => {
  const certificate = authority.issue('broker', { for: 'server', names: 'DNS:localhost' });
  broker = await openMqttBroker({ certificate, login });
});
after(async () => {
  await broker.close();
  authority.close();
});

const send = (config: object, password = login.password, outbound = open, told: Partial<Message> = {}) => {
  const whole = { host: 'localhost', port: broker.port, user: login.user, ...config };
  const target = v.parse(channelTarget, { kind: 'mqtt', config: whole, secrets: { password } });
  return deliver({ ...message, ...told }, target, { outbound, signal });
};

test('a broker gets each message once at events, and keeps the last one', async () => {
  const heard = await broker.listen();
  const tried = await send({ topic: 'home/clock' });
  assert.deepEqual([tried.ok, tried.answer], [true, 'the broker acknowledged 2 messages']);
  await waitUntil('both messages', 5_000, 10, () => heard.length === 2);
  assert.deepEqual(
    heard.map(({ topic }) => topic),
    ['home/clock/events', 'home/clock/last'],
  );
  const told = JSON.parse(heard[0]?.payload ?? '') as Record<string, unknown>;
  assert.deepEqual([told['event'], told['title'], told['runId']], ['run.failed', message.title, 'r1']);
  const late = await broker.listen();
  await waitUntil('what is retained', 5_000, 10, () => late.length > 0);
  assert.deepEqual(
    late.map(({ topic, retain }) => [topic, retain]),
    [['home/clock/last', true]],
  );
});

test('Home Assistant is told what there is, with topics of ours (home-assistant.io/integrations/mqtt, discovery)', async () => {
  const heard = await broker.listen();
  await send({ topic: 'chrontainer', discovery: 'homeassistant' });
  await waitUntil('the announcement', 5_000, 10, () => heard.some(({ topic }) => topic.endsWith('/config')));
  const found = heard.find(({ topic }) => topic === 'homeassistant/sensor/chrontainer/last/config');
  const document = JSON.parse(found?.payload ?? '') as Record<string, unknown>;
  assert.equal(document['state_topic'], 'chrontainer/last');
  assert.ok(document['unique_id'] && document['device']);
});

test('how each schedule is stays at a topic of its own, and Home Assistant sees a problem there (…/integrations/binary_sensor.mqtt)', async () => {
  const heard = await broker.listen();
  const facts = { ...noFacts, schedule: { id: 7, name: 'Nightly "backup"' }, container: 'db', reason: 'exit code 3' };
  const config = { topic: 'flat/clock', discovery: 'homeassistant' };
  await send(config, login.password, open, { facts });
  await send(config, login.password, open, { facts, event: 'run.skipped' });
  await send(config, login.password, open, { facts, event: 'run.recovered', severity: 'success' });
  const own = 'flat/clock/schedules/7';
  await waitUntil('both states', 5_000, 10, () => heard.filter(({ topic }) => topic === own).length === 2);
  const states = heard.filter(({ topic }) => topic === own).map(({ payload }) => JSON.parse(payload) as Json);
  assert.deepEqual(
    states.map(({ state, schedule, container }) => [state, schedule, container]),
    [
      ['problem', 'Nightly "backup"', 'db'],
      ['ok', 'Nightly "backup"', 'db'],
    ],
  );
  const found = heard.find(({ topic }) => topic === 'homeassistant/binary_sensor/flat_clock/schedule_7/config');
  const document = JSON.parse(found?.payload ?? '') as Json;
  assert.deepEqual(
    [document['state_topic'], document['device_class'], document['payload_on'], document['payload_off']],
    [own, 'problem', 'problem', 'ok'],
  );
  const late = await broker.listen();
  await waitUntil('what is retained', 5_000, 10, () => late.some(({ topic }) => topic === own));
});

test('containers and hosts have a state of their own, and Home Assistant sees problems there', async () => {
  const heard = await broker.listen();
  const config = { topic: 'yard', discovery: 'homeassistant' };
  const tell = (event: string, facts: object) =>
    send(config, login.password, open, { event, facts: { ...noFacts, host: 'nas/2', ...facts } });
  await tell('container.died', { container: 'web.1', reason: 'exit code 3' });
  await tell('container.recovered', { container: 'web.1' });
  await tell('host.hung', {});
  await waitUntil('the last', 5_000, 10, () => heard.some(({ topic }) => topic === 'yard/hosts/nas_2'));
  const ofContainer = heard.filter(({ topic }) => topic === 'yard/containers/nas_2/web.1');
  const states = ofContainer.map(({ payload }) => JSON.parse(payload) as Json);
  assert.deepEqual(
    states.map(({ state, host, container }) => [state, host, container]),
    [
      ['problem', 'nas/2', 'web.1'],
      ['ok', 'nas/2', 'web.1'],
    ],
  );
  const path = 'homeassistant/binary_sensor/yard/container_nas_2_web_1/config';
  const document = JSON.parse(heard.find(({ topic }) => topic === path)?.payload ?? '') as Json;
  assert.deepEqual([document['name'], document['state_topic']], ['web.1 on nas/2', 'yard/containers/nas_2/web.1']);
});

test('Home Assistant sees which containers have a newer image, and that they have it (…/integrations/update.mqtt)', async () => {
  const heard = await broker.listen();
  const of = { container: 'web', host: 'nas', image: 'nginx:1', toDigest: `sha256:${'b'.repeat(64)}` };
  const tell = (event: string, facts: object) =>
    send({ topic: 'shed', discovery: 'homeassistant' }, login.password, open, {
      event,
      facts: { ...noFacts, ...of, ...facts },
    });
  await tell('update.available', {});
  await tell('update.rolled_back', { fromDigest: `sha256:${'a'.repeat(64)}` });
  await tell('update.done', { fromDigest: `sha256:${'a'.repeat(64)}` });
  const own = 'shed/updates/nas/web';
  await waitUntil('all three', 5_000, 10, () => heard.filter(({ topic }) => topic === own).length === 3);
  const states = heard.filter(({ topic }) => topic === own).map(({ payload }) => JSON.parse(payload) as Json);
  assert.deepEqual(
    states,
    ['current', 'a'.repeat(12), 'b'.repeat(12)].map((installed_version) => ({
      installed_version,
      latest_version: 'b'.repeat(12),
      title: 'nginx:1',
    })),
  );
  const found = heard.find(({ topic }) => topic === 'homeassistant/update/shed/update_nas_web/config');
  const document = JSON.parse(found?.payload ?? '') as Json;
  assert.deepEqual([document['name'], document['state_topic']], ['Image of web on nas', own]);
});

test('TLS is checked: a certificate of one’s own counts where it was given, and nothing else does', async () => {
  const secure = { port: broker.tlsPort, tls: true };
  assert.equal((await send({ ...secure, ca: authority.certificate })).ok, true);
  const unknown = await send(secure).catch((error: unknown) => error);
  assert.ok(unknown instanceof OutboundError);
  assert.deepEqual([unknown.kind, /cannot be trusted/.test(unknown.message)], ['tls', true]);
  const other = await send({ ...secure, host: '127.0.0.1', ca: authority.certificate }).catch(
    (error: unknown) => error,
  );
  assert.match(String(other), /does not match/);
});

test('a wrong password is told as the broker tells it, and is not tried again', async () => {
  const tried = await send({}, 'wrong');
  assert.deepEqual([tried.ok, tried.mayRetry], [false, false]);
  assert.match(tried.answer, /^5 the user may not connect$/);
});

test('a broker in the own network is refused until an admin allows it, and a metadata service always', async () => {
  const refused = await send({}, login.password, new Outbound(() => false)).catch((error: unknown) => error);
  assert.ok(refused instanceof OutboundError);
  assert.deepEqual([refused.kind, /an admin can allow those/.test(refused.message)], ['refused', true]);
  const never = await send({ host: '169.254.169.254' }).catch((error: unknown) => error);
  assert.ok(never instanceof OutboundError && never.kind === 'refused');
});

test('where nothing listens, that is said', async () => {
  const nobody = await send({ port: 1 }).catch((error: unknown) => error);
  assert.match(String(nobody), /localhost:1: nothing listens there/);
});
