import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Cron } from './cron.ts';
import { parseCron } from './parse.ts';

type ListField = 'seconds' | 'minutes' | 'hours' | 'months';

/** Clause, expression, field, values. */
const values: [clause: string, expression: string, field: ListField, values: number[]][] = [
  ['five fields are due at second 0', '5 4 3 2 1', 'seconds', [0]],
  ['the first of five fields is the minute', '5 4 3 2 1', 'minutes', [5]],
  ['the first of six fields is the second', '6 5 4 3 2 1', 'seconds', [6]],
  ['the second of six fields is the minute', '6 5 4 3 2 1', 'minutes', [5]],
  ['spaces around and between fields do not matter', '  5 \t 4   3 2 1 ', 'hours', [4]],
  ['a star is every value', '0 0 1 * *', 'months', [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]],
  ['a list holds its items in order and once', '30,5,30,10 * * * *', 'minutes', [5, 10, 30]],
  ['a range includes both ends', '* 9-12 * * *', 'hours', [9, 10, 11, 12]],
  ['a range of one value is that value', '* 9-9 * * *', 'hours', [9]],
  ['a range whose end comes first goes round', '* 22-2 * * *', 'hours', [0, 1, 2, 22, 23]],
  ['a step through a range that goes round keeps its pace', '* 22-6/2 * * *', 'hours', [0, 2, 4, 6, 22]],
  ['a step through everything starts at the lowest value', '*/20 * * * *', 'minutes', [0, 20, 40]],
  ['a step as large as the field leaves its lowest value', '*/60 * * * *', 'minutes', [0]],
  ['a step through a range starts at its first value', '10-40/15 * * * *', 'minutes', [10, 25, 40]],
  ['a step from a value goes to the end of the field', '5/15 * * * *', 'minutes', [5, 20, 35, 50]],
  ['a list takes ranges and steps', '0-2,30-40/5,59 * * * *', 'minutes', [0, 1, 2, 30, 35, 40, 59]],
  ['months have names, in any case', '0 0 1 Jan,mar,DEC *', 'months', [1, 3, 12]],
  ['a range of month names goes round the year', '0 0 1 NOV-FEB *', 'months', [1, 2, 11, 12]],
];
for (const [clause, expression, field, expected] of values) {
  test(`${clause}: ${expression}`, () => assert.deepEqual(cronOf(expression)[field], expected));
}

const weekdays: [clause: string, field: string, values: number[]][] = [
  ['0 is Sunday', '0', [0]],
  ['7 is Sunday', '7', [0]],
  ['a range may end with 7', '5-7', [0, 5, 6]],
  ['a range may begin with 7', '7-2', [0, 1, 2]],
  ['0 to 7 is every day', '0-7', [0, 1, 2, 3, 4, 5, 6]],
  ['weekdays have names, in any case', 'Mon,wed,FRI', [1, 3, 5]],
  ['a range of names', 'MON-FRI', [1, 2, 3, 4, 5]],
  ['a range of names goes round the week', 'FRI-MON', [0, 1, 5, 6]],
  ['a range of names may have a step', 'MON-FRI/2', [1, 3, 5]],
  ['? is every day', '?', [0, 1, 2, 3, 4, 5, 6]],
];
for (const [clause, field, expected] of weekdays) {
  test(`day of week: ${clause}: ${field}`, () => {
    assert.deepEqual(cronOf(`0 0 * * ${field}`).weekdays.values, expected);
  });
}

test('only a minute or an hour field that starts with a star makes an expression of elapsed time', () => {
  const elapsed = ['* 2 * * *', '*/15 2 * * *', '30 * * * *', '0 */2 * * *', '0 *,5 * * *', '5 */2 3 * * *', '@hourly'];
  const fixed = [
    '0-59 2 * * *',
    '30 0-23 * * *',
    'H 2 * * *',
    '*/10 30 2 * * *',
    '30 2 */2 * *',
    '5,* 2 * * *',
    '@daily',
  ];
  assert.deepEqual(
    elapsed.filter((expression) => !cronOf(expression).followsElapsedTime),
    [],
  );
  assert.deepEqual(
    fixed.filter((expression) => cronOf(expression).followsElapsedTime),
    [],
  );
});

test('H stands for one value within the field, and for days for one that each month has', () => {
  for (let i = 0; i < 500; i += 1) {
    const cron = cronOf('H H H H H H', `schedule ${i}`);
    const picked = [cron.seconds, cron.minutes, cron.hours, cron.daysOfMonth.values, cron.months, cron.weekdays.values];
    assert.ok(picked.every((field) => field.length === 1));
    const [day = 0] = cron.daysOfMonth.values;
    assert.ok(day >= 1 && day <= 28, String(day));
  }
});

test('H stays within its range, and keeps its step', () => {
  for (let i = 0; i < 500; i += 1) {
    const [minute = -1] = cronOf('H(10-29) * * * *', String(i)).minutes;
    assert.ok(minute >= 10 && minute <= 29, String(minute));
    const [first = -1, ...rest] = cronOf('H/15 * * * *', String(i)).minutes;
    assert.ok(first >= 0 && first < 15, String(first));
    assert.deepEqual(rest, [first + 15, first + 30, first + 45]);
    const stepped = cronOf('H(30-59)/10 * * * *', String(i)).minutes;
    assert.ok(stepped.length === 3 && stepped.every((value) => value >= 30), String(stepped));
  }
});

test('H differs between fields of one schedule and between schedules, and is the same for one', () => {
  assert.deepEqual(cronOf('H H * * *', '7'), cronOf('H H * * *', '7'));
  const seen = new Set(Array.from({ length: 200 }, (_, i) => String(cronOf('H * * * *', String(i)).minutes)));
  assert.ok(seen.size > 50, String(seen.size));
});

const refused: [expression: string, message: RegExp][] = [
  ['', /^has 0 fields: write 5/],
  ['* * * *', /^has 4 fields/],
  ['0 0 0 1 1 ? 2027', /^has 7 fields.*a field for the year is not known$/],
  ['60 * * * *', /^minute "60" is out of range: 0 to 59$/],
  ['* 24 * * *', /^hour "24" is out of range: 0 to 23$/],
  ['* * 0 * *', /^day of month "0" is out of range: 1 to 31$/],
  ['* * 32W * *', /^day of month "32" is out of range: 1 to 31$/],
  ['* * * 13 *', /^month "13" is out of range: 1 to 12$/],
  ['* * * * 8', /^day of week "8" is out of range: 0 to 7$/],
  ['60 0 0 * * *', /^second "60" is out of range: 0 to 59$/],
  ['-1 * * * *', /^minute "" is not understood/],
  ['1.5 * * * *', /^minute "1\.5" is not understood/],
  ['1,,2 * * * *', /^minute "" is not understood: write 0 to 59, \*, a list/],
  ['1-2-3 * * * *', /^minute "1-2-3" is not a range: write it as from-to$/],
  ['*/0 * * * *', /^minute "\*\/0": the step must be a whole number from 1 on$/],
  ['*/x * * * *', /^minute "\*\/X": the step must be a whole number/],
  ['*/5/5 * * * *', /^minute "\*\/5\/5" has more than one step$/],
  ['*/61 * * * *', /^minute "\*\/61": the step 61 is larger than the range of 60$/],
  ['50/20 * * * *', /^minute "50\/20": the step 20 is larger than the range of 10$/],
  ['H/90 * * * *', /^minute "H\/90": the step 90 is larger/],
  ['H(5) * * * *', /^minute "H\(5\)" is not understood: write H, H\(0-29\) or H\/15$/],
  ['H(0-60) * * * *', /^minute "60" is out of range/],
  ['? * * * *', /^minute "\?" is not understood/],
  ['L * * * *', /^minute "L" is not understood/],
  ['0 0 W * *', /^day of month "W" is not understood: write L, L-3, 15W or LW$/],
  ['0 0 L-31 * *', /^day of month "L-31" is out of range: L-1 to L-30$/],
  ['0 0 L-0 * *', /^day of month "L-0" is out of range/],
  ['0 0 MON * *', /^day of month "MON" is not understood/],
  ['0 0 1#2 * *', /^day of month "1#2" is not understood/],
  ['0 0 * * L', /^day of week "L" is not understood: write 5L or FRIL/],
  ['0 0 * * 5#6', /^day of week "5#6" is out of range: #1 to #5$/],
  ['0 0 * * 5#0', /^day of week "5#0" is out of range/],
  ['0 0 * * 8#1', /^day of week "8" is out of range/],
  ['0 0 * * MON-FRI#2', /^day of week "MON-FRI#2" is not understood/],
  ['0 0 * * 15W', /^day of week "15W" is not understood/],
  ['0 0 * MONDAY *', /^month "MONDAY" is not understood: write 1 to 12, or JAN to DEC/],
  ['@reboot', /^"@reboot" is not known: write one of @hourly/],
  ['@EVERY 5m', /use an interval trigger$/],
  ['0 0 * * * ; rm', /^has 7 fields/],
];
for (const [expression, message] of refused) {
  test(`an expression is refused with the remedy: "${expression}"`, () => {
    const parsed = parseCron(expression);
    assert.ok(!parsed.ok);
    assert.match(parsed.message, message);
  });
}

test('every faulty field is named at once', () => {
  const parsed = parseCron('60 61 24 32 13 8');
  assert.ok(!parsed.ok);
  const fields = parsed.message.split('; ').map((fault) => fault.split(' "')[0]);
  assert.deepEqual(fields, ['second', 'minute', 'hour', 'day of month', 'month', 'day of week']);
});

function cronOf(expression: string, seed?: string): Cron {
  const parsed = parseCron(expression, seed);
  assert.ok(parsed.ok, parsed.ok ? '' : parsed.message);
  return parsed.cron;
}
