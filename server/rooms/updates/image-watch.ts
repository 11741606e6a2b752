import type { Container } from '../../../contract/index.ts';
import type { Bus } from '../../bus/index.ts';
import type { Clock } from '../../clock/index.ts';
import { EngineError } from '../../engine/index.ts';
import { ChrontainerError } from '../../errors/index.ts';
import type { Logger } from '../../log/index.ts';
import type { Hosts } from '../hosts/index.ts';
import type { UpdateBook } from './book.ts';

interface Parts {
  bus: Bus;
  clock: Clock;
  log: Logger;
  fleet: Pick<Hosts, 'engine' | 'has'>;
  book: UpdateBook;
  /** What a host has is known anew. */
  onRead(hostId: number): void;
}

/** After a connection there is more urgent work. */
const settleMs = 3_000;

/** Knows what hosts have of images: asks each after it was connected to, and when a container has one that is unknown. */
export class ImageWatch {
  readonly #parts: Parts;
  readonly #planned = new Map<number, () => void>();
  /** Images that a host was asked for in vain: it is not asked for them again and again. */
  readonly #missing = new Set<string>();
  readonly #stops: (() => void)[];
  #isStopped = false;

  constructor(parts: Parts) {
    this.#parts = parts;
    const { bus, book } = parts;
    this.#stops = [
      bus.on('host.synced', ({ hostId }) => this.#plan(hostId)),
      bus.on('container.changed', (container) => this.#see(container)),
      bus.on('host.removed', ({ id }) => book.images.forget(id)),
    ];
  }

  stop(): void {
    this.#isStopped = true;
    for (const stop of this.#stops) stop();
    for (const cancel of this.#planned.values()) cancel();
  }

  /** Asks now. What a host does not tell stays as it was. */
  async read(hostId: number): Promise<void> {
    const { fleet, book, log, onRead } = this.#parts;
    this.#planned.get(hostId)?.();
    this.#planned.delete(hostId);
    try {
      const images = await fleet.engine(hostId).stock.images();
      if (this.#isStopped || !fleet.has(hostId)) return;
      book.images.put(hostId, images);
      onRead(hostId);
    } catch (error) {
      if (!(error instanceof EngineError || error instanceof ChrontainerError)) throw error;
      log.debug({ hostId, error }, 'a host did not tell what images it has');
    }
  }

  #see(container: Container): void {
    const { images } = this.#parts.book;
    const { hostId, imageId } = container;
    if (container.stale || !images.hasAsked(hostId) || images.has(container)) return;
    const key = `${hostId} ${imageId}`;
    if (this.#missing.has(key)) return;
    this.#missing.add(key);
    this.#plan(hostId);
  }

  #plan(hostId: number): void {
    if (this.#isStopped || this.#planned.has(hostId)) return;
    const cancel = this.#parts.clock.after(settleMs, () => {
      this.read(hostId).catch((error: unknown) => {
        this.#parts.log.error({ error, hostId }, 'the images of a host could not be read');
      });
    });
    this.#planned.set(hostId, cancel);
  }
}
