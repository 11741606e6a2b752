import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import * as v from 'valibot';
import { channelTarget } from '../../../../contract/index.ts';
import { CertificateAuthority } from '../../../../lab/certificates.ts';
import type { MqttBroker } from '../../../../lab/mqtt-broker.ts';
import { openMqttBroker } from '../../../../lab/mqtt-broker.ts';
import { waitUntil } from '../../../../lab/wait.ts';
import { Outbound, OutboundError } from '../../../outbound/index.ts';
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
  request: null,
};
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

const send = (config: object, password = login.password, outbound = open) => {
  const whole = { host: 'localhost', port: broker.port, user: login.user, ...config };
  const target = v.parse(channelTarget, { kind: 'mqtt', config: whole, secrets: { password } });
  return deliver(message, target, { outbound, signal });
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
