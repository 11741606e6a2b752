import type { LogPage, LogQuery } from '../../../contract/index.ts';
import { largestLogPage } from '../../../contract/index.ts';
import type { Bus } from '../../bus/index.ts';
import type { Clock } from '../../clock/index.ts';
import type { LogBatch } from '../../engine/index.ts';
import { invalidInput } from '../../errors/index.ts';
import type { PageCursor } from './cursor.ts';
import { readCursor, writeCursor } from './cursor.ts';
import { mergeLogs } from './merge.ts';
import { stampOfMoment } from './moment.ts';
import { presentLine } from './present.ts';
import type { Fleet, Source, SourcedLine } from './source.ts';
import { byTime, keyOf, reach } from './source.ts';
import type { Tail } from './tail.ts';
import { readTail } from './tail.ts';
import type { Wanted } from './wanted.ts';
import { wantedBy } from './wanted.ts';

/** A page has so many lines unless it is asked for more. */
const usualPage = 500;

export interface LogParts {
  fleet: Fleet;
  bus: Bus;
  clock: Clock;
}

/** The logs of containers, read from their engines when somebody asks: nothing of them is kept here. */
export class Logs {
  readonly #parts: LogParts;

  constructor(parts: LogParts) {
    this.#parts = parts;
  }

  /**
   * The newest lines, merged in the order of their times.
   * @throws ChrontainerError CHR_INVALID_INPUT, EngineError
   */
  async page(sources: readonly Source[], query: LogQuery, signal: AbortSignal): Promise<LogPage> {
    const count = query.tail ?? usualPage;
    if (count === 'all' || count > largestLogPage) {
      throw invalidInput([{ path: 'tail', message: `must be at most ${largestLogPage}; a download gives all` }]);
    }
    const tails = await this.tails(sources, query, count, signal);
    const lines = mergedEnd(tails, count);
    const items = lines.map(presentLine);
    return { items, nextCursor: nextCursor(sources, tails, lines) };
  }

  /** The last lines of each of them that has any left. */
  async tails(
    sources: readonly Source[],
    query: LogQuery,
    count: number,
    signal: AbortSignal,
  ): Promise<{ source: Source; tail: Tail }[]> {
    const wanted = await wantedBy(query);
    const cursor = query.cursor === undefined ? null : readCursor(query.cursor);
    const range = { ...this.#times(query), count, wanted, signal };
    // One that the cursor holds as null has nothing left; one that it does not know is new.
    const open = sources.filter((source) => cursor?.get(keyOf(source)) !== null);
    return Promise.all(
      open.map(async (source) => {
        const before = cursor?.get(keyOf(source)) ?? undefined;
        return { source, tail: await readTail({ ...reach(this.#parts.fleet, source), ...range, before }) };
      }),
    );
  }

  /**
   * All that is wanted, from the oldest on, merged. `onBatch` is told of all that was read. Without a need for their
   * times the lines of one container may have none.
   */
  async *history(
    sources: readonly Source[],
    query: LogQuery,
    signal: AbortSignal,
    { onBatch, needsTimes }: { onBatch?: (source: Source, batch: LogBatch) => void; needsTimes: boolean },
  ): AsyncGenerator<SourcedLine[]> {
    const wanted = await wantedBy(query);
    const range = { ...this.#times(query), canLackTimes: !needsTimes && sources.length === 1, signal };
    const inflows = sources.map((source) => {
      const { engine, id } = reach(this.#parts.fleet, source);
      return { source, batches: sift(engine.logs.read(id, range), wanted, (it) => onBatch?.(source, it)) };
    });
    yield* mergeLogs(inflows);
  }

  #times({ since, until }: LogQuery): { since: string | undefined; until: string | undefined } {
    const nowMs = this.#parts.clock.now();
    return {
      since: since === undefined ? undefined : stampOfMoment(since, nowMs),
      until: until === undefined ? undefined : stampOfMoment(until, nowMs),
    };
  }
}

async function* sift(
  batches: AsyncIterable<LogBatch>,
  wanted: Wanted,
  onBatch: (batch: LogBatch) => void,
): AsyncGenerator<LogBatch> {
  for await (const batch of batches) {
    onBatch(batch);
    yield wanted.isAll ? batch : { ...batch, lines: batch.lines.filter((line) => wanted.has(line)) };
  }
}

/** The last lines of all of them together. */
export const mergedEnd = (tails: readonly { source: Source; tail: Tail }[], count: number): SourcedLine[] => {
  const all = tails.flatMap(({ source, tail }) => tail.lines.map((line) => ({ source, line })));
  // Sorting is stable: lines of one time stay as they came.
  all.sort(byTime);
  return count === 0 ? [] : all.slice(-count);
};

/** Leads each log to what lies before its first line on the page; one that was read to its beginning stays closed. */
const nextCursor = (
  sources: readonly Source[],
  tails: readonly { source: Source; tail: Tail }[],
  shown: readonly SourcedLine[],
): string | null => {
  const firstOfPage = shown[0]?.line.at;
  const cursor: PageCursor = new Map(sources.map((source) => [keyOf(source), null]));
  for (const { source, tail } of tails) {
    const own = shown.filter((one) => one.source === source).length;
    cursor.set(keyOf(source), tail.before(own, firstOfPage));
  }
  return [...cursor.values()].some((before) => before !== null) ? writeCursor(cursor) : null;
};
