import type { LogBatch, LogLine } from '../../engine/index.ts';
import type { Source, SourcedLine } from './source.ts';

/** One log on its way into the merge. */
export interface Inflow {
  source: Source;
  batches: AsyncIterable<LogBatch>;
}

class Head {
  readonly source: Source;
  readonly #batches: AsyncIterator<LogBatch>;
  lines: LogLine[] = [];
  place = 0;
  /** Lines may stand a little out of order in a log: it counts as late as its latest line. */
  at = '';

  constructor({ source, batches }: Inflow) {
    this.source = source;
    this.#batches = batches[Symbol.asyncIterator]();
  }

  /** False when the log is over. */
  async advance(): Promise<boolean> {
    while (this.place >= this.lines.length) {
      const { value, done } = await this.#batches.next();
      if (done) return false;
      this.lines = value.lines;
      this.place = 0;
    }
    this.note();
    return true;
  }

  note(): void {
    const at = this.lines[this.place]?.at ?? '';
    if (at > this.at) this.at = at;
  }

  async close(): Promise<void> {
    await this.#batches.return?.();
  }
}

/**
 * Merges logs that come to an end, in the order of their times, each in its own order. Of each log one batch is kept:
 * the pace is that of the reader.
 */
export async function* mergeLogs(inflows: readonly Inflow[]): AsyncGenerator<SourcedLine[]> {
  let heads = inflows.map((inflow) => new Head(inflow));
  try {
    const areThere = await Promise.all(heads.map((head) => head.advance()));
    heads = heads.filter((_, i) => areThere[i]);
    while (heads.length > 0) {
      heads.sort((a, b) => (a.at === b.at ? 0 : a.at < b.at ? -1 : 1));
      const [first, second] = heads;
      if (!first) return;
      yield takeUpTo(first, second?.at);
      if (first.place >= first.lines.length && !(await first.advance())) heads.shift();
    }
  } finally {
    await Promise.all(heads.map((head) => head.close()));
  }
}

/** The lines that come before what the others have next. */
const takeUpTo = (head: Head, limit: string | undefined): SourcedLine[] => {
  const taken: SourcedLine[] = [];
  for (; head.place < head.lines.length; head.place++) {
    head.note();
    if (limit !== undefined && head.at > limit) break;
    const line = head.lines[head.place];
    if (line) taken.push({ source: head.source, line });
  }
  return taken;
};
