import type { Clock } from '../../clock/index.ts';
import type { Logger } from '../../log/index.ts';
import type { HostRow, HostStore } from './store.ts';

/** Signs of life are written together: after a start fifty hosts would mean fifty waits for the disk. */
const gatherMs = 1000;

/** Writes down when hosts were seen last, a while after that changed. */
export class LastSeen {
  readonly #parts: { store: HostStore; clock: Clock; log: Logger };
  readonly #unsaved = new Map<number, number>();
  #cancel: (() => void) | null = null;
  #saving: Promise<void> = Promise.resolve();

  constructor(parts: { store: HostStore; clock: Clock; log: Logger }) {
    this.#parts = parts;
  }

  /** Takes it into the row at once. */
  note(row: HostRow, lastSeenAt: number | null): void {
    if (lastSeenAt === null || lastSeenAt === row.last_seen_at) return;
    row.last_seen_at = lastSeenAt;
    this.#unsaved.set(row.id, lastSeenAt);
    this.#cancel ??= this.#parts.clock.after(gatherMs, () => void this.save());
  }

  /** Resolves when all that was noted is written. */
  save(): Promise<void> {
    this.#cancel?.();
    this.#cancel = null;
    const seen = [...this.#unsaved];
    this.#unsaved.clear();
    const { store, log } = this.#parts;
    const write = async () => (seen.length === 0 ? undefined : store.saveLastSeen(seen));
    this.#saving = this.#saving.then(write).catch((error: unknown) => {
      log.error({ error }, 'When the hosts were seen last could not be saved');
    });
    return this.#saving;
  }
}
