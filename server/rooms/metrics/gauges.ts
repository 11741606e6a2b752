import type { Container } from '../../../contract/index.ts';
import type { Bus } from '../../bus/index.ts';
import type { Clock } from '../../clock/index.ts';
import type { Engine, StatsSample } from '../../engine/index.ts';
import { ChrontainerError } from '../../errors/index.ts';
import type { Viewer } from './gauge.ts';
import { Gauge } from './gauge.ts';

/** A page that is left and opened again, or scrolled away and back, finds its stream and what it had shown. */
const lingerMs = 5000;

/** What is needed of the hosts. */
export interface Fleet {
  byName(hostId: number, name: string): Container | undefined;
  engine(hostId: number): Engine;
}

interface Parts {
  fleet: Fleet;
  bus: Bus;
  clock: Clock;
}

interface Open {
  gauge: Gauge;
  cancelClosing: (() => void) | null;
}

/**
 * The gauges that are open: one for each container that somebody watches, and none when nobody does. A container is
 * known by its name, so that it is still the same after it was made anew.
 */
export class Gauges {
  readonly #parts: Parts;
  readonly #open = new Map<string, Open>();
  readonly #stop: () => void;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#stop = parts.bus.on('container.changed', ({ hostId, name }) => {
      this.#open.get(keyOf(hostId, name))?.gauge.noteChange();
    });
  }

  /** How many streams are open, or would be if their containers ran. */
  get size(): number {
    return this.#open.size;
  }

  /** Tells the viewer each reading until the returned function is called. */
  watch(hostId: number, name: string, viewer: Viewer): () => void {
    const key = keyOf(hostId, name);
    const open = this.#open.get(key) ?? this.#openGauge(key, hostId, name);
    open.cancelClosing?.();
    open.cancelClosing = null;
    open.gauge.add(viewer);
    return () => {
      open.gauge.remove(viewer);
      if (!open.gauge.isWatched) this.#closeLater(key, open);
    };
  }

  /** What is kept of a container; empty while nobody watches it. */
  samples(hostId: number, name: string): readonly StatsSample[] {
    return this.#open.get(keyOf(hostId, name))?.gauge.samples ?? [];
  }

  close(): void {
    this.#stop();
    for (const { gauge, cancelClosing } of this.#open.values()) {
      cancelClosing?.();
      gauge.close();
    }
    this.#open.clear();
  }

  #openGauge(key: string, hostId: number, name: string): Open {
    const gauge = new Gauge({ clock: this.#parts.clock, find: () => this.#find(hostId, name) });
    const open = { gauge, cancelClosing: null };
    this.#open.set(key, open);
    return open;
  }

  #closeLater(key: string, open: Open): void {
    open.cancelClosing?.();
    open.cancelClosing = this.#parts.clock.after(lingerMs, () => {
      open.gauge.close();
      if (this.#open.get(key) === open) this.#open.delete(key);
    });
  }

  #find(hostId: number, name: string): { engine: Engine; id: string } | { reason: string } {
    const container = this.#parts.fleet.byName(hostId, name);
    if (!container) return { reason: 'There is no such container.' };
    if (container.stale) return { reason: 'The host cannot be reached.' };
    if (container.state !== 'running' && container.state !== 'paused') return { reason: 'The container does not run.' };
    try {
      return { engine: this.#parts.fleet.engine(hostId), id: container.id };
    } catch (error) {
      if (error instanceof ChrontainerError) return { reason: error.message };
      throw error;
    }
  }
}

/** No engine allows a slash in a name. */
const keyOf = (hostId: number, name: string): string => `${hostId}/${name}`;
