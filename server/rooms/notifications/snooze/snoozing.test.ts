import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import * as v from 'valibot';
import { activityQuery, channelInput, notificationRuleInput } from '../../../../contract/index.ts';
import type { Receiver } from '../../../../lab/receiver.ts';
import { openReceiver } from '../../../../lab/receiver.ts';
import { waitUntil } from '../../../../lab/wait.ts';
import { ada, Stage } from '../../../stage.ts';
import type { Happening } from '../happening.ts';

interface Refusal {
  code: string;
  message: string;
  errors: unknown;
}

const hourMs = 3_600_000;
const address = '198.51.100.7';
const baseUrl = 'https://chrontainer.example.org/clock';
let receiver: Receiver;
let stage: Stage;

before(async () => {
  receiver = await openReceiver();
  stage = await Stage.open('unix:///nowhere/docker.sock', { baseUrl });
  await setUp(stage);
});
after(async () => {
  await stage.close();
  receiver.close();
});

const setUp = async ({ rooms }: Stage): Promise<void> => {
  await rooms.settings.update({ allowPrivateAddresses: true }, ada);
  const target = { kind: 'webhook', config: { url: `${receiver.url}/hook` } };
  const { id } = await rooms.notifications.channels.create(v.parse(channelInput, { name: 'hook', target }), ada);
  const events = ['container.died', 'container.recovered', 'session.new_place'];
  const rule = v.parse(notificationRuleInput, { name: 'r', events, channels: [id], foldMs: 0 });
  await rooms.notifications.rules.create(rule, ada);
};

let count = 0;
const tell = async (of: Stage, name: string, event: Happening['event'] = 'container.died'): Promise<void> => {
  count += 1;
  const subject = `${event}/1/${name}`;
  const happening: Happening = {
    ...{ event, severity: 'error', at: Date.now(), subject, key: `${subject}/${count}` },
    ...{ title: `Died: ${name} on Local`, body: 'exit code 1', path: null, run: null, facts: null },
    places: [{ hostId: 1, stack: 'shop', tags: [] }],
  };
  await of.db.transaction().execute((trx) => of.rooms.notifications.notices.tell(trx, happening));
};

/** What the other side got of it. */
const toldOf = async (name: string, event?: Happening['event'], of = stage): Promise<Record<string, unknown>> => {
  receiver.received = [];
  await tell(of, name, event);
  // One that was told before can still be on its way.
  const found = () =>
    receiver.received
      .map(({ text }) => JSON.parse(text) as Record<string, unknown>)
      .find(({ title }) => title === `Died: ${name} on Local`);
  await waitUntil('the message', 20_000, 20, () => found() !== undefined);
  return found() ?? {};
};
const tokenOf = async (name: string): Promise<string> => {
  const url = String((await toldOf(name))['snoozeUrl']);
  assert.match(url, /^https:\/\/chrontainer\.example\.org\/clock\/snooze#[\w-]{43}$/);
  return url.split('#')[1] ?? '';
};
const statesOf = async (name: string): Promise<string[]> => {
  const { items } = await stage.rooms.notifications.deliveries.list({ limit: 100 });
  return items.filter(({ title }) => title.includes(` ${name} `)).map(({ state }) => state);
};
const snoozing = () => stage.rooms.notifications.snoozing;

test('the link in a message silences exactly what the message was about, is in the activity log, and is taken back', async () => {
  const token = await tokenOf('web');
  assert.deepEqual(await snoozing().look(token, address), { title: 'Died: web on Local', until: null });
  await tell(stage, 'web');
  assert.equal((await statesOf('web')).includes('folded'), false, 'looking silences nothing');

  const { until } = await snoozing().snooze(token, hourMs, address);
  assert.ok(Math.abs(Date.parse(until ?? '') - Date.now() - hourMs) < 60_000);
  await tell(stage, 'web');
  assert.equal((await statesOf('web'))[0], 'folded');
  await toldOf('db');
  const query = v.parse(activityQuery, { action: 'silence.create', limit: '5' });
  const [entry] = (await stage.rooms.activity.list(query)).items;
  assert.deepEqual(
    [entry?.actor.name, entry?.actor.id, entry?.actor.address, entry?.target],
    ['a link in a message', null, address, 'Snoozed: Died: web on Local'],
  );

  await snoozing().snooze(token, 8 * hourMs, address);
  assert.equal(stage.rooms.notifications.silences.list().length, 1, 'the longer one is there instead of the other');
  assert.deepEqual(await snoozing().takeBack(token, address), { title: 'Died: web on Local', until: null });
  assert.deepEqual(stage.rooms.notifications.silences.list(), []);
  await toldOf('web');
});

test('a link ends nothing that somebody who is signed in has silenced', async () => {
  const token = await tokenOf('queue');
  const [delivery] = (await stage.rooms.notifications.deliveries.list({ limit: 1 })).items;
  const silence = await stage.rooms.notifications.deliveries.snooze(delivery?.id ?? 0, hourMs, ada);
  assert.equal((await snoozing().takeBack(token, address)).until, null);
  assert.deepEqual(
    stage.rooms.notifications.silences.list().map(({ id }) => id),
    [silence.id],
  );
  await stage.rooms.notifications.silences.end(silence.id, ada);
});

test('a token that is wrong, and one that is too old, get the same refusal, which tells nothing', async () => {
  const token = await tokenOf('cache');
  const rows = await stage.db.selectFrom('snooze_links').selectAll().execute();
  assert.ok(rows.length > 0 && rows.every(({ hash }) => /^[0-9a-f]{64}$/.test(hash)), 'only hashes are kept');
  assert.equal(JSON.stringify(rows).includes(token), false);
  await stage.db
    .updateTable('snooze_links')
    .set({ expires_at: Date.now() - 1 })
    .execute();
  const refusals: string[] = [];
  for (const bad of [token, `${token.slice(0, -1)}_`, 'x']) {
    for (const act of [
      () => snoozing().look(bad, address),
      () => snoozing().snooze(bad, hourMs, address),
      () => snoozing().takeBack(bad, address),
    ]) {
      refusals.push(
        await act().then(
          () => 'let in',
          (error: Refusal) => JSON.stringify([error.code, error.message, error.errors]),
        ),
      );
    }
  }
  assert.equal(new Set(refusals).size, 1, refusals.join('\n'));
  assert.match(refusals[0] ?? '', /CHR_INVALID_INPUT/);
  assert.deepEqual(stage.rooms.notifications.silences.list(), []);
});

test('who guesses has to wait, and who has a link at another address does not', async () => {
  const token = await tokenOf('guessed');
  const guess = (at: string): Promise<string> =>
    snoozing()
      .look('guess', at)
      .then(
        () => 'let in',
        (error: Refusal) => error.code,
      );
  const codes: string[] = [];
  for (let i = 0; i < 25; i += 1) codes.push(await guess('203.0.113.9'));
  assert.deepEqual([codes[0], codes.at(-1)], ['CHR_INVALID_INPUT', 'CHR_TOO_MANY_REQUESTS']);
  assert.equal((await snoozing().look(token, '192.0.2.1')).title, 'Died: guessed on Local');
});

test('what is good, and what concerns accounts, cannot be silenced by a link', async () => {
  assert.equal('snoozeUrl' in (await toldOf('good', 'container.recovered')), false);
  assert.equal('snoozeUrl' in (await toldOf('stolen', 'session.new_place')), false);
});

test('without an address of its own the program sends no link', async () => {
  const homeless = await Stage.open('unix:///nowhere/docker.sock');
  try {
    await setUp(homeless);
    assert.equal('snoozeUrl' in (await toldOf('web', undefined, homeless)), false);
  } finally {
    await homeless.close();
  }
});

test('a template names the link, and has nothing where a message has none', async () => {
  const { channels, rules } = stage.rooms.notifications;
  const target = { kind: 'webhook', config: { url: `${receiver.url}/own`, headers: { 'Content-Type': 'text/plain' } } };
  const template = { request: '{{ title }}|{{ snoozeUrl }}|{% unless snoozeUrl %}no link{% endunless %}' };
  const { id } = await channels.create(v.parse(channelInput, { name: 'own', target, template }), ada);
  const events = ['container.unhealthy', 'session.new_place'];
  const rule = v.parse(notificationRuleInput, { name: 'own', events, channels: [id], foldMs: 0 });
  await rules.create(rule, ada);
  const sentOf = async (name: string, event: Happening['event']): Promise<string[]> => {
    receiver.received = [];
    await tell(stage, name, event);
    const own = () => receiver.received.find(({ path }) => path === '/own');
    await waitUntil('the message', 20_000, 20, () => own() !== undefined);
    return own()?.text.split('|') ?? [];
  };
  const [title, url = '', none] = await sentOf('worded', 'container.unhealthy');
  assert.deepEqual([title, none], ['Died: worded on Local', '']);
  const token = url.replace(`${baseUrl}/snooze#`, '');
  assert.equal((await snoozing().look(token, address)).title, title);
  assert.deepEqual((await sentOf('kim', 'session.new_place')).slice(1), ['', 'no link']);
});
