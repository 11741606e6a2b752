import { nextSlot } from '../server/rooms/schedules/cron/next.ts';
import { parseCron } from '../server/rooms/schedules/cron/parse.ts';
import type { Row } from './figures.ts';
import { summarise } from './figures.ts';

const zone = 'Europe/Berlin';
const start = Date.UTC(2026, 10, 23);
const end = Date.UTC(2036, 0, 1);
const batches = 20;
const callsPerBatch = 1000;
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

/** What an answer of the cron evaluator costs. A minute-by-minute search would need the floor many times. */
export const measureCron = async (): Promise<Row[]> => {
  const floor = costOf((i) => localMinute(start + i * 60_000), callsPerBatch);
  const row = (name: string, call: (i: number) => unknown, calls = callsPerBatch): Row => ({
    name,
    unit: 'ns',
    ours: costOf(call, calls),
    floor,
    floorIs: 'one local time of Temporal',
  });
  return [
    ...expressions.map((expression) => row(`next slot of ${expression}`, stepThrough(expression))),
    row('no slot at all: 0 0 31 2 *', () => next('0 0 31 2 *', start), 10),
    row('parse 30 7 * * MON-FRI', (i) => parseCron('30 7 * * MON-FRI', String(i))),
    row('a schedule, parsed and asked once', (i) => next(`${i % 60} ${i % 24} * * *`, start)),
  ];
};

/** From slot to slot, and again from the start after some years. */
const stepThrough = (expression: string): (() => void) => {
  const parsed = parseCron(expression);
  if (!parsed.ok) throw new Error(parsed.message);
  let at = start;
  return () => {
    const slot = nextSlot(parsed.cron, at, zone, 'vixie');
    at = slot === null || slot.at > end ? start : slot.at;
  };
};

const next = (expression: string, after: number): void => {
  const parsed = parseCron(expression);
  if (parsed.ok) nextSlot(parsed.cron, after, zone, 'vixie');
};

const localMinute = (atMs: number): number =>
  Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(zone).minute;

/** Nanoseconds for a call, as the mean of each batch; one batch goes before to warm up. */
const costOf = (call: (i: number) => unknown, calls: number) => {
  const means = Array.from({ length: batches + 1 }, () => {
    const begun = process.hrtime.bigint();
    for (let i = 0; i < calls; i += 1) call(i);
    return Number(process.hrtime.bigint() - begun) / calls;
  });
  return summarise(means.slice(1));
};
