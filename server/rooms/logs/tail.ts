import type { Engine, LogLine } from '../../engine/index.ts';
import { LogPosition } from './position.ts';
import type { Wanted } from './wanted.ts';

/** Where an earlier page began: what is wanted lies before it. */
export interface Before {
  at: string;
  /** How many lines of just that time were shown already: the last ones of them. */
  shown: number;
  /** How far from the end of the log that was, in messages: where to begin to look. */
  depth: number;
}

export interface TailRange {
  engine: Engine;
  id: string;
  /** How many lines are wanted. */
  count: number;
  wanted: Wanted;
  since?: string | undefined;
  until?: string | undefined;
  before?: Before | undefined;
  signal: AbortSignal;
}

export interface Tail {
  /** The last lines that are wanted, the oldest first. */
  lines: LogLine[];
  /** How far was read. */
  position: LogPosition;
  /** Leads to what lies before those that are shown, the last of `lines`; null when nothing does. */
  before(shown: number, firstOfPage: string | undefined): Before | null;
}

const growth = 8;
/** A search for what is rare begins with a larger piece. */
const leastFiltered = 5000;
/** From here on the rest is no larger than what was read already: all of it. */
const largestPiece = 400_000;
/** A search through a large log may be broken off after this long: the answer says where to go on. */
const patienceMs = 15_000;

/**
 * Reads a log from its end, by larger and larger pieces, until enough lines are found or it begins. The engine's own
 * `tail` counts before it looks at times or streams, so that it cannot be asked for exactly these.
 */
export const readTail = async (range: TailRange): Promise<Tail> => {
  const startedAt = performance.now();
  const { count, wanted, before, until } = range;
  let size = Math.max(count + (before?.depth ?? 0), wanted.isAll && !until ? 1 : leastFiltered);
  for (;;) {
    const isWhole = size > largestPiece;
    const found = await readPiece(range, isWhole ? undefined : size);
    const isOver = isWhole || found.hasBegun || found.lines.length >= count;
    if (isOver || performance.now() - startedAt > patienceMs) return tailOf(found, range);
    size *= growth;
  }
};

interface Piece {
  /** The last wanted lines, and how many there were. */
  lines: LogLine[];
  wantedCount: number;
  first: LogLine | null;
  position: LogPosition;
  messages: number;
  /** True when nothing that is wanted can lie before this piece. */
  hasBegun: boolean;
}

const readPiece = async (range: TailRange, size: number | undefined): Promise<Piece> => {
  const { engine, id, since, until, signal } = range;
  const piece: Piece = {
    lines: [],
    wantedCount: 0,
    first: null,
    position: LogPosition.atStart(),
    messages: 0,
    hasBegun: false,
  };
  // With `tail` the engine passes over none of the lines by their time: where the piece begins is seen here.
  for await (const batch of engine.logs.read(id, { tail: size, ...(size === undefined && { since, until }), signal })) {
    piece.messages = batch.messages;
    addTo(piece, batch.lines, range);
  }
  dropShown(piece, range.before);
  const isPastSince = since !== undefined && piece.first !== null && piece.first.at < since;
  piece.hasBegun = size === undefined || piece.messages < size || isPastSince;
  return piece;
};

/** Of the lines that are wanted only the last are kept. */
const addTo = (piece: Piece, lines: readonly LogLine[], range: TailRange): void => {
  for (const line of lines) {
    piece.first ??= line;
    piece.position.take(line);
    if (!isWithin(line, range) || !range.wanted.has(line)) continue;
    piece.lines.push(line);
    piece.wantedCount += 1;
  }
  const keep = range.count + (range.before?.shown ?? 0);
  if (piece.lines.length > keep * 2 + 1000) piece.lines.splice(0, piece.lines.length - keep);
};

const isWithin = ({ at }: LogLine, { since, until, before }: TailRange): boolean =>
  (since === undefined || at >= since) && (until === undefined || at <= until) && (!before || at <= before.at);

/** Of the lines of one time the last ones were shown; what stands behind them may be of an earlier time. */
const dropShown = (piece: Piece, before: Before | undefined): void => {
  for (let left = before?.shown ?? 0; left > 0; left--) {
    const place = piece.lines.findLastIndex(({ at }) => at === before?.at);
    if (place >= 0) piece.lines.splice(place, 1);
  }
};

const tailOf = (piece: Piece, range: TailRange): Tail => {
  const lines = range.count === 0 ? [] : piece.lines.slice(-range.count);
  const isFull = piece.wantedCount - (range.before?.shown ?? 0) > lines.length;
  return {
    lines,
    position: piece.position,
    before: (shown, firstOfPage) => {
      const isAllShown = shown === lines.length;
      if (isAllShown && piece.hasBegun && !isFull) return null;
      const last = shown === 0 ? [] : lines.slice(-shown);
      // All that was read is told: it goes on where the piece began, as far as a search came, too.
      if (isAllShown && !isFull && piece.first) {
        const { at } = piece.first;
        return { at, shown: shownOf(at, last, range.before), depth: piece.messages };
      }
      return beforeLast(last, firstOfPage, range.before);
    },
  };
};

const beforeLast = (shown: LogLine[], firstOfPage: string | undefined, earlier: Before | undefined): Before | null => {
  const at = shown[0]?.at ?? firstOfPage;
  if (at === undefined) return null;
  return { at, shown: shownOf(at, shown, earlier), depth: (earlier?.depth ?? 0) + shown.length };
};

/** How many lines of a time were shown so far. */
const shownOf = (at: string, shown: LogLine[], earlier: Before | undefined): number =>
  shown.filter((line) => line.at === at).length + (earlier?.at === at ? earlier.shown : 0);
