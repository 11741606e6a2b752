import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as v from 'valibot';
import { notificationEvents, notificationRule, notificationRuleInput } from '../../../contract/notifications.ts';
import { allEvents, eventWords } from './events.ts';
import { newRule, ruleDraftOf, ruleInputOf } from './rule-draft.ts';
import { mannerWords, namesOnlyGone, toldWords } from './rule-words.ts';

const input = {
  name: 'The shop at night',
  enabled: true,
  events: ['run.failed', 'container.died', 'host.offline', 'host.hung', 'host.online'],
  channels: [1, 2],
  hosts: [1, 3],
  stacks: ['shop'],
  tags: ['important'],
  schedules: [7],
  severities: ['error', 'warning'],
  origins: ['manual'],
  onlyChanges: false,
  foldMs: 5_400_000,
  template: { title: '{{ host }}', body: null, request: null },
  quietTimes: [
    { days: ['sat', 'sun'], from: '00:00', to: '10:00' },
    { from: '22:00', to: '06:30' },
  ],
  loudSeverities: ['error'],
  digest: 'daily',
};
const rule = v.parse(notificationRule, { ...input, id: 1, createdAt: '2026-11-26T06:00:00.000Z' });
const shown = { ...rule, gone: { hosts: [], schedules: [] } };
const names = { host: (id: number) => `host ${id}`, schedule: (id: number) => `schedule ${id}` };

test('the form offers each event that there is, once', () => {
  assert.deepEqual([...allEvents].sort(), [...notificationEvents].sort());
});

test('a rule comes back from its form as it went in', () => {
  const { enabled: _, ...expected } = input;
  assert.deepEqual(ruleInputOf(ruleDraftOf(rule)), expected);
});

test('a rule of which a part is gone tells of the rest, and nothing where all of it is', () => {
  const of = (hosts: number[], gone: number[]) => ({ ...shown, hosts, gone: { hosts: gone, schedules: [] } });
  assert.deepEqual(
    [of([], []), of([1, 3], [3]), of([3], [3])].map((one) => namesOnlyGone(one)),
    [false, false, true],
  );
});

test('a new rule has what the server would have chosen', () => {
  const sent = ruleInputOf({ ...newRule([{ id: 4 }]), name: ' At home ' });
  const { name, events, channels } = sent;
  assert.deepEqual([name, channels], ['At home', [4]]);
  assert.deepEqual({ ...sent, enabled: true }, v.parse(notificationRuleInput, { name, events, channels }));
});

test('where there are several channels none is chosen for anybody', () => {
  assert.deepEqual(newRule([{ id: 1 }, { id: 2 }]).channels, []);
});

test('no folding time is none, and one that is no number is left for the server to refuse', () => {
  const draft = newRule([]);
  assert.equal(ruleInputOf({ ...draft, fold: ' ' }).foldMs, 0);
  assert.equal(ruleInputOf({ ...draft, fold: '1,5', foldUnit: 'h' }).foldMs, 5_400_000);
  assert.ok(Number.isNaN(ruleInputOf({ ...draft, fold: 'soon' }).foldMs));
  assert.deepEqual(ruleDraftOf({ ...rule, foldMs: 0 }).fold, '0');
});

test('what is loud in quiet times goes with the quiet times', () => {
  assert.deepEqual(ruleInputOf({ ...ruleDraftOf(rule), quietTimes: [] }).loudSeverities, []);
});

test('a rule says in words what it tells, of what, and how', () => {
  assert.equal(
    toldWords(rule, names),
    'Failed runs, containers that died, and anything about hosts, on host 1 or host 3, in the stack shop, with the tag important, of schedule 7, only errors and warnings',
  );
  assert.deepEqual(mannerWords(rule), [
    'One message a day, at 08:00',
    'Quiet Sa and Su 00:00–10:00 and 22:00–06:30, except for errors',
    'Every failure, also of what goes on failing',
    'Repeats after 1 h 30 min',
    'In own words',
  ]);
});

test('a rule as it is by itself says no more than its events', () => {
  const plain = { ...rule, ...ruleInputOf({ ...newRule([]), events: ['disk.low'] }) };
  assert.equal(toldWords(plain, names), 'Little space on the disk');
  assert.deepEqual(mannerWords(plain), []);
  assert.equal(eventWords(['run.missed']), 'missed runs');
});
