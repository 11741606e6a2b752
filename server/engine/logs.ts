import { deadlines } from './deadlines.ts';
import { EngineError } from './error.ts';
import type { Line } from './jobs.ts';
import type { LogLine } from './log-lines.ts';
import { LogDecoder } from './log-lines.ts';
import { nanosecondsOf } from './log-stamp.ts';
import { containerPath } from './paths.ts';

/** Which part of a log is wanted. Both streams always come: engines count for `tail` before they leave one out. */
export interface LogRange {
  /** So many messages from the end; default: all. The engine counts them before it looks at the times. */
  tail?: number | undefined;
  /** A canonical time (see log-stamp.ts): what was written then or later. */
  since?: string | undefined;
  /** A canonical time: what was written then or earlier. */
  until?: string | undefined;
  /** True: what is written from now on as well, until the container ends. */
  follow?: boolean;
  signal: AbortSignal;
}

/** The lines that came together, and how many messages they were at the engine so far. */
export interface LogBatch {
  lines: LogLine[];
  messages: number;
}

/**
 * What containers wrote.
 * @throws EngineError from every method
 */
export class Logs {
  readonly #line: Pick<Line, 'stream'>;

  constructor(line: Pick<Line, 'stream'>) {
    this.#line = line;
  }

  /**
   * Reads at the pace of its reader: one that stops to read stops the engine, and what is kept here is one chunk of the
   * connection and a half line. Ends with the log, or quietly when the signal is aborted, or by an error when the
   * engine breaks off.
   */
  async *read(containerId: string, range: LogRange): AsyncGenerator<LogBatch> {
    const { signal } = range;
    const path = `${containerPath(containerId)}/logs?${queryOf(range)}`;
    const question = { purpose: 'show the log of a container', deadlineMs: deadlines.logs, isGathered: true };
    const decoder = new LogDecoder();
    try {
      for await (const chunk of await this.#line.stream({ method: 'GET', path, ...question }, signal)) {
        const lines = decoder.push(chunk);
        if (lines.length > 0) yield { lines, messages: decoder.messages };
      }
      yield { lines: decoder.end(), messages: decoder.messages };
    } catch (error) {
      if (signal.aborted) return;
      throw error instanceof EngineError ? error : brokenOff(error);
    }
  }
}

const queryOf = ({ tail, since, until, follow }: LogRange): URLSearchParams =>
  new URLSearchParams({
    stdout: 'true',
    stderr: 'true',
    timestamps: 'true',
    ...(follow && { follow: 'true' }),
    ...(tail !== undefined && { tail: String(tail) }),
    ...(since !== undefined && { since: inSeconds(since) }),
    ...(until !== undefined && { until: inSeconds(until) }),
  });

/** `1790000000.000000001`, as engines want it. */
const inSeconds = (at: string): string => {
  const nanoseconds = nanosecondsOf(at);
  return `${nanoseconds / 1_000_000_000n}.${String(nanoseconds % 1_000_000_000n).padStart(9, '0')}`;
};

const brokenOff = (cause: unknown): EngineError =>
  new EngineError({ kind: 'unreachable', message: 'The engine ended the connection; it may be restarting.', cause });
