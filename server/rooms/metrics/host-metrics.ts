import type { Container, DiskUse, HostMetrics, HostUse } from '../../../contract/index.ts';
import type { Clock } from '../../clock/index.ts';
import type { Engine, HostFacts } from '../../engine/index.ts';
import type { Gauges } from './gauges.ts';

/** What a host has seldom changes; the count of its images is no reason to ask more often. */
const keepFactsMs = 30_000;
/** Counting the disk costs the engine much. */
const keepDiskMs = 5 * 60_000;
/** A sample that is older tells of a container that is not watched any more. */
const freshMs = 15_000;

interface Parts {
  fleet: { engine(hostId: number): Engine; picture(hostId: number): { containers(): Container[] } };
  gauges: Gauges;
  clock: Clock;
}

interface Kept<T> {
  atMs: number;
  value: Promise<T>;
}

/** What hosts have and use. An engine is asked only when somebody asks here, and not twice within a while. */
export class HostMetricsRoom {
  readonly #parts: Parts;
  readonly #facts = new Map<number, Kept<HostFacts>>();
  readonly #disks = new Map<number, Kept<DiskUse>>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /**
   * @param withDisk false: the disk is not counted
   * @throws ChrontainerError CHR_NOT_FOUND; CHR_CONFLICT when the host is disabled; EngineError
   */
  async read(hostId: number, withDisk: boolean): Promise<HostMetrics> {
    const { clock, fleet } = this.#parts;
    const engine = fleet.engine(hostId);
    const facts = this.#kept(this.#facts, hostId, keepFactsMs, () => engine.stats.hostFacts());
    const disk = withDisk ? this.#kept(this.#disks, hostId, keepDiskMs, () => this.#countDisk(engine)) : null;
    const [{ cpus, memoryBytes, images }, diskUse] = await Promise.all([facts, disk]);
    const containers = fleet.picture(hostId).containers();
    const running = containers.filter(isRunning).length;
    return {
      hostId,
      at: new Date(clock.now()).toISOString(),
      cpus,
      memoryBytes,
      images,
      containers: { total: containers.length, running },
      use: this.use(hostId),
      disk: diskUse,
    };
  }

  /** The sum of what is watched right now; null when that is nothing. */
  use(hostId: number): HostUse | null {
    const { clock, gauges, fleet } = this.#parts;
    const running = fleet.picture(hostId).containers().filter(isRunning);
    const nowMs = clock.now();
    const last = running.flatMap(({ name }) => gauges.samples(hostId, name).at(-1) ?? []);
    // The engine's clock may differ from ours: what counts is how far a sample is behind the others.
    const newestMs = Math.max(...last.map(({ at }) => at));
    const fresh = last.filter(({ at }) => at > newestMs - freshMs);
    if (fresh.length === 0) return null;
    const cpus = fresh.flatMap(({ cpu }) => cpu?.percentOfHost ?? []);
    return {
      at: new Date(nowMs).toISOString(),
      cpuPercent: cpus.length === 0 ? null : Math.round(sum(cpus) * 100) / 100,
      memoryBytes: sum(fresh.map(({ memoryBytes }) => memoryBytes)),
      measured: fresh.length,
      running: running.length,
    };
  }

  /** The names of what runs on a host. */
  running(hostId: number): string[] {
    return this.#parts.fleet
      .picture(hostId)
      .containers()
      .filter(isRunning)
      .map(({ name }) => name);
  }

  async #countDisk(engine: Engine): Promise<DiskUse> {
    const space = await engine.stats.diskSpace();
    return { at: new Date(this.#parts.clock.now()).toISOString(), ...space };
  }

  /** A question that failed is not kept. */
  #kept<T>(all: Map<number, Kept<T>>, hostId: number, keepMs: number, ask: () => Promise<T>): Promise<T> {
    const nowMs = this.#parts.clock.monotonic();
    const known = all.get(hostId);
    if (known && nowMs - known.atMs < keepMs) return known.value;
    const kept = { atMs: nowMs, value: ask() };
    all.set(hostId, kept);
    kept.value.catch(() => {
      if (all.get(hostId) === kept) all.delete(hostId);
    });
    return kept.value;
  }
}

const isRunning = ({ state }: Container): boolean => state === 'running';

const sum = (numbers: number[]): number => numbers.reduce((total, number) => total + number, 0);
