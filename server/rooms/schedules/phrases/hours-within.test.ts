import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseCron } from '../cron/parse.ts';
import { clockText } from '../cron/word-lists.ts';
import { readPhrase } from './read.ts';

const context = { nowMs: Date.UTC(2026, 10, 23, 8), timeZone: 'UTC' };
const text = (minutes: number) => clockText(Math.floor(minutes / 60), minutes % 60);

/** The due minutes of the day of a span, counted one by one. */
const counted = (step: number, from: number, to: number): Set<number> => {
  const due = new Set<number>();
  const end = to > from ? to : to + 1440;
  for (let at = from; at <= end && at < from + 1440; at += step) due.add(at % 1440);
  return due;
};

test('a span is due when one counts from its begin to its end, except for an end that the note tells', () => {
  const minute = fc.oneof(
    fc.nat(23).map((hour) => hour * 60),
    fc.nat(1439),
  );
  const steps = fc.constantFrom(1, 5, 10, 15, 20, 30, 60, 120, 180, 360, 720);
  let accepted = 0;
  const checked = fc.property(steps, minute, minute, (step, from, to) => {
    const rate = step < 60 ? `${step} minutes` : `${step / 60} hours`;
    const reading = readPhrase(`every ${rate} from ${text(from)} to ${text(to)}`, context);
    if (!reading.ok) return;
    assert.ok(reading.trigger.kind === 'cron');
    const parsed = parseCron(reading.trigger.expression);
    assert.ok(parsed.ok);
    const { hours, minutes } = parsed.cron;
    const due = new Set(hours.flatMap((hour) => minutes.map((one) => hour * 60 + one)));
    const expected = counted(step, from, to);
    if (reading.notes.length > 0) assert.ok(expected.delete(to), `${reading.notes} of ${text(to)}`);
    assert.deepEqual([...due].sort(), [...expected].sort(), reading.trigger.expression);
    accepted += 1;
  });
  fc.assert(checked, { numRuns: 4000 });
  assert.ok(accepted > 500, `${accepted} spans were read`);
});
