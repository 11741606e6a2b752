import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import type { DstPolicy } from '../../../../../contract/schedules.ts';
import type { Cron } from '../cron.ts';
import { nextSlot } from '../next.ts';
import { parseCron } from '../parse.ts';
import { expressions } from './expressions.ts';
import type { MinuteWalk } from './minute-walk.ts';
import { slotsByWalking, walkMinutes } from './minute-walk.ts';
import { naiveCron } from './naive-cron.ts';

const policies: readonly DstPolicy[] = ['vixie', 'literal', 'skip'];
const zones = [...Intl.supportedValuesOf('timeZone'), 'UTC'];
const day = 86_400_000;
/** Offsets are whole minutes from 1973 on, when Monrovia had given up its 44 minutes and 30 seconds. */
const firstYear = 1973;
const lastYear = 2045;
/** `CRON_ORACLE=full`: ten years of each zone without a break, and every clock change of each. */
const isFull = process.env['CRON_ORACLE'] === 'full';
const seed = Number(process.env['CRON_ORACLE_SEED'] ?? Math.floor(Math.random() * 2 ** 31));

/** Seconds would make millions of slots of a year. */
const fiveFields = expressions.filter((text) => text.split(' ').length === 5);

/** What was compared, for the line at the end. */
const count = { expressions: 0, slots: 0, instants: 0, days: 0 };

test('the evaluator and the minute walk agree around clock changes of every zone', (t) => {
  const runs = isFull ? 60 : 4;
  const offsets = fc.array(fc.integer({ min: 0, max: 4 * day }), { minLength: 5, maxLength: 5 });
  zones.forEach((zone, i) => {
    const moments = fc.constantFrom(...clockChanges(zone));
    const property = fc.property(expressions, moments, offsets, (text, at, others) => {
      const [from, to] = [at - 2 * day, at + 2 * day];
      compare(text, zone, from, to, walkMinutes(zone, from, to), others);
    });
    fc.assert(property, { seed: seed + i, numRuns: runs });
  });
  report(t);
});

test('the evaluator and the minute walk agree over whole years', (t) => {
  const years = isFull ? range(2008, 2018) : [2027];
  const picked = isFull ? zones : fc.sample(fc.constantFrom(...zones), { seed, numRuns: 5 });
  picked.forEach((zone, i) => {
    const texts = fc.sample(fiveFields, { seed: seed + i, numRuns: isFull ? 4 : 3 });
    for (const year of years) {
      const [from, to] = [Date.UTC(year, 0, 1), Date.UTC(year + 1, 0, 1)];
      const walk = walkMinutes(zone, from, to);
      for (const text of texts) compare(text, zone, from, to, walk, []);
    }
  });
  report(t);
});

/** Slot after slot, and from instants in between, because the answer may not depend on where one comes from. */
function compare(
  text: string,
  zone: string,
  from: number,
  to: number,
  walk: MinuteWalk,
  offsets: readonly number[],
): void {
  const parsed = parseCron(text);
  assert.ok(parsed.ok, `${text} was refused`);
  const naive = naiveCron(text);
  for (const dst of policies) {
    const expected = slotsByWalking(naive, walk, dst, from, to);
    const slots = slotsOf(parsed.cron, zone, dst, from, to);
    const where = `${text} in ${zone}, ${dst}, CRON_ORACLE_SEED=${seed}`;
    if (!isDeepStrictEqual(slots, expected)) assert.deepEqual(instants(slots), instants(expected), where);
    count.slots += expected.length;
    for (const offset of offsets) {
      const after = from + offset;
      const next: number = nextSlot(parsed.cron, after, zone, dst)?.at ?? Number.POSITIVE_INFINITY;
      assert.equal(
        next > to ? undefined : next,
        expected.find((at) => at > after),
        `${where}, after ${after}`,
      );
    }
    count.instants += offsets.length;
  }
  count.expressions += 1;
  count.days += (to - from) / day;
}

function slotsOf(cron: Cron, zone: string, dst: DstPolicy, from: number, to: number): number[] {
  const slots: number[] = [];
  for (let after = from; ; ) {
    const slot = nextSlot(cron, after, zone, dst);
    if (!slot || slot.at > to) return slots;
    // An evaluator that stands still must fail here, not run for ever.
    assert.ok(slot.at > after, `${cron.expression} in ${zone}: ${slot.at} is not after ${after}`);
    slots.push(slot.at);
    after = slot.at;
  }
}

/** Only where they differ a list is worth reading as dates. */
function instants(slots: readonly number[]): readonly string[] | string {
  return slots.length > 2000 ? slots.join() : slots.map((at) => new Date(at).toISOString());
}

/** The zone's clock changes of all years; for a zone that has none, some instants. */
function clockChanges(zone: string): number[] {
  const changes: number[] = [];
  const end = Date.UTC(lastYear, 0, 1);
  const start = Temporal.Instant.fromEpochMilliseconds(Date.UTC(firstYear, 0, 1)).toZonedDateTimeISO(zone);
  for (let at = start.getTimeZoneTransition('next'); at; at = at.getTimeZoneTransition('next')) {
    if (at.epochMilliseconds > end) break;
    changes.push(at.epochMilliseconds);
  }
  return changes.length > 0 ? changes : range(firstYear, lastYear).map((year) => Date.UTC(year, 1, 28));
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}

function report(t: { diagnostic(message: string): void }): void {
  const { expressions: texts, slots, instants: asked, days } = count;
  t.diagnostic(
    `so far ${texts} expressions, ${zones.length} zones, ${(days / 365.25).toFixed(1)} years, 3 policies: ` +
      `${slots} slots and ${asked} instants compared, 0 mismatches, CRON_ORACLE_SEED=${seed}`,
  );
}
