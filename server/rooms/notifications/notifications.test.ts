import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { after, before, beforeEach, test } from 'node:test';
import * as v from 'valibot';
import type { ChannelInput, Delivery, NotificationRuleInput, ScheduleInput } from '../../../contract/index.ts';
import { channelInput, notificationRuleInput, scheduleInput } from '../../../contract/index.ts';
import { waitUntil } from '../../../lab/wait.ts';
import { scenarioCaller as caller } from '../../scenario-caller.ts';
import { ada, Stage, targetOf } from '../../stage.ts';

interface Received {
  path: string;
  headers: IncomingMessage['headers'];
  text: string;
  json: Record<string, unknown>;
}

const server = createServer();
let url: string;
let stage: Stage;
let received: Received[] = [];
/** What the other side answers with; 200 unless said otherwise. Null: nothing at all. */
let answer: number | null = 200;

before(async () => {
  server.on('request', async (request: IncomingMessage, response: ServerResponse) => {
    const text = Buffer.concat(await request.toArray()).toString();
    received.push({ path: request.url ?? '', headers: request.headers, text, json: JSON.parse(text) });
    if (answer !== null) response.writeHead(answer).end(answer === 200 ? 'ok' : '{"error":"topic is full"}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
  stage = await Stage.open('unix:///nowhere/docker.sock');
  await stage.rooms.settings.update({ allowPrivateAddresses: true }, ada);
});
after(async () => {
  await stage.close();
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  received = [];
  answer = 200;
});

const add = async (name: string, target: ChannelInput['target'] | object) => {
  const input = v.parse(channelInput, { name, target });
  return stage.rooms.notifications.channels.create(input, ada);
};
const hook = (name: string) => add(name, { kind: 'webhook', config: { url: `${url}/${name}` } });
const rule = (input: Partial<v.InferInput<typeof notificationRuleInput>> & { channels: number[] }) => {
  const whole: NotificationRuleInput = v.parse(notificationRuleInput, { name: 'r', events: ['run.failed'], ...input });
  return stage.rooms.notifications.rules.create(whole, ada);
};
const deliveries = async (channel: number): Promise<Delivery[]> =>
  (await stage.rooms.notifications.deliveries.list({ channel, limit: 100 })).items;
const settled = async (channel: number, count: number): Promise<Delivery[]> => {
  await waitUntil('the deliveries', 20_000, 20, async () => {
    const all = await deliveries(channel);
    return all.length >= count && all.every(({ state, attempts }) => state !== 'pending' || attempts > 0);
  });
  return deliveries(channel);
};

/** A schedule whose runs end at once: badly, since no engine is there, or well. */
const scheduled = async (name: string, isWell: boolean): Promise<number> => {
  const steps = isWell
    ? [{ action: 'wait', options: { durationMs: 1 } }]
    : [{ action: 'restart', targets: [{ hostId: 1, container: 'web' }] }];
  const input: ScheduleInput = v.parse(scheduleInput, { name, trigger: { kind: 'manual' }, steps });
  return (await stage.rooms.schedules.create(input, caller)).id;
};
const runOf = async (scheduleId: number) => stage.over((await stage.rooms.schedules.runNow(scheduleId, caller)).id);

test('the test of a channel tells exactly what the other side said', async () => {
  const channel = await hook('tested');
  assert.deepEqual(await stage.rooms.notifications.test(channel.id, ada), { ok: true, status: 200, answer: '200 ok' });
  answer = 507;
  const refused = await stage.rooms.notifications.test(channel.id, ada);
  assert.deepEqual(refused, { ok: false, status: 507, answer: '507 {"error":"topic is full"}' });
  await stage.rooms.notifications.removeChannel(channel.id, ada);
});

test('a webhook is signed over time and body, and carries its bearer', async () => {
  const secrets = { bearer: 'abc', signingKey: 'a key' };
  const channel = await add('signed', { kind: 'webhook', config: { url: `${url}/signed` }, secrets });
  await stage.rooms.notifications.test(channel.id, ada);
  const [only] = received;
  const [, seconds, digest] =
    /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(only?.headers['x-chrontainer-signature'])) ?? [];
  assert.equal(digest, createHmac('sha256', 'a key').update(`${seconds}.${only?.text}`).digest('hex'));
  assert.equal(only?.headers.authorization, 'Bearer abc');
  await stage.rooms.notifications.removeChannel(channel.id, ada);
});

test('secrets are sealed in the database, told to nobody, and stay where an edit leaves them out', async () => {
  const config = { server: url, topic: 'home' };
  const channel = await add('secret', { kind: 'ntfy', config, secrets: { token: 'tk_very-secret' } });
  assert.deepEqual([channel.secrets, JSON.stringify(channel).includes('very-secret')], [['token'], false]);
  const row = await stage.db.selectFrom('notification_channels').selectAll().executeTakeFirstOrThrow();
  assert.doesNotMatch(row.secrets, /very-secret/);
  const target = { kind: 'ntfy', config: { ...config, topic: 'garden' } };
  const changed = await stage.rooms.notifications.channels.change(channel.id, { target }, ada);
  assert.deepEqual([changed.config['topic'], changed.secrets], ['garden', ['token']]);
  await stage.rooms.notifications.test(channel.id, ada);
  assert.equal(received[0]?.headers.authorization, 'Bearer tk_very-secret');
  const without = { target: { kind: 'ntfy', config, secrets: { token: null } } };
  assert.deepEqual((await stage.rooms.notifications.channels.change(channel.id, without, ada)).secrets, []);
  const faulty = stage.rooms.notifications.channels.change(
    channel.id,
    { target: { kind: 'ntfy', config: { topic: '§' } } },
    ada,
  );
  await assert.rejects(faulty, { code: 'CHR_INVALID_INPUT', message: /target\.config\.topic/ });
  const empty = stage.rooms.notifications.channels.change(channel.id, { target: { kind: 'ntfy', config: {} } }, ada);
  await assert.rejects(empty, { message: /target\.config\.topic:? is required/ });
  await stage.rooms.notifications.removeChannel(channel.id, ada);
});

const services: [target: object, path: string, check: (one: Received) => void][] = [
  [
    { kind: 'ntfy', config: { topic: 'home' } },
    '/',
    ({ json }) =>
      assert.deepEqual([json['topic'], json['priority'], json['tags']], ['home', 3, ['information_source']]),
  ],
  [
    { kind: 'discord', secrets: {} },
    '/hook',
    ({ json }) => {
      assert.deepEqual(json['allowed_mentions'], { parse: [] });
      const [embed] = json['embeds'] as { description: string }[];
      assert.ok(embed);
      assert.ok(embed.description.startsWith('The channel \\*\\*bold\\*\\* \\@everyone '), embed.description);
    },
  ],
  [
    { kind: 'slack', secrets: {} },
    '/hook',
    ({ json }) => {
      const [attachment] = json['attachments'] as { text: string; mrkdwn_in: string[] }[];
      assert.deepEqual(attachment?.mrkdwn_in, []);
      assert.doesNotMatch(attachment?.text ?? '', /</);
    },
  ],
  [
    { kind: 'gotify', config: {}, secrets: { token: 'T1' } },
    '/message',
    ({ json, headers }) => assert.deepEqual([headers['x-gotify-key'], json['priority']], ['T1', 5]),
  ],
];
for (const [target, path, check] of services) {
  test(`${(target as { kind: string }).kind} gets what its documentation asks for, and no name means more than a name`, async () => {
    const { kind, config = {}, secrets = {} } = target as { kind: string; config?: object; secrets?: object };
    const isByUrl = kind === 'discord' || kind === 'slack';
    const whole = {
      kind,
      config: isByUrl ? {} : { server: url, ...config },
      secrets: isByUrl ? { url: `${url}/hook` } : secrets,
    };
    const channel = await add('**bold** @everyone <!channel>', whole);
    assert.equal((await stage.rooms.notifications.test(channel.id, ada)).ok, true);
    const [only] = received;
    assert.ok(only);
    assert.equal(only.path, path);
    check(only);
    await stage.rooms.notifications.removeChannel(channel.id, ada);
  });
}

test('a failure is told once with its reason, what repeats is not, and the recovery is', async () => {
  const channel = await hook('changes');
  const { id } = await rule({ channels: [channel.id], events: ['run.failed', 'run.recovered'], origins: ['manual'] });
  const failing = await scheduled('Nightly backup', false);
  await runOf(failing);
  await runOf(failing);
  const [first, ...others] = await settled(channel.id, 1);
  assert.deepEqual([others.length, first?.title, first?.state], [0, 'Failed: Nightly backup', 'sent']);
  assert.match(first?.body ?? '', /^restart web on Local: There is no socket at/);
  await stage.rooms.schedules.change(
    failing,
    { steps: [{ action: 'wait', targets: [], options: { durationMs: 1 } }] },
    caller,
  );
  await runOf(failing);
  await runOf(failing);
  const told = await settled(channel.id, 2);
  assert.deepEqual(
    told.map(({ title }) => title),
    ['Works again: Nightly backup', 'Failed: Nightly backup'],
  );
  assert.deepEqual(
    received.map(({ json }) => json['event']),
    ['run.failed', 'run.recovered'],
  );
  await stage.rooms.notifications.rules.remove(id, ada);
  await stage.rooms.notifications.removeChannel(channel.id, ada);
});

test('what is told again within a short time is folded, and shown as such', async () => {
  const channel = await hook('folded');
  const { id } = await rule({ channels: [channel.id], onlyChanges: false, origins: ['manual'] });
  const failing = await scheduled('Flapping', false);
  for (let i = 0; i < 3; i += 1) await runOf(failing);
  const told = await settled(channel.id, 3);
  assert.deepEqual(
    told.map(({ state }) => state),
    ['folded', 'folded', 'sent'],
  );
  assert.equal(received.length, 1);
  await stage.rooms.notifications.rules.remove(id, ada);
  await stage.rooms.notifications.removeChannel(channel.id, ada);
});

test('a refusal is final, a fault of the server is tried again, and a resend sends once more', async () => {
  const channel = await hook('broken');
  const notices = stage.rooms.notifications.notices;
  const notice = { title: 't', body: 'b', severity: 'info' as const, runId: 'r', channels: [channel.id] };
  answer = 403;
  await notices.queue({ ...notice, key: 'refused' });
  const [refused] = await settled(channel.id, 1);
  assert.deepEqual([refused?.state, refused?.answer], ['failed', '403 {"error":"topic is full"}']);
  answer = 500;
  await notices.queue({ ...notice, key: 'passing' });
  const [passing] = await settled(channel.id, 2);
  assert.deepEqual([passing?.state, passing?.attempts], ['pending', 1]);
  assert.ok(Date.parse(passing?.nextTryAt ?? '') > Date.now() + 10_000);
  answer = 200;
  await stage.rooms.notifications.deliveries.resend(refused?.id ?? 0);
  await waitUntil('the resend', 20_000, 20, async () => (await deliveries(channel.id))[1]?.state === 'sent');
  await stage.rooms.notifications.removeChannel(channel.id, ada);
});

test('a channel that hangs delays no other channel, and no run', async () => {
  const [dead, alive] = [await hook('dead'), await hook('alive')];
  answer = null;
  const step = { action: 'notify' as const, options: { message: 'hello', title: 'Greeting' } };
  const run = await stage.run({ ...step, options: { ...step.options, channels: [dead.id] } });
  assert.equal(run.outcome, 'succeeded');
  await waitUntil('the call that hangs', 10_000, 10, () => received.length === 1);
  answer = 200;
  await stage.run({ ...step, options: { ...step.options, channels: [alive.id] } });
  const [told] = await settled(alive.id, 1);
  assert.deepEqual([told?.state, told?.title, told?.body], ['sent', 'Greeting', 'hello']);
  for (const { id } of [dead, alive]) await stage.rooms.notifications.removeChannel(id, ada);
});

test('a step that has no channel to tell fails, and says what to do', async () => {
  const none = targetOf(await stage.run({ action: 'notify', options: { message: 'x' } }));
  assert.deepEqual(
    [none.outcome, none.message],
    ['failed', 'there is no channel to send it to; add one under Notifications'],
  );
  const unknown = targetOf(await stage.run({ action: 'notify', options: { message: 'x', channels: [99] } }));
  assert.equal(unknown.message, 'there is no channel 99');
});

test('a crash between the end of a run and the delivery loses no message', async () => {
  const channel = await hook('crashing');
  const { id } = await rule({ channels: [channel.id], onlyChanges: false, foldMs: 0, origins: ['manual'] });
  const failing = await scheduled('Dies', false);
  const rounds = 10;
  for (let i = 0; i < rounds; i += 1) {
    answer = i % 2 === 0 ? null : 200;
    await runOf(failing);
    await stage.crashAndReturn();
    answer = 200;
  }
  const told = await settled(channel.id, rounds);
  await waitUntil('every delivery', 30_000, 50, async () =>
    (await deliveries(channel.id)).every(({ state }) => state === 'sent'),
  );
  assert.equal(told.length, rounds);
  const runs = new Set(received.map(({ json }) => json['runId']));
  assert.equal(runs.size, rounds, 'every due message came at least once');
  await stage.rooms.notifications.rules.remove(id, ada);
});
