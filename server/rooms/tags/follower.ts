import type { Actor, Container } from '../../../contract/index.ts';
import type { Bus, Facts } from '../../bus/index.ts';
import type { Clock } from '../../clock/index.ts';
import type { Logger } from '../../log/index.ts';
import type { Tags } from './tags.ts';

interface Parts {
  bus: Bus;
  clock: Clock;
  log: Logger;
  tags: Pick<Tags, 'move'>;
  /** The container of exactly that name. */
  byName(hostId: number, name: string): Container | undefined;
  /** Has schedules that name the container name it anew. */
  renameTargets(of: { hostId: number; from: string; to: string }, actor: Actor): Promise<void>;
}

/**
 * How long a name stays free before its container counts as renamed: what re-creates a container gives the old one
 * another name first, and the old name to the new one within seconds.
 */
export const settleMs = 10_000;

const program: Actor = { kind: 'system', id: null, name: 'Chrontainer', address: null };

/** Lets tags, addresses, notes and schedules go along with a container that was renamed. */
export class Follower {
  readonly #parts: Parts;
  readonly #waiting = new Set<() => void>();
  readonly #stopListening: () => void;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#stopListening = parts.bus.on('container.renamed', (renamed) => this.#await(renamed));
  }

  /** What has not settled yet stays with the old name. */
  stop(): void {
    this.#stopListening();
    for (const cancel of this.#waiting) cancel();
  }

  #await(renamed: Facts['container.renamed']): void {
    const cancel = this.#parts.clock.after(settleMs, () => {
      this.#waiting.delete(cancel);
      this.#follow(renamed).catch((error: unknown) =>
        this.#parts.log.error({ ...renamed, error }, 'What belongs to a renamed container could not follow it'),
      );
    });
    this.#waiting.add(cancel);
  }

  async #follow({ hostId, id, from, to }: Facts['container.renamed']): Promise<void> {
    const { byName, tags, renameTargets } = this.#parts;
    const isTaken = byName(hostId, from) !== undefined;
    if (isTaken || byName(hostId, to)?.id !== id) return;
    await tags.move({ hostId, container: from }, { hostId, container: to }, program);
    await renameTargets({ hostId, from, to }, program);
  }
}
