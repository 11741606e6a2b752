import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Policies, Trigger } from '../../../contract/index.ts';
import type { ActiveRun } from '../runs/index.ts';
import type { ClaimContext } from './claims.ts';
import { claimSlots, deadlineMs } from './claims.ts';
import { withDefaults } from './schedule.ts';

const minute = 60_000;
const hour = 60 * minute;
const noon = Date.UTC(2026, 10, 23, 12);
const cron: Trigger = { kind: 'cron', expression: '0 * * * *' };

const claims = (slots: number[], nowMs: number, policies: Partial<Policies> = {}, more: Partial<ClaimContext> = {}) =>
  claimSlots(slots, {
    nowMs,
    trigger: cron,
    policies: withDefaults(policies),
    periodMs: () => hour,
    jitterMs: () => 0,
    active: [],
    mayBegin: Number.POSITIVE_INFINITY,
    opensAt: (fromMs) => fromMs,
    overrideOf: () => undefined,
    isPaused: false,
    ...more,
  });
const running = (id: string): ActiveRun => ({ id, outcome: 'running', notBeforeAt: null });
const kinds = (...args: Parameters<typeof claims>) => claims(...args).map((claim) => claim.kind);

test('a slot that is noticed on time is begun', () => {
  assert.deepEqual(kinds([noon], noon + 3), ['begin']);
});

test('after a downtime the latest slot within its deadline is begun and the older ones join it', () => {
  const policies = { startDeadlineMs: 5 * hour };
  const found = claims([noon - 2 * hour, noon - hour, noon], noon + minute, policies);
  assert.deepEqual(
    found.map((c) => c.kind),
    ['coalesced', 'coalesced', 'begin'],
  );
  assert.equal(found[0]?.kind === 'coalesced' && found[0].intoSlotAt, noon);
});

test('a slot later than its start deadline is missed, with the lateness in the reason', () => {
  const [claim] = claims([noon], noon + 31 * minute);
  assert.equal(claim?.kind, 'missed');
  assert.match(claim?.kind === 'missed' ? claim.message : '', /31 min late/);
});

test('the default deadline is half the period, an hour at the most, and a day for once', () => {
  const context = { policies: withDefaults({}) };
  const of = (trigger: Trigger, period: number | null) =>
    deadlineMs(noon, { ...context, trigger, periodMs: () => period });
  assert.equal(of(cron, 10 * minute), 5 * minute);
  assert.equal(of(cron, 24 * hour), hour);
  assert.equal(of({ kind: 'once', at: '2026-11-23T12:00:00.000Z' }, null), 24 * hour);
});

test('without catch-up a slot that was slept through is missed, one that is only just late is begun', () => {
  assert.deepEqual(kinds([noon], noon + 6_000, { catchUp: 'none' }), ['missed']);
  assert.deepEqual(kinds([noon], noon + 4_000, { catchUp: 'none' }), ['begin']);
});

test('with catch-up all, each slot up to the limit is begun and the oldest beyond it are missed', () => {
  const slots = [4, 3, 2, 1, 0].map((back) => noon - back * hour);
  const policies = { catchUp: 'all', catchUpLimit: 3, startDeadlineMs: 24 * hour } as const;
  assert.deepEqual(kinds(slots, noon + minute, policies), ['missed', 'missed', 'begin', 'begin', 'begin']);
});

test('a slot that comes while the schedule is running is skipped for overlap, or begun where that is allowed', () => {
  const [claim] = claims([noon], noon, {}, { active: [running('run-1')] });
  assert.equal(claim?.kind === 'skipped' && claim.reason, 'overlap');
  assert.match(claim?.kind === 'skipped' ? claim.message : '', /run-1/);
  assert.deepEqual(kinds([noon], noon, { overlap: 'allow' }, { active: [running('run-1')] }), ['begin']);
});

test('what is caught up one after another waits for the run under way instead of being skipped', () => {
  const policies = { catchUp: 'all', startDeadlineMs: 24 * hour } as const;
  assert.deepEqual(kinds([noon - hour, noon], noon + minute, policies, { active: [running('run-1')] }), [
    'begin',
    'begin',
  ]);
});

test('whatever the policies, every slot gets exactly one claim, and what joins a later slot joins one that is begun', () => {
  const policies = fc.record({
    catchUp: fc.constantFrom('none', 'latest', 'all'),
    catchUpLimit: fc.integer({ min: 1, max: 5 }),
    startDeadlineMs: fc.option(fc.integer({ min: 1000, max: 10 * hour })),
    overlap: fc.constantFrom('skip', 'queue', 'cancel_previous', 'allow'),
    outsideWindow: fc.constantFrom('skip', 'wait'),
    queueLimit: fc.integer({ min: 1, max: 3 }),
    onNoMatch: fc.constantFrom('fail', 'skip'),
  });
  const gaps = fc.array(fc.integer({ min: 1000, max: 3 * hour }), { maxLength: 20 });
  fc.assert(
    fc.property(
      policies,
      gaps,
      fc.integer({ min: 0, max: 5 * hour }),
      fc.boolean(),
      fc.integer({ min: 0, max: 3 }),
      fc.option(fc.integer({ min: 0, max: hour })),
      (chosen, steps, lateMs, isActive, mayBegin, closedForMs) => {
        let at = noon;
        const slots = steps.map((gap) => (at += gap));
        const found = claims(slots, (slots.at(-1) ?? noon) + lateMs, chosen as Partial<Policies>, {
          active: isActive ? [running('run-1')] : [],
          mayBegin,
          opensAt: (fromMs) => (closedForMs === null ? null : fromMs + closedForMs),
        });
        assert.deepEqual(
          found.map((claim) => claim.slotAt),
          slots,
        );
        assert.ok(found.filter((claim) => claim.kind === 'begin').length <= mayBegin);
        for (const claim of found) {
          if (claim.kind !== 'coalesced') continue;
          assert.equal(found.find((other) => other.slotAt === claim.intoSlotAt)?.kind, 'begin');
        }
      },
    ),
  );
});

test('with queue a slot waits behind the runs under way, up to the limit', () => {
  const policies = { overlap: 'queue', queueLimit: 2 } as const;
  const active = (count: number) => ({ active: Array.from({ length: count }, (_, i) => running(`run-${i}`)) });
  assert.deepEqual(kinds([noon], noon, policies, active(1)), ['begin']);
  assert.deepEqual(kinds([noon], noon, policies, active(2)), ['begin']);
  const [full] = claims([noon], noon, policies, active(3));
  assert.match(full?.kind === 'skipped' ? full.message : '', /2 runs were waiting/);
});

test('while everything is paused each slot is skipped for that reason, the late ones too', () => {
  const found = claims([noon - hour, noon], noon + minute, {}, { isPaused: true });
  assert.deepEqual(
    found.map((claim) => claim.kind === 'skipped' && claim.reason),
    ['paused', 'paused'],
  );
});

test('jitter puts the beginning and the deadline off, and the slot keeps its nominal instant', () => {
  const [claim] = claims([noon], noon, {}, { jitterMs: () => 90_000 });
  assert.deepEqual(claim, {
    slotAt: noon,
    notBeforeAt: noon + 90_000,
    startDeadlineAt: noon + 90_000 + 30 * minute,
    kind: 'begin',
  });
});

test('a schedule that has had all its runs begins no more', () => {
  const [claim] = claims([noon], noon, {}, { mayBegin: 0 });
  assert.equal(claim?.kind === 'missed' && claim.reason, 'cap');
});

test('outside the windows a slot is skipped with the next opening named, or waits for it with its deadline put off', () => {
  const closed = { opensAt: () => noon + hour };
  const [skipped] = claims([noon], noon, {}, closed);
  assert.match(skipped?.kind === 'skipped' ? skipped.message : '', /opens at 2026-11-23T13:00/);
  assert.deepEqual(claims([noon], noon, { outsideWindow: 'wait' }, closed), [
    { slotAt: noon, notBeforeAt: noon + hour, startDeadlineAt: noon + hour + 30 * minute, kind: 'begin' },
  ]);
});

test('a slot that somebody left out is skipped by that name; one that was put off runs then, its deadline with it', () => {
  const left = { overrideOf: () => ({ untilAt: null, by: 'ada' }) };
  const [skipped] = claims([noon], noon, {}, left);
  assert.deepEqual(skipped?.kind === 'skipped' && [skipped.reason, skipped.message], ['by_hand', 'skipped by ada']);
  const later = { overrideOf: () => ({ untilAt: noon + 20 * minute, by: 'ada' }) };
  const [put] = claims([noon], noon, {}, later);
  assert.deepEqual(put, {
    slotAt: noon,
    notBeforeAt: noon + 20 * minute,
    startDeadlineAt: noon + 50 * minute,
    kind: 'begin',
  });
});
