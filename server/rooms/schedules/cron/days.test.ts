import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dueDays } from './days.ts';
import { parseCron } from './parse.ts';

/** 2027: January begins on a Friday, February on a Monday, May on a Saturday, August on a Sunday. */
const cases: [clause: string, days: string, month: string, due: number[]][] = [
  ['a day that the month does not have is not due', '30,31 * *', '2027-02', []],
  ['the leap day is due in leap years', '29 * *', '2028-02', [29]],
  ['the leap day is due in 2000, and not in 2100', '29 * *', '2100-02', []],
  ['L is the last day of a month of 28 days', 'L * *', '2027-02', [28]],
  ['L is the last day of a month of 29 days', 'L * *', '2028-02', [29]],
  ['L is the last day of a month of 31 days', 'L * *', '2027-01', [31]],
  ['L-3 is three days before the last', 'L-3 * *', '2027-04', [27]],
  ['L-30 is the first of a month of 31 days, and no day of others', 'L-30 * *', '2027-04', []],
  ['L-30 is the first of a month of 31 days', 'L-30 * *', '2027-05', [1]],
  ['15W is the day itself from Monday to Friday', '15W * *', '2027-01', [15]],
  ['W of a Saturday is the Friday before', '15W * *', '2027-05', [14]],
  ['W of a Sunday is the Monday after', '15W * *', '2027-08', [16]],
  ['W of a Saturday the first is Monday the third, not another month', '1W * *', '2027-05', [3]],
  ['W of a Sunday the last is the Friday before, not another month', '31W * *', '2027-10', [29]],
  ['W of a day that the month does not have is not due', '31W * *', '2027-04', []],
  ['LW is the last day when that is from Monday to Friday', 'LW * *', '2027-04', [30]],
  ['LW is the Friday before a Saturday', 'LW * *', '2027-07', [30]],
  ['LW is the Friday before a Sunday', 'LW * *', '2027-02', [26]],
  ['5L is the last Friday', '* * 5L', '2027-01', [29]],
  ['FRIL is the last Friday', '* * FRIL', '2027-02', [26]],
  ['7L is the last Sunday', '* * 7L', '2027-01', [31]],
  ['5#1 is the first Friday, on the first', '* * 5#1', '2027-01', [1]],
  ['FRI#3 is the third Friday', '* * FRI#3', '2027-02', [19]],
  ['5#5 is the fifth Friday', '* * 5#5', '2027-01', [29]],
  ['a month without a fifth Friday has none', '* * 5#5', '2027-02', []],
  ['moving days stand in lists', '1,15W,L * *', '2027-05', [1, 14, 31]],
  ['moving weekdays stand in lists', '* * MON#1,FRIL,SUN', '2027-02', [1, 7, 14, 21, 26, 28]],
  ['both day fields restricted: either matches', '13 * FRI', '2027-02', [5, 12, 13, 19, 26]],
  ['both day fields restricted: either matches, also moving ones', 'L * MON#1', '2027-02', [1, 28]],
  ['a day of month that starts with a star: both match', '*/2 * MON', '2027-02', [1, 15]],
  ['a day of week that starts with a star: both match', '1-10 * */3', '2027-02', [3, 6, 7, 10]],
  ['a step written without a star restricts: either matches', '1-31/10 * MON', '2027-02', [1, 8, 11, 15, 21, 22]],
  ['? in the day of month leaves the day of week to decide', '? * MON', '2027-02', [1, 8, 15, 22]],
  ['? in the day of week leaves the day of month to decide', '13 * ?', '2027-02', [13]],
  [
    'a range over all days still restricts: either matches',
    '1-31 * MON',
    '2027-02',
    Array.from({ length: 28 }, (_, i) => i + 1),
  ],
];
for (const [clause, days, month, due] of cases) {
  test(`${clause}: "${days}" in ${month}`, () => {
    const parsed = parseCron(`0 0 ${days}`);
    assert.ok(parsed.ok);
    const [year = 0, number = 0] = month.split('-').map(Number);
    const bits = dueDays(parsed.cron, year, number);
    assert.deepEqual(
      Array.from({ length: 32 }, (_, day) => day).filter((day) => bits & (1 << day)),
      due,
    );
  });
}
