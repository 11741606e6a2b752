import type { EngineFacts } from '../../contract/index.ts';
import { deadlines } from './deadlines.ts';
import { EngineError } from './error.ts';
import type { DiskSpace, HostFacts } from './host-stats.ts';
import { readDiskSpace, readHostFacts } from './host-stats.ts';
import type { Line } from './jobs.ts';
import { readJsonLines } from './json-lines.ts';
import { containerPath } from './paths.ts';
import type { CpuMark, StatsSample } from './stats-sample.ts';
import { readStats } from './stats-sample.ts';

/** A sample of a host with hundreds of processors and networks has some ten thousand characters. */
const longestSample = 1024 * 1024;

/**
 * What containers and their host use.
 * @throws EngineError from every method
 */
export class Stats {
  readonly #line: Line;
  readonly #kind: () => EngineFacts['kind'];

  constructor(line: Line, kind: () => EngineFacts['kind']) {
    this.#line = line;
    this.#kind = kind;
  }

  /**
   * Samples as the engine takes them: Docker each second, Podman every five. Ends when the container does not run any
   * more, or never did; quietly when the signal is aborted; by an error when the engine breaks off. A reader that
   * stops to read stops the engine's writing, and nothing is kept for it here.
   */
  async *watch(containerId: string, signal: AbortSignal): AsyncGenerator<StatsSample> {
    const path = `${containerPath(containerId)}/stats?stream=true`;
    const question = { purpose: 'tell what a container uses', deadlineMs: deadlines.subscribe };
    let before: CpuMark | null = null;
    try {
      const stream = await this.#line.stream({ method: 'GET', path, ...question }, signal);
      for await (const raw of readJsonLines(stream, longestSample)) {
        const read = readStats(raw, this.#kind(), before);
        if (!read) return;
        before = read.mark;
        yield read.sample;
      }
    } catch (error) {
      if (signal.aborted) return;
      throw error instanceof EngineError ? error : brokenOff(error);
    }
  }

  hostFacts(): Promise<HostFacts> {
    return readHostFacts(this.#line);
  }

  /** Counts what is on the disk, which can take minutes. */
  diskSpace(): Promise<DiskSpace> {
    return readDiskSpace(this.#line);
  }
}

const brokenOff = (cause: unknown): EngineError =>
  new EngineError({ kind: 'unreachable', message: 'The engine ended the connection; it may be restarting.', cause });
