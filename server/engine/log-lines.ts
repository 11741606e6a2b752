import { EngineError } from './error.ts';
import { readStamp } from './log-stamp.ts';

/** A line of a container's log. Its text is hostile, and raw: colours and all that a program wrote are still in it. */
export interface LogLine {
  /** The engine's time in UTC with nine digits, so that texts compare as times; empty where it gave none. */
  at: string;
  stream: 'stdout' | 'stderr';
  text: string;
  /** True when the line goes on in the next one: it was too long to be kept whole. */
  isCut: boolean;
}

const newline = 0x0a;
const carriageReturn = 0x0d;
const headerLength = 8;
/** Of a line that does not end, so much is kept, in bytes. */
const longestLine = 256 * 1024;
/** Engines pass on what is longer than this in pieces; a message that claims to be longer is none. */
const longestMessage = 4 * 1024 * 1024;
/** A message without a line's end that is shorter was the last of a program, and no piece of a long line. */
const shortestPiece = 4096;
/** Docker takes a long line apart after so many bytes, and puts the time before each piece. */
const terminalPiece = 16 * 1024;

interface HalfLine {
  at: string;
  parts: string[];
  bytes: number;
  lastBytes: number;
}

/**
 * Makes lines of an engine's log, as it was asked for with timestamps. Whether a terminal wrote it, raw, or it comes in
 * frames, its first byte tells: a time begins with a digit, a frame with 0, 1 or 2. Without timestamps only frames can be
 * read.
 */
export class LogDecoder {
  readonly #hasTimes: boolean;
  #rest: Buffer = Buffer.alloc(0);
  #isTerminal: boolean | null = null;
  readonly #halves: Record<LogLine['stream'], HalfLine | null> = { stdout: null, stderr: null };
  #lines: LogLine[] = [];
  /** How many messages there were, as engines count for `tail`: a long line is several. */
  messages = 0;

  constructor({ hasTimes } = { hasTimes: true }) {
    this.#hasTimes = hasTimes;
    if (!hasTimes) this.#isTerminal = false;
  }

  /** @throws EngineError when it is no log */
  push(chunk: Buffer): LogLine[] {
    const bytes = this.#rest.length > 0 ? Buffer.concat([this.#rest, chunk]) : chunk;
    if (bytes.length === 0) return [];
    this.#isTerminal ??= (bytes[0] ?? 0) > 2;
    const used = this.#isTerminal ? this.#readTerminal(bytes) : this.#readFrames(bytes);
    // A copy, so that a few bytes do not keep a whole chunk.
    this.#rest = Buffer.from(bytes.subarray(used));
    return this.#take();
  }

  /** What is left when the log is over: a line that was not ended. */
  end(): LogLine[] {
    if (this.#isTerminal && this.#rest.length > 0) this.#readMessage('stdout', this.#rest, 0, this.#rest.length);
    this.#rest = Buffer.alloc(0);
    this.#finishHalf('stdout', false);
    this.#finishHalf('stderr', false);
    return this.#take();
  }

  #take(): LogLine[] {
    const lines = this.#lines;
    this.#lines = [];
    return lines;
  }

  #readFrames(bytes: Buffer): number {
    let from = 0;
    while (bytes.length - from >= headerLength) {
      const type = bytes[from] ?? 0;
      const length = bytes.readUInt32BE(from + 4);
      if (type > 2 || length > longestMessage) throw notALog();
      const end = from + headerLength + length;
      if (end > bytes.length) break;
      if (length > 0) this.#readMessage(type === 2 ? 'stderr' : 'stdout', bytes, from + headerLength, end);
      from = end;
    }
    return from;
  }

  /** A terminal's messages follow each other without any sign but the line's end and the time. */
  #readTerminal(bytes: Buffer): number {
    let from = 0;
    for (;;) {
      const end = bytes.indexOf(newline, from);
      if (end >= 0) {
        this.#readMessage('stdout', bytes, from, end + 1);
        from = end + 1;
        continue;
      }
      if (bytes.length - from <= longestLine) return from;
      this.#readMessage('stdout', bytes, from, from + longestLine);
      from += longestLine;
    }
  }

  #readMessage(stream: LogLine['stream'], bytes: Buffer, from: number, to: number): void {
    this.messages += 1;
    const stamp = this.#hasTimes ? readStamp(bytes, from, to) : null;
    let start = stamp?.textFrom ?? from;
    const half = this.#halves[stream];
    // Without times a short piece is taken for the last one of a program in any case.
    const isOther = !this.#hasTimes || (stamp !== null && stamp.at !== half?.at);
    if (half && isOther && half.lastBytes < shortestPiece) this.#finishHalf(stream, false);
    const at = this.#halves[stream]?.at ?? stamp?.at ?? '';
    for (let end = bytes.indexOf(newline, start); end >= 0 && end < to; end = bytes.indexOf(newline, start)) {
      this.#endLine(stream, at, this.#text(bytes, start, end, at));
      start = end + 1;
    }
    if (start < to) this.#keepHalf(stream, at, bytes, start, to);
  }

  #endLine(stream: LogLine['stream'], at: string, text: string): void {
    const half = this.#halves[stream];
    this.#halves[stream] = null;
    this.#lines.push({ at, stream, text: half ? half.parts.join('') + text : text, isCut: false });
  }

  #keepHalf(stream: LogLine['stream'], at: string, bytes: Buffer, from: number, to: number): void {
    const half = this.#halves[stream] ?? { at, parts: [], bytes: 0, lastBytes: 0 };
    half.parts.push(this.#text(bytes, from, to, at));
    half.bytes += to - from;
    half.lastBytes = to - from;
    this.#halves[stream] = half;
    if (half.bytes >= longestLine) this.#finishHalf(stream, true);
  }

  #finishHalf(stream: LogLine['stream'], isCut: boolean): void {
    const half = this.#halves[stream];
    this.#halves[stream] = null;
    if (half) this.#lines.push({ at: half.at, stream, text: half.parts.join(''), isCut });
  }

  #text(bytes: Buffer, from: number, to: number, at: string): string {
    if (!this.#isTerminal) return bytes.toString('utf8', from, to);
    const end = bytes[to - 1] === carriageReturn ? to - 1 : to;
    return end - from > terminalPiece ? this.#joinPieces(bytes, from, end, at) : bytes.toString('utf8', from, end);
  }

  /** Takes the times out that stand before each piece of a terminal's long line. */
  #joinPieces(bytes: Buffer, from: number, to: number, at: string): string {
    const parts: Buffer[] = [];
    let start = from;
    while (to - start > terminalPiece) {
      const end = start + terminalPiece;
      parts.push(bytes.subarray(start, end));
      const stamp = readStamp(bytes, end, to);
      const isPiece = stamp?.at === at;
      if (isPiece) this.messages += 1;
      start = isPiece && stamp ? stamp.textFrom : end;
    }
    return Buffer.concat([...parts, bytes.subarray(start, to)]).toString('utf8');
  }
}

const notALog = (): EngineError =>
  new EngineError({ kind: 'server', message: 'The engine sent a log of an unknown format.' });
