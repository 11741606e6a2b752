/**
 * What an answer of the cron evaluator costs. The raw floor beside it: one local time of Temporal, of which a
 * minute-by-minute search would need many.
 */
import { nextSlot } from '../server/rooms/schedules/cron/next.ts';
import { parseCron } from '../server/rooms/schedules/cron/parse.ts';

const zone = 'Europe/Berlin';
const rounds = 20_000;
const start = Date.UTC(2026, 10, 23);
const end = Date.UTC(2036, 0, 1);
const expressions = [
  '* * * * *',
  '*/15 9-17 * * MON-FRI',
  '30 7 * * *',
  '0 0 1 * *',
  '0 0 LW * *',
  '0 0 * * FRI#3',
  '0 0 29 2 *',
  '*/10 * * * * *',
];

for (const expression of expressions) console.log(line(`next slot of ${expression}`, slotCost(expression)));
console.log(
  line(
    'no slot at all: 0 0 31 2 *',
    perCall(200, () => next('0 0 31 2 *', start)),
  ),
);
console.log(
  line(
    'parse 30 7 * * MON-FRI',
    perCall(rounds, (i) => parseCron('30 7 * * MON-FRI', String(i))),
  ),
);
console.log(line('10,000 schedules, parsed and asked once', perCall(10_000, manySchedules)));
console.log(line('floor: one local time of Temporal', perCall(rounds, localTime)));

function slotCost(expression: string): number {
  const parsed = parseCron(expression);
  if (!parsed.ok) throw new Error(parsed.message);
  let at = start;
  const step = () => {
    const slot = nextSlot(parsed.cron, at, zone, 'vixie');
    at = slot === null || slot.at > end ? start : slot.at;
  };
  for (let i = 0; i < 1000; i += 1) step();
  return perCall(rounds, step);
}

function manySchedules(i: number): void {
  next(`${i % 60} ${i % 24} * * *`, start);
}

function next(expression: string, after: number): void {
  const parsed = parseCron(expression);
  if (parsed.ok) nextSlot(parsed.cron, after, zone, 'vixie');
}

function localTime(i: number): number {
  return Temporal.Instant.fromEpochMilliseconds(start + i * 60_000).toZonedDateTimeISO(zone).minute;
}

/** Nanoseconds for each call. */
function perCall(calls: number, call: (i: number) => unknown): number {
  const begun = process.hrtime.bigint();
  for (let i = 0; i < calls; i += 1) call(i);
  return Number(process.hrtime.bigint() - begun) / calls;
}

function line(name: string, ns: number): string {
  return `${name.padEnd(45)} ${Math.round(ns).toLocaleString('en').padStart(10)} ns`;
}
