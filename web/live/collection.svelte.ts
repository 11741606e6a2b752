import { SvelteMap } from 'svelte/reactivity';
import type { Page } from '../../contract/common.ts';

export type LoadState = 'idle' | 'loading' | 'ready' | 'failed';

/** What happens while a fetch is under way. */
interface Meanwhile<K> {
  changed: Set<K>;
  amendments: (() => void)[];
}

/**
 * What the server holds of one kind, kept current by events. A list that was asked for before an event came
 * never overwrites what the event said.
 */
export class Collection<K, T> {
  readonly items = new SvelteMap<K, T>();
  state = $state<LoadState>('idle');
  error = $state.raw<unknown>(null);
  /** True when the server holds more than was fetched. */
  isPartial = $state(false);
  readonly #keyOf: (item: T) => K;
  readonly #fetchPage: (cursor: string | null) => Promise<Page<T>>;
  readonly #maxPages: number;
  #meanwhile: Meanwhile<K> | null = null;
  #again = false;

  constructor(
    keyOf: (item: T) => K,
    fetchPage: (cursor: string | null) => Promise<Page<T>>,
    options: { maxPages?: number } = {},
  ) {
    this.#keyOf = keyOf;
    this.#fetchPage = fetchPage;
    this.#maxPages = options.maxPages ?? 50;
  }

  get isReady(): boolean {
    return this.state === 'ready' || this.items.size > 0;
  }

  /** Fetches everything; a call during a fetch makes it run once more. */
  async load(): Promise<void> {
    if (this.#meanwhile) {
      this.#again = true;
      return;
    }
    const meanwhile: Meanwhile<K> = { changed: new Set(), amendments: [] };
    this.#meanwhile = meanwhile;
    if (this.state !== 'ready') this.state = 'loading';
    try {
      this.#replace(await this.#fetchAll(), meanwhile.changed);
      for (const amend of meanwhile.amendments) amend();
      this.error = null;
      this.state = 'ready';
    } catch (error) {
      this.error = error;
      this.state = 'failed';
    } finally {
      this.#meanwhile = null;
    }
    if (!this.#again) return;
    this.#again = false;
    await this.load();
  }

  put(item: T): void {
    const key = this.#keyOf(item);
    this.#meanwhile?.changed.add(key);
    this.items.set(key, item);
  }

  /** Changes a part of an item that is known. Unlike after `put`, a list that comes in may still replace the rest. */
  amend(key: K, change: (item: T) => T): void {
    const amend = () => {
      const item = this.items.get(key);
      if (item !== undefined) this.items.set(key, change(item));
    };
    this.#meanwhile?.amendments.push(amend);
    amend();
  }

  drop(key: K): void {
    this.#meanwhile?.changed.add(key);
    this.items.delete(key);
  }

  clear(): void {
    this.items.clear();
    this.state = 'idle';
  }

  async #fetchAll(): Promise<T[]> {
    const all: T[] = [];
    let cursor: string | null = null;
    for (let page = 0; page < this.#maxPages; page += 1) {
      const answer: Page<T> = await this.#fetchPage(cursor);
      all.push(...answer.items);
      cursor = answer.nextCursor;
      if (cursor === null) break;
    }
    this.isPartial = cursor !== null;
    return all;
  }

  #replace(fetched: T[], changed: Set<K>): void {
    const keys = new Set(fetched.map(this.#keyOf));
    for (const key of this.items.keys()) {
      if (!keys.has(key) && !changed.has(key)) this.items.delete(key);
    }
    for (const item of fetched) {
      const key = this.#keyOf(item);
      if (!changed.has(key)) this.items.set(key, item);
    }
  }
}
