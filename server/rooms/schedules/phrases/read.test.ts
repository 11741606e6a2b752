import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import * as v from 'valibot';
import { trigger as triggerSchema } from '../../../../contract/schedules.ts';
import { parseCron } from '../cron/parse.ts';
import { describeTrigger } from '../words.ts';
import { readPhrase } from './read.ts';

/** A Monday, nine in the morning in Berlin. */
const context = { nowMs: Date.UTC(2026, 10, 23, 8), timeZone: 'Europe/Berlin' };

/** Phrases that mean a rule: the expression, and what the reader is told. */
const rules: readonly [phrase: string, expression: string, words: string][] = [
  ['weekdays 7:30', '30 7 * * MON-FRI', 'At 07:30, Monday to Friday'],
  ['every weekday at 07:30', '30 7 * * MON-FRI', 'At 07:30, Monday to Friday'],
  ['  Each  WEEKDAY , at 7:30 AM. ', '30 7 * * MON-FRI', 'At 07:30, Monday to Friday'],
  ['7:30 on weekdays', '30 7 * * MON-FRI', 'At 07:30, Monday to Friday'],
  ['on working days at 7', '0 7 * * MON-FRI', 'At 07:00, Monday to Friday'],
  ['from monday to friday 8:00', '0 8 * * MON-FRI', 'At 08:00, Monday to Friday'],
  ['mon-fri 8am', '0 8 * * MON-FRI', 'At 08:00, Monday to Friday'],
  ['fri-mon 8am', '0 8 * * MON,FRI-SUN', 'At 08:00, Friday to Monday'],
  ['sat-sun noon', '0 12 * * SAT,SUN', 'At 12:00, Saturday and Sunday'],
  ['weekends noon', '0 12 * * SAT,SUN', 'At 12:00, Saturday and Sunday'],
  ['weekdays and weekends 8:00', '0 8 * * *', 'At 08:00, every day'],
  ['daily 3am', '0 3 * * *', 'At 03:00, every day'],
  ['everyday 3pm', '0 15 * * *', 'At 15:00, every day'],
  ['every day at 3', '0 3 * * *', 'At 03:00, every day'],
  ['every 1 day at 3am', '0 3 * * *', 'At 03:00, every day'],
  ['daily', '0 0 * * *', 'At 00:00, every day'],
  ['7:30', '30 7 * * *', 'At 07:30, every day'],
  ['midnight', '0 0 * * *', 'At 00:00, every day'],
  ['12am', '0 0 * * *', 'At 00:00, every day'],
  ['12:30 p.m.', '30 12 * * *', 'At 12:30, every day'],
  ['daily at 6:00, 12:00 and 18:00', '0 6,12,18 * * *', 'At 06:00, 12:00 and 18:00, every day'],
  ['6:00 6:30 18:00 18:30', '0,30 6,18 * * *', 'At 06:00, 06:30, 18:00 and 18:30, every day'],
  ['mondays and thursdays 22:00', '0 22 * * MON,THU', 'At 22:00, Monday and Thursday'],
  ['every monday and every thursday at 22:00', '0 22 * * MON,THU', 'At 22:00, Monday and Thursday'],
  ['mon wed fri 6:00', '0 6 * * MON,WED,FRI', 'At 06:00, Monday, Wednesday and Friday'],
  ['mon,wed,fri 6:00 and 18:00', '0 6,18 * * MON,WED,FRI', 'At 06:00 and 18:00, Monday, Wednesday and Friday'],
  ['friday 22:00', '0 22 * * FRI', 'At 22:00, Friday'],
  ['weekly on monday 3am', '0 3 * * MON', 'At 03:00, Monday'],
  ['weekdays 7:30 in june and july', '30 7 * 6,7 MON-FRI', 'At 07:30, Monday to Friday, in June and July'],
  [
    'mondays 7:30 in november to february',
    '30 7 * 1,2,11,12 MON',
    'At 07:30, Monday, in January, February, November and December',
  ],
  ['every weekday at half past seven', '30 7 * * MON-FRI', 'At 07:30, Monday to Friday'],
  ['a quarter to eight on weekdays', '45 7 * * MON-FRI', 'At 07:45, Monday to Friday'],
  ['nightly at 3', '0 3 * * *', 'At 03:00, every day'],
  ['every night at 11', '0 23 * * *', 'At 23:00, every day'],
  ['every night 23:00', '0 23 * * *', 'At 23:00, every day'],
  ['every morning at 8', '0 8 * * *', 'At 08:00, every day'],
  ['Every evening at 6:30 and 9:30', '30 18,21 * * *', 'At 18:30 and 21:30, every day'],
  ['fridays at three in the afternoon', '0 15 * * FRI', 'At 15:00, Friday'],
  ['daily at 3 o’clock in the morning', '0 3 * * *', 'At 03:00, every day'],
  ['every day except sunday at 3am', '0 3 * * MON-SAT', 'At 03:00, Monday to Saturday'],
  ['daily except weekends at 6', '0 6 * * MON-FRI', 'At 06:00, Monday to Friday'],
  ['end of the month 23:00', '0 23 L * *', 'At 23:00, on the last day of the month'],
  ['Mon..Fri @ 07:30', '30 7 * * MON-FRI', 'At 07:30, Monday to Friday'],
  ['every hour on the hour', '0 * * * *', 'Every hour'],
  ['every quarter of an hour', '*/15 * * * *', 'Every 15 minutes'],
  ['every minute', '* * * * *', 'Every minute'],
  ['every 15 minutes', '*/15 * * * *', 'Every 15 minutes'],
  ['every fifteen min', '*/15 * * * *', 'Every 15 minutes'],
  ['every 15m', '*/15 * * * *', 'Every 15 minutes'],
  ['every half hour', '*/30 * * * *', 'Every 30 minutes'],
  ['every 10 seconds', '*/10 * * * * *', 'Every 10 seconds'],
  ['every second', '* * * * * *', 'Every second'],
  ['every 15 minutes on weekends', '*/15 * * * SAT,SUN', 'Every 15 minutes, Saturday and Sunday'],
  ['every 15 minutes from 9 to 17', '*/15 9-16 * * *', 'Every 15 minutes from 09:00 to 16:45'],
  ['every 15 minutes from 9 to 17:45', '*/15 9-17 * * *', 'Every 15 minutes from 09:00 to 17:45'],
  ['every 15 minutes from 9 to 10', '*/15 9 * * *', 'At 09:00, 09:15, 09:30 and 09:45, every day'],
  [
    'every 5 minutes from 9:10 to 9:30',
    '10,15,20,25,30 9 * * *',
    'At minutes 10, 15, 20, 25 and 30 of each hour from 09:10 to 09:30',
  ],
  ['every 20 minutes from 9:10 to 17:59', '10-59/20 9-17 * * *', 'Every 20 minutes from minute 10 from 09:10 to 17:50'],
  ['every 15 minutes from 22 to midnight', '*/15 22-23 * * *', 'Every 15 minutes from 22:00 to 23:45'],
  ['hourly', '0 * * * *', 'Every hour'],
  ['every 60 minutes', '0 * * * *', 'Every hour'],
  ['every 2 hours', '0 */2 * * *', 'Every 2 hours'],
  ['every two hours', '0 */2 * * *', 'Every 2 hours'],
  ['every 120 minutes', '0 */2 * * *', 'Every 2 hours'],
  ['at :15 every hour', '15 * * * *', 'Every hour at minute 15'],
  ['every hour at minute 15', '15 * * * *', 'Every hour at minute 15'],
  ['hourly at :00 and :30', '0,30 * * * *', 'Every 30 minutes'],
  ['every 2 hours at :15', '15 */2 * * *', 'Every 2 hours from 00:15'],
  ['every hour from 9 to 17', '0 9-17 * * *', 'Every hour from 09:00 to 17:00'],
  ['every hour 9-17 mon-fri', '0 9-17 * * MON-FRI', 'Every hour from 09:00 to 17:00, Monday to Friday'],
  ['every hour between 9am and 5pm', '0 9-17 * * *', 'Every hour from 09:00 to 17:00'],
  ['every hour from 9:30 to 17:30', '30 9-17 * * *', 'Every hour from 09:30 to 17:30'],
  ['every hour from 0 to 24', '0 * * * *', 'Every hour'],
  ['every hour from 22 to 6', '0 22-6 * * *', 'Every hour from 22:00 to 06:00'],
  [
    'every 2 hours from 8 to 20 on weekdays',
    '0 8-20/2 * * MON-FRI',
    'Every 2 hours from 08:00 to 20:00, Monday to Friday',
  ],
  ['last Friday 22:00', '0 22 * * FRIL', 'At 22:00, the last Friday of the month'],
  ['last friday of the month at 22:00', '0 22 * * FRIL', 'At 22:00, the last Friday of the month'],
  ['first monday 4am', '0 4 * * MON#1', 'At 04:00, the first Monday of the month'],
  ['2nd tuesday 10:00', '0 10 * * TUE#2', 'At 10:00, the second Tuesday of the month'],
  ['every 2nd tuesday of the month 10:00', '0 10 * * TUE#2', 'At 10:00, the second Tuesday of the month'],
  ['first and third monday 4am', '0 4 * * MON#1,MON#3', 'At 04:00, the first Monday and the third Monday of the month'],
  [
    'first monday of the quarter 4am',
    '0 4 * 1,4,7,10 MON#1',
    'At 04:00, the first Monday of the month, in January, April, July and October',
  ],
  ['last friday of january 22:00', '0 22 * 1 FRIL', 'At 22:00, the last Friday of the month, in January'],
  ['1st of the month 05:00', '0 5 1 * *', 'At 05:00, on day 1 of the month'],
  ['15th 8:00', '0 8 15 * *', 'At 08:00, on day 15 of the month'],
  ['day 15 at 8', '0 8 15 * *', 'At 08:00, on day 15 of the month'],
  ['1st and 15th of each month 5:00', '0 5 1,15 * *', 'At 05:00, on days 1 and 15 of the month'],
  ['1st to 7th 5:00', '0 5 1-7 * *', 'At 05:00, on days 1 to 7 of the month'],
  ['last day of the month 23:30', '30 23 L * *', 'At 23:30, on the last day of the month'],
  ['1st and last day 23:30', '30 23 1,L * *', 'At 23:30, on day 1 and the last day of the month'],
  ['last working day 17:00', '0 17 LW * *', 'At 17:00, on the last day from Monday to Friday of the month'],
  [
    'first weekday of the month 8:00',
    '0 8 1W * *',
    'At 08:00, on the day from Monday to Friday nearest day 1 of the month',
  ],
  ['monthly', '0 0 1 * *', 'At 00:00, on day 1 of the month'],
  ['monthly on the 15th at 8:00', '0 8 15 * *', 'At 08:00, on day 15 of the month'],
  ['every month on the first monday at 4am', '0 4 * * MON#1', 'At 04:00, the first Monday of the month'],
  ['quarterly', '0 0 1 1,4,7,10 *', 'At 00:00, on day 1 of the month, in January, April, July and October'],
  ['quarterly at 5:00', '0 5 1 1,4,7,10 *', 'At 05:00, on day 1 of the month, in January, April, July and October'],
  ['yearly', '0 0 1 1 *', 'At 00:00, on day 1 of the month, in January'],
  ['every january 1st 00:00', '0 0 1 1 *', 'At 00:00, on day 1 of the month, in January'],
  ['every 24 December 18:00', '0 18 24 12 *', 'At 18:00, on day 24 of the month, in December'],
  ['1st of january and july 5:00', '0 5 1 1,7 *', 'At 05:00, on day 1 of the month, in January and July'],
  ['*/5 9-17 * * *', '*/5 9-17 * * *', 'Every 5 minutes from 09:00 to 17:55'],
  [' 0 3  * * MON ', '0 3 * * MON', 'At 03:00, Monday'],
  ['@daily', '@daily', 'At 00:00, every day'],
];

for (const [phrase, expression, words] of rules) {
  test(`"${phrase}" is the rule ${expression}`, () => {
    const reading = readPhrase(phrase, context);
    assert.deepEqual(reading.ok && reading.trigger, { kind: 'cron', expression }, JSON.stringify(reading));
    assert.equal(describeTrigger({ kind: 'cron', expression }, ''), words);
  });
}

const intervals: readonly [phrase: string, everyMs: number, words: string][] = [
  ['every 7 minutes', 420_000, 'Every 7 minutes'],
  ['every 90 minutes', 5_400_000, 'Every 90 minutes'],
  ['every 90 seconds', 90_000, 'Every 90 seconds'],
  ['every 5 hours', 18_000_000, 'Every 5 hours'],
  ['every 24 hours', 86_400_000, 'Every day'],
  ['every 10 days', 864_000_000, 'Every 10 days'],
  ['every 2 weeks', 1_209_600_000, 'Every 14 days'],
];

for (const [phrase, everyMs, words] of intervals) {
  test(`"${phrase}" is an interval, which cron cannot say`, () => {
    const reading = readPhrase(phrase, context);
    assert.deepEqual(reading, { ok: true, trigger: { kind: 'interval', everyMs }, notes: [] });
    assert.equal(describeTrigger({ kind: 'interval', everyMs }, ''), words);
  });
}

const moments: readonly [phrase: string, at: string][] = [
  ['tomorrow 8:00', '2026-11-24T07:00:00.000Z'],
  ['at 8 tomorrow', '2026-11-24T07:00:00.000Z'],
  ['today 18:00', '2026-11-23T17:00:00.000Z'],
  ['tonight at 22:00', '2026-11-23T21:00:00.000Z'],
  ['in 2 hours', '2026-11-23T10:00:00.000Z'],
  ['in an hour', '2026-11-23T09:00:00.000Z'],
  ['in half an hour', '2026-11-23T08:30:00.000Z'],
  ['in 1 hour and 30 minutes', '2026-11-23T09:30:00.000Z'],
  ['in 90 sec', '2026-11-23T08:01:30.000Z'],
  ['in 3 days at 8:00', '2026-11-26T07:00:00.000Z'],
  ['on 2026-12-24 18:00', '2026-12-24T17:00:00.000Z'],
  ['2026-12-24T18:00:30', '2026-12-24T17:00:30.000Z'],
  ['2026-12-24T18:00:00Z', '2026-12-24T18:00:00.000Z'],
  ['2026-12-24 18:00+05:30', '2026-12-24T12:30:00.000Z'],
  ['24 Dec 2026 18:00', '2026-12-24T17:00:00.000Z'],
  ['December 24th, 2026 at 6pm', '2026-12-24T17:00:00.000Z'],
  ['24.12.2026 18:00', '2026-12-24T17:00:00.000Z'],
  ['12/24/2026 at 6 in the evening', '2026-12-24T17:00:00.000Z'],
  ['2027-07-01 18:00', '2027-07-01T16:00:00.000Z'],
  ['2027-10-31T02:30+01:00', '2027-10-31T01:30:00.000Z'],
];

for (const [phrase, at] of moments) {
  test(`"${phrase}" is once, at ${at}`, () => {
    assert.deepEqual(readPhrase(phrase, context), { ok: true, trigger: { kind: 'once', at }, notes: [] });
  });
}

test('days ahead keep the local time when the clocks change, hours are elapsed time', () => {
  const beforeSpring = { nowMs: Date.UTC(2027, 2, 27, 12), timeZone: 'Europe/Berlin' };
  const at = (phrase: string) => {
    const reading = readPhrase(phrase, beforeSpring);
    return reading.ok && reading.trigger.kind === 'once' && reading.trigger.at;
  };
  assert.equal(at('in 1 day'), '2027-03-28T11:00:00.000Z');
  assert.equal(at('in 24 hours'), '2027-03-28T12:00:00.000Z');
});

const refused: readonly [phrase: string, message: RegExp][] = [
  ['', /^must not be empty/],
  ['7', /^"7" alone is no time of day/],
  ['weekdays 7', /^"7" alone is no time of day/],
  ['at 3', /^"3" alone is no time of day/],
  ['nonsense', /^"nonsense" is not understood/],
  ['every day except christmas 8:00', /^"except" is not understood/],
  ['every morning at 6pm', /^"morning" is not understood/],
  ['every 15 minutes in the morning', /^"in" is not understood/],
  ['daily 3am Europe/Berlin', /^"europe\/berlin" is a time zone/],
  ['every morning', /^"morning" is not understood/],
  ['every', /^ends too early/],
  ['weekdays', /^does not say at what time/],
  ['every monday', /^does not say at what time/],
  ['tomorrow', /^does not say at what time/],
  ['weekly', /^does not say on which day of the week/],
  ['yearly in july 8:00', /^does not say on which day of the year/],
  ['monthly on mondays 8:00', /^does not say which of these weekdays/],
  ['twice a day', /^says how many times, but not at which/],
  ['3 times a day', /^says how many times, but not at which/],
  ['every other day', /^"every other" does not say which/],
  ['every 2nd tuesday 10:00', /^can mean each second one/],
  ['every second monday 10:00', /^can mean each second one/],
  ['next friday 22:00', /^"next friday" can mean two days/],
  ['24 December 18:00', /^can mean once or every year/],
  ['3/4/2026 18:00', /^"3\/4\/2026" can be read in two ways/],
  ['mon 6:00 and tue 18:00', /^says its days twice/],
  ['daily on mondays 8:00', /^says each day, and some days/],
  ['monday and 15th 8:00', /^mixes kinds of days/],
  ['6:00 and 18:30 daily', /^has times with different minutes/],
  ['daily 7:00:30', /^has seconds/],
  ['every hour from 9 to 5', /^does not say which half of the day/],
  ['every hour from 1 to 5pm', /^does not say which half of the day/],
  ['every hour from 9:00:30 to 17', /^has seconds in a span/],
  ['every hour from 9 to 9', /^ends when it begins/],
  ['weekdays every hour from 22 to 6', /^goes beyond midnight on some days only/],
  ['every 15 minutes from 9:30 to 17', /^cannot begin at 09:30/],
  ['every 15 minutes from 9 to 17:20', /^cannot end at 17:20/],
  ['every 7 minutes from 9 to 17', /^every 7 minutes is an interval/],
  ['every 15 minutes at 7:30', /^says how often, and at what time/],
  ['every 10 days at 8:00', /^says how often, and at what time/],
  ['every 3 months', /^cannot count months/],
  ['every 0 minutes', /^must be from a second to ten years/],
  ['every 999999999 weeks', /^must be from a second to ten years/],
  ['weekdays from 9 to 17', /^does not say how often/],
  ['at :15', /^does not say of which hours/],
  ['last 22:00', /^does not say the last of what/],
  ['6th monday 8:00', /^counts weekdays of a month beyond the fifth/],
  ['32nd 8:00', /^has a day 32/],
  ['25:00', /^"25:00" is not understood/],
  ['13pm', /^"13pm" is not understood/],
  ['daily 24:00', /^24:00 is 0:00 of the next day/],
  ['today 3am', /^lies in the past/],
  ['2020-01-01T00:00:00Z', /^lies in the past/],
  ['in 999999999 years', /^lies too far ahead/],
  ['2027-02-30 8:00', /^there is no day 2027-02-30/],
  ['2027-02-30T08:00:00Z', /^there is no instant/],
  ['2027-03-28 02:30', /^2027-03-28T02:30:00 does not exist in Europe\/Berlin/],
  ['2027-10-31 02:30', /^2027-10-31T02:30:00 occurs twice in Europe\/Berlin.*"2027-10-31T02:30:00\+02:00"/],
  ['tomorrow every hour', /^names one instant and a rule/],
];

for (const [phrase, message] of refused) {
  test(`"${phrase}" is refused with two phrases that would do`, () => {
    const reading = readPhrase(phrase, context);
    assert.ok(!reading.ok, JSON.stringify(reading));
    assert.match(reading.message, message);
    const examples = /write for example "([^"]+)" or "([^"]+)"$/.exec(reading.message)?.slice(1) ?? [];
    assert.deepEqual(
      examples.map((example) => [example, readPhrase(example, context).ok]),
      examples.map((e) => [e, true]),
    );
    assert.equal(examples.length, 2);
  });
}

test('what looks like a cron expression is refused by its faulty fields', () => {
  const reading = readPhrase('*/90 * * * *', context);
  assert.deepEqual(reading, { ok: false, message: 'minute "*/90": the step 90 is larger than the range of 60' });
});

test('a slot at the end of a span that one expression cannot add is told', () => {
  const reading = readPhrase('every 15 minutes from 9 to 17', context);
  assert.ok(reading.ok);
  assert.deepEqual(reading.notes, ['The last slot is at 16:45: one expression cannot add 17:00 alone.']);
});

test('a text of more than 200 characters is refused unread', () => {
  assert.deepEqual(readPhrase('a'.repeat(201), context), { ok: false, message: 'must be at most 200 characters' });
});

const pieces =
  'every each at on the in of from to between and , - : ; 0 1 2 7 15 24 31 99 999999999 7:30 24:00 3am 12pm :15 1st 2nd 31st last first second minute minutes hour hours day days week month months quarter year weekday weekends monday fri january dec 2026 2026-12-24 today tomorrow noon midnight daily hourly weekly monthly quarterly yearly other half an a * @daily 9-17 mon-fri'.split(
    ' ',
  );

test('any text is answered with a valid trigger or a bounded message, and nothing throws', () => {
  const words = fc.array(fc.constantFrom(...pieces), { maxLength: 12 }).map((chosen) => chosen.join(' '));
  const anything = fc.oneof({ weight: 4, arbitrary: words }, fc.string({ maxLength: 220, unit: 'binary' }));
  const checked = fc.property(anything, (text) => {
    const reading = readPhrase(text, context);
    if (!reading.ok) return assert.ok(reading.message !== '' && reading.message.length < 1000, text);
    assert.ok(v.is(triggerSchema, reading.trigger), `${text}: ${JSON.stringify(reading.trigger)}`);
    if (reading.trigger.kind === 'cron') assert.ok(parseCron(reading.trigger.expression).ok, text);
  });
  fc.assert(checked, { numRuns: 5000 });
});

const guide = readFileSync(new URL('../../../../docs/guide/scheduling.md', import.meta.url), 'utf8');

test('the guide tells what each of its phrases is read as', () => {
  const [, after = ''] = guide.split('| phrase | is read as |\n');
  const rows = after.slice(0, after.indexOf('\n\n')).split('\n').slice(1);
  assert.ok(rows.length > 10);
  for (const row of rows) {
    const [phrases = '', meaning = ''] = row.slice(2, -2).split(' | ');
    for (const [, phrase = ''] of phrases.matchAll(/`([^`]+)`/g)) {
      const reading = readPhrase(phrase, context);
      assert.ok(reading.ok, phrase);
      const { trigger } = reading;
      assert.equal(trigger.kind === 'once' ? 'once' : describeTrigger(trigger, ''), meaning, phrase);
    }
  }
});
