import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nextSlot } from './next.ts';
import { parseCron } from './parse.ts';

test('the slot is strictly after the instant, to the millisecond', () => {
  const noon = Date.UTC(2027, 0, 1, 12);
  assert.equal(next('0 12 * * *', noon - 1), noon);
  assert.equal(next('0 12 * * *', noon), noon + 86_400_000);
  assert.equal(next('* * * * * *', noon), noon + 1000);
  assert.equal(next('* * * * * *', noon + 999.5), noon + 1000);
});

test('a time is local to the zone', () => {
  assert.equal(next('30 7 * * *', Date.UTC(2027, 0, 1), 'Asia/Kolkata'), Date.UTC(2027, 0, 1, 2));
  assert.equal(next('30 7 * * *', Date.UTC(2027, 0, 1), 'America/New_York'), Date.UTC(2027, 0, 1, 12, 30));
});

const never = ['0 0 31 2 *', '0 0 30 2 *', '0 0 31 APR,JUN,SEP,NOV *', '0 0 L-30 2,4 *', '0 0 31W 6 *', '* * * 30 2 ?'];
for (const expression of never) {
  test(`a day that never comes has no slot: ${expression}`, () => {
    for (const dst of ['vixie', 'literal', 'skip'] as const) {
      assert.equal(nextSlot(cronOf(expression), Date.UTC(2027, 0, 1), 'Europe/Berlin', dst), null);
    }
  });
}

const rare: [expression: string, after: string, due: string][] = [
  ['0 0 29 2 *', '2028-02-29T00:00Z', '2032-02-29T00:00Z'],
  ['0 0 29 2 *', '2096-02-29T00:00Z', '2104-02-29T00:00Z'],
  ['0 0 * 2 MON#5', '2028-01-01T00:00Z', '2044-02-29T00:00Z'],
  ['0 0 * 2 MON#5', '2072-03-01T00:00Z', '2112-02-29T00:00Z'],
  ['0 0 29 2 */6', '2028-03-01T00:00Z', '2032-02-29T00:00Z'],
  ['0 0 L-28 2 *', '2029-01-01T00:00Z', '2032-02-01T00:00Z'],
  ['0 0 31W 5 *', '2027-06-01T00:00Z', '2028-05-31T00:00Z'],
];
for (const [expression, after, due] of rare) {
  test(`a day that comes rarely is found: ${expression} after ${after}`, () => {
    for (const dst of ['vixie', 'literal', 'skip'] as const) {
      const slot = nextSlot(cronOf(expression), Temporal.Instant.from(after).epochMilliseconds, 'UTC', dst);
      assert.equal(slot?.at, Temporal.Instant.from(due).epochMilliseconds);
    }
  });
}

test('a slot decades away is found in a zone that changes its clocks each year', () => {
  const due = new Temporal.ZonedDateTime(0n, 'Europe/Berlin').with({ year: 2104, month: 2, day: 29, hour: 12 });
  assert.equal(next('0 12 29 2 *', Date.UTC(2096, 2, 1), 'Europe/Berlin'), due.epochMilliseconds);
});

test('there are no slots after the year 9999', () => {
  assert.equal(next('* * * * *', Date.UTC(10_000, 0, 1)), undefined);
});

test('instants before 1970 have slots like others', () => {
  assert.equal(next('30 7 * * MON', Date.UTC(1965, 5, 15)), Date.UTC(1965, 5, 21, 7, 30));
});

test('an unknown zone is an error', () => {
  assert.throws(() => nextSlot(cronOf('@daily'), 0, 'Europe/Nowhere', 'vixie'), RangeError);
});

function next(expression: string, after: number, zone = 'UTC'): number | undefined {
  return nextSlot(cronOf(expression), after, zone, 'vixie')?.at;
}

function cronOf(expression: string) {
  const parsed = parseCron(expression);
  assert.ok(parsed.ok);
  return parsed.cron;
}
