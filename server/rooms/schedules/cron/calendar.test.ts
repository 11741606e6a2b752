import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { civilDate, dayNumber, monthLength, weekdayOf } from './calendar.ts';

const epoch = new Temporal.PlainDate(1970, 1, 1);

test('dates, weekdays and lengths of months agree with Temporal from the year -2000 to 12000', () => {
  fc.assert(
    fc.property(fc.integer({ min: -1_450_000, max: 3_660_000 }), (days) => {
      const date = epoch.add({ days });
      assert.deepEqual(civilDate(days), { year: date.year, month: date.month, day: date.day });
      assert.equal(dayNumber(date.year, date.month, date.day), days);
      assert.equal(weekdayOf(days), date.dayOfWeek % 7);
      assert.equal(monthLength(date.year, date.month), date.daysInMonth);
    }),
    { numRuns: 5000 },
  );
});

test('each day of a leap year and of the years around it is counted once', () => {
  const first = dayNumber(2027, 1, 1);
  for (let day = first; day < first + 3 * 366; day += 1) {
    const { year, month, day: dayOfMonth } = civilDate(day);
    assert.equal(dayNumber(year, month, dayOfMonth), day);
  }
});
