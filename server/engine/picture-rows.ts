import { isDeepStrictEqual } from 'node:util';
import type { Container } from '../../contract/index.ts';
import type { Bus } from '../bus/index.ts';
import { ChrontainerError } from '../errors/index.ts';

/** Writes into a row what is not the engine's to say: in place, since a start brings ten thousand rows at once. */
export type Complete = (row: Container) => void;

/** The rows of one host's picture: found by name or ID, and told on the bus when they change. */
export class PictureRows {
  readonly #bus: Bus;
  readonly #complete: Complete;
  readonly #byId = new Map<string, Container>();
  readonly #idByName = new Map<string, string>();
  /** Sorted by name; null when it has to be sorted again. */
  #sorted: Container[] | null = null;

  constructor(bus: Bus, complete: Complete) {
    this.#bus = bus;
    this.#complete = complete;
  }

  /** All rows by name. Whoever keeps them copies them: a row that is replaced is replaced in here. */
  all(): readonly Container[] {
    this.#sorted ??= [...this.#byId.values()].sort((a, b) => compare(a.name, b.name) || compare(a.id, b.id));
    return this.#sorted;
  }

  /** How many there are, and how many of them run. */
  count(): { total: number; running: number } {
    let running = 0;
    for (const { state } of this.#byId.values()) if (state === 'running') running += 1;
    return { total: this.#byId.size, running };
  }

  byId(id: string): Container | undefined {
    return this.#byId.get(id);
  }

  byName(name: string): Container | undefined {
    const id = this.#idByName.get(name);
    return id === undefined ? undefined : this.#byId.get(id);
  }

  /**
   * By exact name, whole ID, or the beginning of one, four digits at least.
   * @throws ChrontainerError CHR_AMBIGUOUS when several IDs begin so
   */
  find(nameOrId: string): Container | undefined {
    const exact = this.byName(nameOrId) ?? this.#byId.get(nameOrId);
    if (exact || !/^[0-9a-f]{4,63}$/.test(nameOrId)) return exact;
    const [first, second] = this.all().filter((row) => row.id.startsWith(nameOrId));
    if (!second) return first;
    throw new ChrontainerError('CHR_AMBIGUOUS', `The IDs of several containers begin with ${nameOrId}. Use the name.`);
  }

  /** Takes a container's present row, which is this object's from now on. */
  put(after: Container): void {
    const before = this.#byId.get(after.id);
    this.#complete(after);
    this.#byId.set(after.id, after);
    if (before && before.name !== after.name) this.#forgetName(before);
    this.#idByName.set(after.name, after.id);
    // Closer looks come in one by one, and change no name: a page between two of them need not sort again.
    if (this.#sorted && before?.name === after.name) this.#sorted[this.#sorted.indexOf(before)] = after;
    else this.#sorted = null;
    if (!before || hasChanged(before, after)) this.#bus.emit('container.changed', after);
    if (before && before.name !== after.name) {
      this.#bus.emit('container.renamed', { hostId: after.hostId, id: after.id, from: before.name, to: after.name });
    }
  }

  remove(id: string): void {
    const row = this.#byId.get(id);
    if (!row) return;
    this.#byId.delete(id);
    this.#forgetName(row);
    this.#sorted = null;
    const { hostId, name, stack, tags } = row;
    this.#bus.emit('container.removed', { hostId, id, name, stack, tags });
  }

  /** Something is known anew that the engine does not say; of the container of that name, or of all. */
  relearn(name?: string): void {
    const named = name === undefined ? undefined : this.byName(name);
    const rows = name === undefined ? [...this.#byId.values()] : [];
    for (const row of named ? [named] : rows) this.put({ ...row });
  }

  /** What is shown from now on is the last that was known. */
  markStale(): void {
    for (const row of [...this.#byId.values()]) this.put({ ...row, stale: true });
  }

  /** What is shown is what is. */
  markFresh(): void {
    for (const row of [...this.#byId.values()]) this.put({ ...row, stale: false });
  }

  /** A container that took over the name keeps it. */
  #forgetName(row: Container): void {
    if (this.#idByName.get(row.name) === row.id) this.#idByName.delete(row.name);
  }
}

/** By code units: fast, and the same everywhere. */
const compare = (a: string, b: string): number => {
  if (a === b) return 0;
  return a < b ? -1 : 1;
};

/** The words for the state tell how long it lasts: that alone is no change. */
const hasChanged = (a: Container, b: Container): boolean =>
  !isDeepStrictEqual({ ...a, status: '' }, { ...b, status: '' });
