import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { expressions } from './oracle/expressions.ts';
import { parseCron } from './parse.ts';
import { describeCron } from './words.ts';

/** More than docs/reference/cron.md shows. */
const cases: [expression: string, words: string][] = [
  ['* * * * *', 'Every minute'],
  ['0 * * * *', 'Every hour'],
  ['@hourly', 'Every hour'],
  ['@weekly', 'At 00:00, Sunday'],
  ['0,15,30,45 * * * *', 'Every 15 minutes'],
  ['5/15 * * * *', 'Every 15 minutes from minute 5'],
  ['* 7 * * *', 'Every minute from 07:00 to 07:59'],
  ['0-10 * * * *', 'At minutes 0 to 10 of each hour'],
  ['0-10 9-17 * * *', 'At minutes 0 to 10 of each hour from 09:00 to 17:10'],
  ['*/5 8,10,12 * * *', 'Every 5 minutes, in the hours 8, 10 and 12'],
  ['0 */2 * * *', 'Every 2 hours'],
  ['30 1-23/2 * * *', 'Every 2 hours from 01:30'],
  ['0 9-17/2 * * *', 'Every 2 hours from 09:00 to 17:00'],
  ['0 9-17 * * MON-FRI', 'Every hour from 09:00 to 17:00, Monday to Friday'],
  ['0 1,2,5,6,9 * * *', 'At 01:00, 02:00, 05:00, 06:00 and 09:00, every day'],
  ['* * * * * *', 'Every second'],
  ['5/10 * * * * *', 'Every 10 seconds from second 5'],
  ['5,7 * * * * *', 'At seconds 5 and 7 of each minute'],
  ['30 * * * * *', 'At second 30 of each minute'],
  ['*/10 * 7-9 * * *', 'Every 10 seconds from 07:00 to 09:59'],
  ['*/10 0,30 * * * *', 'Every 10 seconds in minutes 0 and 30 of each hour'],
  ['5 */2 * * * *', 'At second 5 in every 2nd minute from minute 0 of each hour'],
  ['0,30 0 7 * * *', 'At 07:00 and 07:00:30, every day'],
  ['0 0 1 1 *', 'At 00:00, on day 1 of the month, in January'],
  ['0 0 * 6 *', 'At 00:00, every day in June'],
  ['0 0 1-31 * *', 'At 00:00, every day'],
  ['0 0 1-31 * MON', 'At 00:00, every day'],
  ['0 0 * * MON-SUN', 'At 00:00, every day'],
  ['0 0 * * MON,WED,FRI', 'At 00:00, Monday, Wednesday and Friday'],
  ['0 0 * * SAT-SUN', 'At 00:00, Saturday and Sunday'],
  ['0 0 1-7,15 * ?', 'At 00:00, on days 1 to 7 and 15 of the month'],
  ['0 0 1,L * *', 'At 00:00, on day 1 and the last day of the month'],
  ['0 0 LW * *', 'At 00:00, on the last day from Monday to Friday of the month'],
  ['0 0 * * MON#1,FRIL', 'At 00:00, the first Monday and the last Friday of the month'],
  ['0 0 13 * FRI#2', 'At 00:00, on day 13 of the month or the second Friday of the month'],
  ['0 0 * * WED,FRI#2', 'At 00:00, Wednesday and the second Friday of the month'],
];
for (const [expression, words] of cases) {
  test(`${expression} in words`, () => assert.equal(wordsOf(expression), words));
}

test('H is told as what it stands for', () => {
  assert.equal(wordsOf('H H * * *', '1'), 'At 07:15, every day');
});

test('every expression has words without gaps', () => {
  fc.assert(
    fc.property(expressions, (expression) => {
      const words = wordsOf(expression);
      assert.match(words, /^(At|Every) /);
      assert.doesNotMatch(words, /undefined|NaN| {2}|, ,| ,|,$/);
    }),
  );
});

function wordsOf(expression: string, seed?: string): string {
  const parsed = parseCron(expression, seed);
  assert.ok(parsed.ok);
  return describeCron(parsed.cron);
}
