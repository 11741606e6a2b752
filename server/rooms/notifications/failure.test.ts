import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import * as v from 'valibot';
import type { EventFacts, ScheduleInput } from '../../../contract/index.ts';
import { channelInput, notificationRuleInput, scheduleInput } from '../../../contract/index.ts';
import type { LabEngine } from '../../../lab/engine.ts';
import { privateEngine } from '../../../lab/engine.ts';
import type { Receiver } from '../../../lab/receiver.ts';
import { openReceiver } from '../../../lab/receiver.ts';
import { waitUntil } from '../../../lab/wait.ts';
import { scenarioCaller as caller } from '../../scenario-caller.ts';
import { ada, on, Stage } from '../../stage.ts';

let engine: LabEngine;
let receiver: Receiver;
let stage: Stage;

before(async () => {
  [engine, receiver] = await Promise.all([privateEngine(), openReceiver()]);
  stage = await Stage.open(engine.url, { baseUrl: 'https://clock.example.org' });
  const { notifications, settings } = stage.rooms;
  await settings.update({ allowPrivateAddresses: true, timeZone: 'Europe/Berlin' }, ada);
  const target = { kind: 'webhook', config: { url: receiver.url } };
  const { id } = await notifications.channels.create(v.parse(channelInput, { name: 'hook', target }), ada);
  const rule = { name: 'r', events: ['run.failed'], channels: [id], origins: ['manual'], foldMs: 0 };
  await notifications.rules.create(v.parse(notificationRuleInput, rule), ada);
});
after(async () => {
  await stage.close();
  receiver.close();
  await engine.close();
});

/** Lets a schedule of these steps run, and answers with the message of its failure and what it was made from. */
const failureOf = async (name: string, ...steps: object[]) => {
  receiver.received = [];
  const trigger = { kind: 'cron', expression: '30 7 * * *' };
  const input: ScheduleInput = v.parse(scheduleInput, { name, trigger, steps });
  const { id } = await stage.rooms.schedules.create(input, caller);
  const run = await stage.over((await stage.rooms.schedules.runNow(id, caller)).id);
  assert.equal(run.outcome, 'failed', run.message ?? '');
  await waitUntil('the message', 20_000, 20, () => receiver.received.length > 0);
  const message = JSON.parse(receiver.received[0]?.text ?? '{}') as Record<'title' | 'body' | 'url' | 'runId', string>;
  const row = await stage.db
    .selectFrom('notification_deliveries')
    .selectAll()
    .where('run_id', '=', run.id)
    .executeTakeFirstOrThrow();
  return { message, run, row, facts: JSON.parse(row.facts ?? '{}') as EventFacts };
};
const nextRun = /^Next run: \d{4}-\d\d-\d\d 07:30 Europe\/Berlin$/m;

test('the failure of a command tells schedule, container, host, what was expected, exit code, last lines, next run and link', async () => {
  await engine.run('db');
  const command = ['sh', '-c', 'echo dumping; echo "no space left on device" >&2; exit 3'];
  const { message, run, row, facts } = await failureOf('Nightly backup', {
    action: 'exec',
    targets: on('db'),
    options: { command },
  });
  assert.equal(message.title, 'Failed: Nightly backup');
  const [first, expected, gap, ...rest] = message.body.split('\n');
  assert.deepEqual([first, expected, gap], ['exec db on Local: exit code 3', 'Expected: exit code 0', '']);
  assert.deepEqual(rest.slice(0, 2).sort(), ['dumping', 'no space left on device']);
  assert.match(message.body, nextRun);
  assert.equal(message.url, `https://clock.example.org/runs/${run.id}`);
  assert.deepEqual(
    [facts.schedule?.name, facts.container, facts.host, facts.exitCode, facts.expected, facts.reason],
    ['Nightly backup', 'db', 'Local', 3, 'exit code 0', 'exit code 3'],
  );
  assert.equal(row.rule_id, 1);
});

test('a container that is started and breaks down tells its exit code and the last lines of its log', async () => {
  await engine.run('web', { cmd: ['sh', '-c', 'echo starting; echo "bad config: port"; exit 7'] });
  const step = { action: 'restart', targets: on('web'), waitFor: 'exited' };
  const { message, facts } = await failureOf('Weekly restart', step);
  assert.match(message.body, /^restart web on Local: .*exit code 7\nExpected: ended with exit code 0\n/);
  assert.match(message.body, /^bad config: port$/m);
  assert.match(message.body, nextRun);
  assert.deepEqual(facts.lines.slice(-2), ['starting', 'bad config: port']);
});

test('what an engine refuses is told in its words', async () => {
  const { message, facts } = await failureOf('Gone', { action: 'stop', targets: on('nobody') });
  assert.match(message.body, /^stop nobody on Local: .*[Nn]o such container.*\nExpected: stopped\n/);
  assert.deepEqual([facts.container, facts.expected], ['nobody', 'stopped']);
});
