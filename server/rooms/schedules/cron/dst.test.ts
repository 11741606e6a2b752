import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DstPolicy } from '../../../../contract/schedules.ts';
import { nextSlot } from './next.ts';
import { parseCron } from './parse.ts';

interface Case {
  name: string;
  expression: string;
  zone: string;
  dst?: DstPolicy;
  /** The local day and how many more: every slot of them is told. */
  from: string;
  to: string;
  due: string[];
}

const cases: Case[] = [
  {
    name: 'two fixed times in the gap are one slot at its end',
    expression: '15,45 2 * * *',
    zone: 'Europe/Berlin',
    from: '2026-03-29',
    to: '2026-03-30',
    due: ['03-29T03:00+02:00', '03-30T02:15+02:00', '03-30T02:45+02:00'],
  },
  {
    name: 'a fixed time in the repeated hour is due the first time only',
    expression: '0 1,2 * * *',
    zone: 'Europe/Berlin',
    from: '2026-10-25',
    to: '2026-10-25',
    due: ['10-25T01:00+02:00', '10-25T02:00+02:00'],
  },
  {
    name: 'a fixed time in a gap of 30 minutes is due at its end, once',
    expression: '15 2 * * *',
    zone: 'Australia/Lord_Howe',
    from: '2026-10-04',
    to: '2026-10-05',
    due: ['10-04T02:30+11:00', '10-05T02:15+11:00'],
  },
  {
    name: 'a fixed time in 30 repeated minutes is due the first time only',
    expression: '45 1 * * *',
    zone: 'Australia/Lord_Howe',
    from: '2027-04-04',
    to: '2027-04-05',
    due: ['04-04T01:45+11:00', '04-05T01:45+10:30'],
  },
  {
    name: 'elapsed time keeps its pace through a gap',
    expression: '*/30 * * * *',
    zone: 'Europe/Berlin',
    from: '2026-03-29T01:00',
    to: '2026-03-29T03:30',
    due: ['03-29T01:00+01:00', '03-29T01:30+01:00', '03-29T03:00+02:00', '03-29T03:30+02:00'],
  },
  {
    name: 'elapsed time keeps its pace through a repeated hour',
    expression: '30 * * * *',
    zone: 'Europe/Berlin',
    from: '2026-10-25T01:00',
    to: '2026-10-25T04:00',
    due: ['10-25T01:30+02:00', '10-25T02:30+02:00', '10-25T02:30+01:00', '10-25T03:30+01:00'],
  },
  {
    name: 'a star in the minute field alone makes elapsed time: nothing is due in the hour that does not exist',
    expression: '*/15 2 * * *',
    zone: 'Europe/Berlin',
    from: '2026-03-29',
    to: '2026-03-29',
    due: [],
  },
  {
    name: 'every minute written as a range is fixed: one slot stands for the whole gap',
    expression: '0-59 2 * * *',
    zone: 'Europe/Berlin',
    from: '2026-03-29',
    to: '2026-03-29',
    due: ['03-29T03:00+02:00'],
  },
  {
    name: 'a star in the seconds alone keeps the time fixed',
    expression: '*/20 30 2 * * *',
    zone: 'Europe/Berlin',
    from: '2026-03-29',
    to: '2026-03-29',
    due: ['03-29T03:00+02:00'],
  },
  {
    name: 'seconds of a repeated minute are due the first time only',
    expression: '*/30 30 2 * * *',
    zone: 'Europe/Berlin',
    from: '2026-10-25',
    to: '2026-10-25',
    due: ['10-25T02:30+02:00', '10-25T02:30:30+02:00'],
  },
  {
    name: 'a slot at the end of the gap and one moved there are one',
    expression: '0 2,3 * * *',
    zone: 'Europe/Berlin',
    from: '2026-03-29',
    to: '2026-03-29',
    due: ['03-29T03:00+02:00'],
  },
  {
    name: 'midnight in a gap is due at one o’clock of the same day',
    expression: '@daily',
    zone: 'Asia/Beirut',
    from: '2022-03-26',
    to: '2022-03-28',
    due: ['03-26T00:00+02:00', '03-27T01:00+03:00', '03-28T00:00+03:00'],
  },
  {
    name: 'midnight that occurs twice is due the first time only',
    expression: '@daily',
    zone: 'America/Havana',
    from: '2027-11-06',
    to: '2027-11-08',
    due: ['11-06T00:00-04:00', '11-07T00:00-04:00', '11-08T00:00-05:00'],
  },
  {
    name: 'the last minutes of a day that occur twice, the day before, are due the first time only',
    expression: '30 23 * * *',
    zone: 'America/Asuncion',
    from: '2023-03-25',
    to: '2023-03-26',
    due: ['03-25T23:30-03:00', '03-26T23:30-04:00'],
  },
  {
    name: 'a daily time on a day that Samoa left out is due when the next day begins',
    expression: '0 7 * * *',
    zone: 'Pacific/Apia',
    from: '2011-12-29',
    to: '2011-12-31',
    due: ['12-29T07:00-10:00', '12-31T00:00+14:00', '12-31T07:00+14:00'],
  },
  {
    name: 'a date that Samoa left out is due when the next day begins',
    expression: '0 7,19 30 12 *',
    zone: 'Pacific/Apia',
    from: '2011-12-29',
    to: '2011-12-31',
    due: ['12-31T00:00+14:00'],
  },
  {
    name: 'a weekday that Samoa left out is due when the next day begins',
    expression: '30 12 * * FRI',
    zone: 'Pacific/Apia',
    from: '2011-12-29',
    to: '2011-12-31',
    due: ['12-31T00:00+14:00'],
  },
  {
    name: 'each hour of elapsed time goes on without a break when Samoa leaves out a day',
    expression: '0 */12 * * *',
    zone: 'Pacific/Apia',
    from: '2011-12-29',
    to: '2011-12-31',
    due: ['12-29T00:00-10:00', '12-29T12:00-10:00', '12-31T00:00+14:00', '12-31T12:00+14:00'],
  },
  {
    name: 'a daily time on the day that Kwajalein left out is due when the next day begins',
    expression: '0 7 * * *',
    zone: 'Pacific/Kwajalein',
    from: '1993-08-20',
    to: '1993-08-22',
    due: ['08-20T07:00-12:00', '08-22T00:00+12:00', '08-22T07:00+12:00'],
  },
  {
    name: 'a gap of seconds, when Monrovia left its 44 minutes and 30 seconds, is a gap like others',
    expression: '30 0 * * *',
    zone: 'Africa/Monrovia',
    from: '1972-01-06',
    to: '1972-01-08',
    due: ['01-06T00:30-00:44:30', '01-07T00:44:30+00:00', '01-08T00:30+00:00'],
  },
  {
    name: 'literal leaves out the gap',
    expression: '15,45 2 * * *',
    zone: 'Europe/Berlin',
    dst: 'literal',
    from: '2026-03-29',
    to: '2026-03-30',
    due: ['03-30T02:15+02:00', '03-30T02:45+02:00'],
  },
  {
    name: 'literal is due both times',
    expression: '30 2 * * *',
    zone: 'Europe/Berlin',
    dst: 'literal',
    from: '2026-10-25',
    to: '2026-10-25',
    due: ['10-25T02:30+02:00', '10-25T02:30+01:00'],
  },
  {
    name: 'skip leaves out the gap',
    expression: '15,45 2 * * *',
    zone: 'Europe/Berlin',
    dst: 'skip',
    from: '2026-03-29',
    to: '2026-03-29',
    due: [],
  },
  {
    name: 'skip is due the first time only, elapsed time included',
    expression: '30 * * * *',
    zone: 'Europe/Berlin',
    dst: 'skip',
    from: '2026-10-25T01:00',
    to: '2026-10-25T04:00',
    due: ['10-25T01:30+02:00', '10-25T02:30+02:00', '10-25T03:30+01:00'],
  },
];

for (const { name, expression, zone, dst = 'vixie', from, to, due } of cases) {
  test(`${name}: ${expression} in ${zone}, ${dst}`, () => {
    const start = Temporal.PlainDateTime.from(from).toZonedDateTime(zone).epochMilliseconds - 1;
    const lastMinute = to.includes('T')
      ? Temporal.PlainDateTime.from(to)
      : Temporal.PlainDate.from(to).toPlainDateTime('23:59:59');
    const end = lastMinute.toZonedDateTime(zone, { disambiguation: 'later' }).epochMilliseconds;
    assert.deepEqual(slotsBetween(expression, zone, dst, start, end), due);
  });
}

test('the slot at the end of a gap is found from before the gap and not again after it', () => {
  const cron = cronOf('30 2 * * *');
  const gapEnd = Date.UTC(2026, 2, 29, 1);
  const next = (after: number) => nextSlot(cron, after, 'Europe/Berlin', 'vixie')?.at;
  assert.equal(next(gapEnd - 1), gapEnd);
  assert.equal(next(gapEnd), Date.UTC(2026, 2, 30, 0, 30));
});

test('no slot comes again for someone who asks during the repeated hour', () => {
  const cron = cronOf('30 2 * * *');
  const secondPass = Date.UTC(2026, 9, 25, 1, 10);
  assert.equal(nextSlot(cron, secondPass, 'Europe/Berlin', 'vixie')?.at, Date.UTC(2026, 9, 26, 1, 30));
  assert.equal(nextSlot(cron, secondPass, 'Europe/Berlin', 'skip')?.at, Date.UTC(2026, 9, 26, 1, 30));
  assert.equal(nextSlot(cron, secondPass, 'Europe/Berlin', 'literal')?.at, Date.UTC(2026, 9, 25, 1, 30));
});

const notes: [name: string, expression: string, dst: DstPolicy, after: string, kinds: string[], text: string][] = [
  [
    'a moved slot',
    '30 2 * * *',
    'vixie',
    '2027-03-27T12:00Z',
    ['moved'],
    '02:30 does not exist on 28 March 2027 in Europe/Berlin: due once at 03:00, the first moment after',
  ],
  [
    'several moved slots',
    '15,45 2 * * *',
    'vixie',
    '2027-03-27T12:00Z',
    ['moved'],
    '02:15 and 02:45 do not exist on 28 March 2027 in Europe/Berlin: due once at 03:00, the first moment after',
  ],
  [
    'slots left out',
    '*/10 2 * * *',
    'vixie',
    '2027-03-27T12:00Z',
    ['left_out'],
    '02:00, 02:10, 02:20 and others do not exist on 28 March 2027 in Europe/Berlin: left out',
  ],
  [
    'the first of two that counts',
    '30 2 * * *',
    'vixie',
    '2027-10-30T12:00Z',
    ['first_of_two'],
    '02:30 occurs twice on 31 October 2027 in Europe/Berlin: due the first time only',
  ],
  [
    'the first of two that both count',
    '30 2 * * *',
    'literal',
    '2027-10-30T12:00Z',
    ['repeated'],
    '02:30 occurs twice on 31 October 2027 in Europe/Berlin: due both times, this is the first',
  ],
  [
    'the second of two',
    '30 2 * * *',
    'literal',
    '2027-10-31T00:30Z',
    ['repeated'],
    '02:30 occurs twice on 31 October 2027 in Europe/Berlin: due both times, this is the second',
  ],
  ['a slot on a day of a clock change that it does not touch', '0 12 * * *', 'vixie', '2027-03-27T12:00Z', [], ''],
];
for (const [name, expression, dst, after, kinds, text] of notes) {
  test(`${name} is noted: ${expression}, ${dst}`, () => {
    const from = Temporal.Instant.from(after).epochMilliseconds;
    const slot = nextSlot(cronOf(expression), from, 'Europe/Berlin', dst);
    assert.deepEqual(
      slot?.notes.map((note) => note.kind),
      kinds,
    );
    assert.equal(slot.notes.map((note) => note.text).join(), text);
  });
}

test('a slot that moves to another day is noted with that day', () => {
  const slot = nextSlot(cronOf('0 7 * * *'), Date.UTC(2011, 11, 30), 'Pacific/Apia', 'vixie');
  assert.match(slot?.notes[0]?.text ?? '', /due once at 00:00 on 31 December 2011, the first moment after$/);
});

function slotsBetween(expression: string, zone: string, dst: DstPolicy, from: number, to: number): string[] {
  const cron = cronOf(expression);
  const slots: string[] = [];
  for (let slot = nextSlot(cron, from, zone, dst); slot && slot.at <= to; slot = nextSlot(cron, slot.at, zone, dst)) {
    const local = Temporal.Instant.fromEpochMilliseconds(slot.at).toZonedDateTimeISO(zone);
    const time = local.toPlainTime().toString({ smallestUnit: local.second === 0 ? 'minute' : 'second' });
    slots.push(`${local.toPlainDate().toString().slice(5)}T${time}${local.offset}`);
  }
  return slots;
}

function cronOf(expression: string) {
  const parsed = parseCron(expression);
  assert.ok(parsed.ok);
  return parsed.cron;
}
