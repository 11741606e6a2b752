import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as v from 'valibot';
import { notificationRuleInput } from '../../../contract/index.ts';
import type { Standing } from './fate.ts';
import { fateOf } from './fate.ts';
import type { Happening } from './happening.ts';
import { isWanted } from './happening.ts';

/** A Thursday, 23:30 in Berlin. */
const at = Date.parse('2026-11-26T22:30:00Z');
const happening: Happening = {
  event: 'container.died',
  severity: 'error',
  key: 'k',
  subject: 'container.died/1/web',
  title: 'Died: web',
  body: 'exit code 1',
  at,
  places: [{ hostId: 1, stack: 'shop', tags: ['prod'] }],
  path: null,
  run: null,
  facts: null,
};
const calm: Standing = {
  toldAt: null,
  hasTurned: false,
  matter: null,
  flapAt: null,
  recent: 0,
  today: 0,
  dailyLimit: null,
  isForMachines: false,
  stormAt: null,
  silencedBy: null,
  timeZone: 'Europe/Berlin',
};
type Loose = Partial<v.InferInput<typeof notificationRuleInput>>;
const ruleOf = (changed: Loose = {}) => ({
  ...v.parse(notificationRuleInput, { name: 'r', events: ['container.died'], channels: [7], ...changed }),
  id: 3,
  createdAt: '',
});
const fate = (rule: Loose, standing: Partial<Standing> = {}, changed: Partial<Happening> = {}) =>
  fateOf({ ...happening, ...changed }, ruleOf(rule), 7, { ...calm, ...standing });

test('in calm times a message goes at once', () => {
  assert.deepEqual(fate({}), { state: 'pending', next_try_at: at, gather_key: null, answer: null });
});

test('what was told shortly before, is silenced, or is over the limit of the day is folded, and says why', () => {
  assert.equal(fate({ foldMs: 60_000 }, { toldAt: at - 59_000 }).answer, 'the same was told shortly before');
  assert.equal(fate({ foldMs: 60_000 }, { toldAt: at - 60_000 }).state, 'pending');
  assert.equal(fate({}, { silencedBy: { id: 4, words: 'silenced: works' } }).answer, 'silenced: works');
  const over = fate({}, { dailyLimit: 5, today: 5 });
  assert.deepEqual([over.state, over.answer], ['folded', 'the channel has had its 5 messages of today']);
  assert.equal(fate({}, { dailyLimit: 5, today: 4 }).state, 'pending');
});

test('what was told shortly before and turned meanwhile is told when the folding time is over, to programs at once', () => {
  const turned = { toldAt: at - 50_000, hasTurned: true, matter: 'container.recovered/1/web' };
  const waits = fate({ foldMs: 60_000 }, turned);
  assert.deepEqual([waits.gather_key, waits.next_try_at], ['flap/7/container.recovered/1/web', at + 10_000]);
  assert.equal(fate({ foldMs: 60_000 }, { ...turned, flapAt: at + 3_000 }).next_try_at, at + 3_000);
  assert.equal(fate({ foldMs: 60_000 }, { ...turned, isForMachines: true }).next_try_at, at);
  assert.equal(fate({ foldMs: 60_000 }, { ...turned, hasTurned: false }).state, 'folded');
});

test('the fourth message within a minute waits to be told with others, unless a program reads them', () => {
  const storm = fate({}, { recent: 3 });
  assert.deepEqual([storm.gather_key, storm.next_try_at], ['storm/7', at + 30_000]);
  assert.equal(fate({}, { recent: 9, stormAt: at + 5_000 }).next_try_at, at + 5_000);
  assert.equal(fate({}, { recent: 0, stormAt: at + 5_000 }).gather_key, 'storm/7');
  assert.equal(fate({}, { recent: 9, isForMachines: true }).gather_key, null);
});

test('in quiet times a message waits until they are over, but for what is loud', () => {
  const night = { quietTimes: [{ from: '22:00', to: '07:00' }] };
  assert.equal(fate(night).next_try_at, Date.parse('2026-11-27T06:00:00Z'));
  assert.equal(fate({ ...night, loudSeverities: ['error' as const] }).next_try_at, at);
  assert.equal(fate({ quietTimes: [{ days: ['fri' as const], from: '22:00', to: '07:00' }] }).next_try_at, at);
  assert.equal(fate({ quietTimes: [{ from: '00:00', to: '00:00' }] }).next_try_at, at, 'never is no time to wait for');
});

test('quiet times end by the clock on the wall, also in the nights in which it changes', () => {
  const night = { quietTimes: [{ from: '22:00', to: '07:00' }] };
  const until = (from: string) => new Date(fate(night, {}, { at: Date.parse(from) }).next_try_at ?? 0).toISOString();
  assert.equal(until('2026-10-24T20:30:00Z'), '2026-10-25T06:00:00.000Z');
  assert.equal(until('2026-03-28T21:30:00Z'), '2026-03-29T05:00:00.000Z');
});

test('a digest comes at the full hour, or at eight in the morning of the instance', () => {
  assert.equal(fate({ digest: 'hourly' }).next_try_at, Date.parse('2026-11-26T23:00:00Z'));
  assert.equal(fate({ digest: 'daily' }).next_try_at, Date.parse('2026-11-27T07:00:00Z'));
  const early = Date.parse('2026-03-29T00:30:00Z');
  assert.equal(
    fate({ digest: 'daily' }, {}, { at: early }).next_try_at,
    Date.parse('2026-03-29T06:00:00Z'),
    'an hour went',
  );
});

test('a rule wants what fits its events, severities and one place that fits all that it names', () => {
  const wanted = (rule: Loose, changed: Partial<Happening> = {}) =>
    isWanted(ruleOf(rule), { ...happening, ...changed });
  assert.equal(wanted({}), true);
  assert.equal(wanted({ enabled: false }), false);
  assert.equal(wanted({ events: ['container.oom'] }), false);
  assert.equal(wanted({ severities: ['warning'] }), false);
  assert.equal(wanted({ hosts: [1], stacks: ['shop'], tags: ['prod', 'other'] }), true);
  const elsewhere = [
    { hostId: 1, stack: null, tags: [] },
    { hostId: 2, stack: 'shop', tags: ['prod'] },
  ];
  assert.equal(wanted({ hosts: [1], stacks: ['shop'] }, { places: elsewhere }), false);
  assert.equal(wanted({ schedules: [1] }), false, 'a container is of no schedule');
  const run = { id: 'r', scheduleId: 1, origin: 'manual' as const, badSince: null };
  assert.equal(wanted({ schedules: [1] }, { run }), false, 'by hand, unless it is asked for');
  assert.equal(wanted({ schedules: [1], origins: ['manual'] }, { run }), true);
  assert.equal(wanted({ events: ['run.succeeded'] }, { event: 'run.slow' }), true);
});
