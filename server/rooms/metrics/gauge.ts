import type { Clock } from '../../clock/index.ts';
import type { Engine, StatsSample } from '../../engine/index.ts';
import { EngineError } from '../../engine/index.ts';

/** What a gauge tells its viewers. */
export type Reading = { kind: 'sample'; sample: StatsSample } | { kind: 'pause'; reason: string };
export type Viewer = (reading: Reading) => void;

/** Ten minutes of Docker's samples: what a live chart shows. */
const keptSamples = 600;
/** After a stream that ended while its container runs; longer after each that brought nothing. */
const firstRetryMs = 1000;
const longestRetryMs = 30_000;

interface Parts {
  clock: Clock;
  /** The engine and the ID of the container as things stand; or why there is nothing to measure. */
  find(): { engine: Engine; id: string } | { reason: string };
}

/** The measuring of one container, however many watch it: one stream at the engine, opened again after each end. */
export class Gauge {
  readonly #parts: Parts;
  readonly #viewers = new Set<Viewer>();
  readonly #stopping = new AbortController();
  #samples: StatsSample[] = [];
  #last: Reading | null = null;
  #change = Promise.withResolvers<void>();

  constructor(parts: Parts) {
    this.#parts = parts;
    void this.#run(this.#stopping.signal);
  }

  get isWatched(): boolean {
    return this.#viewers.size > 0;
  }

  /** What is kept, the oldest first. */
  get samples(): readonly StatsSample[] {
    return this.#samples;
  }

  /** Tells the last reading at once, then each as it comes. */
  add(viewer: Viewer): void {
    this.#viewers.add(viewer);
    if (this.#last) viewer(this.#last);
  }

  remove(viewer: Viewer): void {
    this.#viewers.delete(viewer);
  }

  /** Something happened to the container: what could not be measured may be measurable now. */
  noteChange(): void {
    this.#change.resolve();
  }

  close(): void {
    this.#stopping.abort();
  }

  async #run(signal: AbortSignal): Promise<void> {
    let retryMs = firstRetryMs;
    while (!signal.aborted) {
      this.#change = Promise.withResolvers();
      const found = this.#parts.find();
      if ('reason' in found) {
        this.#tell({ kind: 'pause', reason: found.reason });
        await untilAborted(this.#change.promise, signal);
        continue;
      }
      const count = await this.#measure(found.engine, found.id, signal);
      retryMs = count > 0 ? firstRetryMs : Math.min(retryMs * 2, longestRetryMs);
      const pause = this.#parts.clock.sleep(retryMs, signal).catch(() => undefined);
      // A container that comes and goes is not asked more often than once in a while.
      await (count > 0 ? pause : Promise.race([pause, this.#change.promise]));
    }
  }

  /** Resolves to the number of samples when the stream has ended. */
  async #measure(engine: Engine, id: string, signal: AbortSignal): Promise<number> {
    let count = 0;
    try {
      for await (const sample of engine.stats.watch(id, signal)) {
        count += 1;
        this.#samples.push(sample);
        if (this.#samples.length > keptSamples) this.#samples.shift();
        this.#tell({ kind: 'sample', sample });
      }
      this.#tell({ kind: 'pause', reason: 'The container does not run.' });
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      this.#tell({ kind: 'pause', reason: error.message });
    }
    return count;
  }

  #tell(reading: Reading): void {
    if (this.#stopping.signal.aborted) return;
    this.#last = reading;
    for (const viewer of this.#viewers) viewer(reading);
  }
}

const untilAborted = (promise: Promise<void>, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
    void promise.then(resolve);
  });
