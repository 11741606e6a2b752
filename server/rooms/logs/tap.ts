import type { LogState } from '../../../contract/index.ts';
import type { Engine, LogLine } from '../../engine/index.ts';
import { EngineError } from '../../engine/index.ts';
import { ChrontainerError } from '../../errors/index.ts';
import type { LogParts } from './logs.ts';
import type { LogPosition } from './position.ts';
import type { Source } from './source.ts';

/** After a log that ended while its container runs, or an engine that broke off; longer after each that brought nothing. */
const firstRetryMs = 500;
const longestRetryMs = 30_000;

export interface TapParts extends LogParts {
  source: Source;
  position: LogPosition;
  signal: AbortSignal;
  /** The next one is read when this has resolved. */
  take(lines: { line: LogLine; mark: string }[]): Promise<void> | undefined;
  tell(state: LogState['state'], reason: string | null): Promise<void> | undefined;
}

/** What one container writes, from a position on: through its ends and starts, and through the breaks of its engine. */
export class Tap {
  readonly #parts: TapParts;
  #state: LogState['state'] | null = null;
  #change = Promise.withResolvers<void>();

  constructor(parts: TapParts) {
    this.#parts = parts;
  }

  /** Returns when the signal is aborted. */
  async run(): Promise<void> {
    const { bus, clock, signal, source } = this.#parts;
    const isOurs = (it: { hostId: number; name: string }) => it.hostId === source.hostId && it.name === source.name;
    const stops = [
      bus.on('container.changed', (container) => void (isOurs(container) && this.#change.resolve())),
      bus.on('host.synced', ({ hostId }) => void (hostId === source.hostId && this.#change.resolve())),
    ];
    signal.addEventListener('abort', () => this.#change.resolve(), { once: true });
    try {
      let retryMs = firstRetryMs;
      while (!signal.aborted) {
        this.#change = Promise.withResolvers();
        const hasRead = await this.#read();
        if (signal.aborted) return;
        retryMs = hasRead ? firstRetryMs : Math.min(retryMs * 2, longestRetryMs);
        const pause = clock.sleep(retryMs, signal).catch(() => undefined);
        // What does not run writes nothing: its next change is waited for, and nothing is asked meanwhile.
        await (this.#mayWrite() ? Promise.race([pause, this.#change.promise]) : this.#change.promise);
      }
    } finally {
      for (const stop of stops) stop();
    }
  }

  /** A host that cannot be reached is tried when it is back. */
  #mayWrite(): boolean {
    const { fleet, source } = this.#parts;
    const container = fleet.byName(source.hostId, source.name);
    return container !== undefined && !container.stale && container.state === 'running';
  }

  /** Reads to the end of the log; true when that brought anything. */
  async #read(): Promise<boolean> {
    const { fleet, source, signal } = this.#parts;
    const container = fleet.byName(source.hostId, source.name);
    if (!container) {
      await this.#tell('missing', 'There is no such container any more.');
      return false;
    }
    try {
      return await this.#follow(fleet.engine(source.hostId), container.id);
    } catch (error) {
      if (signal.aborted) return false;
      if (!(error instanceof ChrontainerError)) throw error;
      const isGone = error instanceof EngineError && error.kind === 'not_found';
      await this.#tell(isGone ? 'missing' : 'interrupted', error.message);
      return false;
    }
  }

  async #follow(engine: Engine, id: string): Promise<boolean> {
    const { position, signal } = this.#parts;
    let hasRead = false;
    position.rewind();
    const batches = engine.logs.read(id, { follow: true, since: position.since, signal });
    for await (const { lines } of batches) {
      const fresh = lines.flatMap((line) => (position.take(line) ? { line, mark: String(position) } : []));
      if (fresh.length === 0) continue;
      if (!hasRead) await this.#tell('following', null);
      hasRead = true;
      await this.#parts.take(fresh);
    }
    if (!signal.aborted) await this.#tell('ended', 'The container does not run.');
    return hasRead;
  }

  async #tell(state: LogState['state'], reason: string | null): Promise<void> {
    if (this.#state === state) return;
    this.#state = state;
    await this.#parts.tell(state, reason);
  }
}
