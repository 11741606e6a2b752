import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lintCron } from './lint.ts';
import { parseCron } from './parse.ts';

const never = 'This can never fire: no month has such a day.';
const often = (times: number) =>
  `This fires more often than once a minute: ${times} times in each minute that matches. The first of six fields is the seconds.`;
const sixty = 'This fires 60 times in each hour that matches. Once an hour is 0 in the minute field.';
const either = 'Day of month and day of week are both restricted: this runs when either of them matches.';
const both = 'One of the day fields starts with *: this runs only when both day fields match.';
const gap = (time: string) =>
  `On 28 March 2027 ${time} does not exist in Europe/Berlin: the DST policy decides what happens.`;
const repeat = (time: string) =>
  `On 31 October 2027 ${time} occurs twice in Europe/Berlin: the DST policy decides what happens.`;

const cases: [what: string, expression: string, warnings: string[]][] = [
  ['nothing to say', '30 7 * * MON-FRI', []],
  ['nothing to say of elapsed time all day long', '*/15 * * * *', []],
  ['a day that never comes', '0 0 31 2 *', [never]],
  ['several seconds', '*/10 * * * * *', [often(6)]],
  ['each minute', '* * * * *', [sixty]],
  ['each minute of an hour', '* 3 * * *', [sixty]],
  ['one second is fine', '30 0 12 * * *', []],
  ['both day fields', '0 12 1 * MON', [either]],
  ['both day fields, one over all days', '0 12 1-31 * MON', [either]],
  ['a step that starts with a star beside another day field', '0 12 */2 * MON', [both]],
  ['a plain star beside a day field is what it seems', '0 12 * * MON', []],
  ['a fixed time that clock changes touch', '30 2 * * *', [gap('02:30'), repeat('02:30')]],
  ['elapsed time in the touched hour alone', '*/15 2 * * *', [gap('02:00'), repeat('02:00')]],
  ['a fixed time that only one clock change touches', '15 2 * MAR SUN', [gap('02:15')]],
  ['a time beside the touched hour', '0 1,3 * * *', []],
];
for (const [what, expression, warnings] of cases) {
  test(`warnings: ${what}: ${expression}`, () => {
    const parsed = parseCron(expression);
    assert.ok(parsed.ok);
    assert.deepEqual(lintCron(parsed.cron, 'Europe/Berlin', Date.UTC(2026, 10, 23)), warnings);
  });
}

test('a zone without clock changes gives no warning about them', () => {
  const parsed = parseCron('30 2 * * *');
  assert.ok(parsed.ok);
  assert.deepEqual(lintCron(parsed.cron, 'Asia/Tokyo', Date.UTC(2026, 10, 23)), []);
});
