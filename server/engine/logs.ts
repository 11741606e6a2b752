import type { EngineFacts } from '../../contract/index.ts';
import { deadlines } from './deadlines.ts';
import { EngineError } from './error.ts';
import { fieldsOf } from './fields.ts';
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
  /** True: nobody looks at the times of the lines. The engine is much faster without, and leaves them out where it can. */
  canLackTimes?: boolean;
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
  readonly #line: Pick<Line, 'ask' | 'stream'>;
  readonly #kind: () => EngineFacts['kind'];

  constructor(line: Pick<Line, 'ask' | 'stream'>, kind: () => EngineFacts['kind']) {
    this.#line = line;
    this.#kind = kind;
  }

  /**
   * Reads at the pace of its reader: one that stops to read stops the engine, and what is kept here is one chunk of the
   * connection and a half line. Ends with the log, or quietly when the signal is aborted, or by an error when the
   * engine breaks off.
   */
  async *read(containerId: string, range: LogRange): AsyncGenerator<LogBatch> {
    const { signal } = range;
    const hasTimes = range.canLackTimes !== true || (await this.#needsTimes(containerId));
    const path = `${containerPath(containerId)}/logs?${queryOf(range, hasTimes)}`;
    const question = { purpose: 'show the log of a container', deadlineMs: deadlines.logs, isGathered: true };
    const decoder = new LogDecoder({ hasTimes });
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

  /** A terminal's long lines, and the pieces that Podman makes of lines, are put together by their times. */
  async #needsTimes(containerId: string): Promise<boolean> {
    if (this.#kind() !== 'docker') return true;
    const question = { purpose: 'tell whether a container has a terminal', deadlineMs: deadlines.inspect };
    try {
      const answer = await this.#line.ask({ method: 'GET', path: `${containerPath(containerId)}/json`, ...question });
      return fieldsOf(answer['Config'])['Tty'] !== false;
    } catch (error) {
      // A proxy may refuse it; what else is wrong the log itself will tell.
      if (error instanceof EngineError) return true;
      throw error;
    }
  }
}

const queryOf = ({ tail, since, until, follow }: LogRange, hasTimes: boolean): URLSearchParams =>
  new URLSearchParams({
    stdout: 'true',
    stderr: 'true',
    timestamps: String(hasTimes),
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
