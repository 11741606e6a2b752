import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Trigger } from '../../../contract/schedules.ts';
import { ChrontainerError } from '../../errors/index.ts';
import { nextOccurrence, occurrencesBetween, periodMs } from './occurrences.ts';

const hour = 3_600_000;
const start = Date.UTC(2027, 0, 1);
const context = { defaultTimeZone: 'Europe/Berlin', seed: '1', anchorMs: start };
const ever = Number.POSITIVE_INFINITY;

test('a cron trigger without a zone is due in the instance’s zone', () => {
  const trigger: Trigger = { kind: 'cron', expression: '30 7 * * *' };
  assert.equal(nextOccurrence(trigger, start, context)?.at, Date.UTC(2027, 0, 1, 6, 30));
  const inTokyo: Trigger = { ...trigger, timeZone: 'Asia/Tokyo' };
  assert.equal(nextOccurrence(inTokyo, start, context)?.at, Date.UTC(2027, 0, 1, 22, 30));
});

test('a cron trigger follows its own DST policy, and vixie without one', () => {
  const trigger: Trigger = { kind: 'cron', expression: '30 2 * * *' };
  const beforeGap = Date.UTC(2027, 2, 27, 12);
  assert.equal(nextOccurrence(trigger, beforeGap, context)?.at, Date.UTC(2027, 2, 28, 1));
  assert.equal(nextOccurrence({ ...trigger, dst: 'skip' }, beforeGap, context)?.at, Date.UTC(2027, 2, 29, 0, 30));
});

test('H in a cron trigger is the schedule’s own', () => {
  const trigger: Trigger = { kind: 'cron', expression: 'H * * * *' };
  const at = (seed: string) => nextOccurrence(trigger, start, { ...context, seed })?.at;
  assert.equal(at('1'), start + 15 * 60_000);
  assert.equal(at('2'), start + 24 * 60_000);
});

test('a cron trigger that is not valid is an error that names the field', () => {
  const trigger: Trigger = { kind: 'cron', expression: '61 * * * *' };
  assert.throws(
    () => nextOccurrence(trigger, start, context),
    (error: unknown) =>
      error instanceof ChrontainerError &&
      error.code === 'CHR_INVALID_INPUT' &&
      error.fields?.[0]?.path === 'trigger.expression',
  );
});

test('a trigger for once has one slot, and none from then on', () => {
  const trigger: Trigger = { kind: 'once', at: '2027-01-01T08:00:00.000+01:00' };
  const at = Date.UTC(2027, 0, 1, 7);
  assert.deepEqual(nextOccurrence(trigger, at - 1, context), { at, notes: [] });
  assert.equal(nextOccurrence(trigger, at, context), null);
  assert.deepEqual(occurrencesBetween(trigger, start, ever, 10, context), [{ at, notes: [] }]);
});

test('an interval starts with its anchor and counts elapsed time through clock changes', () => {
  const trigger: Trigger = { kind: 'interval', everyMs: 24 * hour, anchor: '2027-03-27T12:00:00.000+01:00' };
  const anchor = Date.UTC(2027, 2, 27, 11);
  assert.equal(nextOccurrence(trigger, start, context)?.at, anchor);
  assert.equal(nextOccurrence(trigger, anchor - 1, context)?.at, anchor);
  assert.equal(nextOccurrence(trigger, anchor, context)?.at, anchor + 24 * hour);
  assert.equal(nextOccurrence(trigger, anchor + 240 * hour + 1, context)?.at, anchor + 264 * hour);
});

test('an interval without an anchor starts when the schedule was made', () => {
  const trigger: Trigger = { kind: 'interval', everyMs: 90_000 };
  assert.equal(nextOccurrence(trigger, start, context)?.at, start + 90_000);
  assert.equal(nextOccurrence(trigger, start + 100_000, context)?.at, start + 180_000);
});

test('triggers without a time of their own have no slots', () => {
  const triggers: Trigger[] = [
    { kind: 'manual' },
    { kind: 'after', scheduleId: 1, on: 'any' },
    { kind: 'event', event: 'died', source: [{ tag: 'x' }], minSpacingMs: 0 },
  ];
  for (const trigger of triggers) {
    assert.equal(nextOccurrence(trigger, start, context), null);
    assert.deepEqual(occurrencesBetween(trigger, start, ever, 10, context), []);
    assert.equal(periodMs(trigger, start, context), null);
  }
});

test('slots between two instants leave out the first and include the last', () => {
  const trigger: Trigger = { kind: 'interval', everyMs: hour };
  const slots = occurrencesBetween(trigger, start, start + 3 * hour, 10, context);
  assert.deepEqual(
    slots.map((slot) => slot.at),
    [start + hour, start + 2 * hour, start + 3 * hour],
  );
  assert.equal(occurrencesBetween(trigger, start, ever, 5, context).length, 5);
  assert.deepEqual(occurrencesBetween(trigger, start, start + hour - 1, 10, context), []);
});

test('the period is the distance to the following slot', () => {
  const weekdays: Trigger = { kind: 'cron', expression: '0 12 * * MON-FRI', timeZone: 'UTC' };
  assert.equal(periodMs(weekdays, Date.UTC(2027, 0, 4, 12), context), 24 * hour);
  assert.equal(periodMs(weekdays, Date.UTC(2027, 0, 8, 12), context), 72 * hour);
  assert.equal(periodMs({ kind: 'interval', everyMs: 5000 }, start, context), 5000);
  assert.equal(periodMs({ kind: 'once', at: '2027-01-01T00:00:00.000Z' }, start, context), null);
});
