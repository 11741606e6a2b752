import { untrack } from 'svelte';
import type { Page } from '../../contract/common.ts';

/** A list that is read page by page, newest first, while new items may come on top. */
export class PagedList<T extends { id: string | number }> {
  items = $state.raw<T[]>([]);
  nextCursor = $state<string | null>(null);
  state = $state<'loading' | 'ready' | 'failed'>('loading');
  error = $state.raw<unknown>(null);
  readonly #fetchPage: (cursor: string | null, signal: AbortSignal) => Promise<Page<T>>;
  #abort = new AbortController();

  constructor(fetchPage: (cursor: string | null, signal: AbortSignal) => Promise<Page<T>>) {
    this.#fetchPage = fetchPage;
  }

  /**
   * Starts again from the top; an answer to an older question is dropped.
   * An effect that calls it depends on none of what is read here, or each answer would ask again.
   */
  load(): Promise<void> {
    return untrack(() => {
      this.#abort.abort();
      this.#abort = new AbortController();
      if (this.items.length === 0) this.state = 'loading';
      return this.#read(null, this.#abort.signal, []);
    });
  }

  /** Fetches the top again, without a flicker; what was read below it stays where the two meet. */
  async refresh(): Promise<void> {
    const { signal } = this.#abort;
    try {
      const page = await this.#fetchPage(null, signal);
      if (signal.aborted) return;
      const last = page.items.at(-1)?.id;
      const meeting = this.items.findIndex(({ id }) => id === last);
      const below = meeting < 0 || page.nextCursor === null ? [] : this.items.slice(meeting + 1);
      this.items = [...page.items, ...below];
      if (below.length === 0) this.nextCursor = page.nextCursor;
      this.state = 'ready';
    } catch (error) {
      if (signal.aborted) return;
      this.error = error;
    }
  }

  async more(): Promise<void> {
    if (this.nextCursor === null) return;
    await this.#read(this.nextCursor, this.#abort.signal, this.items);
  }

  /** Replaces the item of the same ID, or puts a new one on top when it belongs to the list. */
  put(item: T, belongs: boolean): void {
    const index = this.items.findIndex((one) => one.id === item.id);
    if (index >= 0) this.items = this.items.with(index, item);
    else if (belongs && this.state === 'ready') this.items = [item, ...this.items];
  }

  async #read(cursor: string | null, signal: AbortSignal, before: T[]): Promise<void> {
    try {
      const page = await this.#fetchPage(cursor, signal);
      if (signal.aborted) return;
      const known = new Set(before.map((item) => item.id));
      this.items = [...before, ...page.items.filter((item) => !known.has(item.id))];
      this.nextCursor = page.nextCursor;
      this.error = null;
      this.state = 'ready';
    } catch (error) {
      if (signal.aborted) return;
      this.error = error;
      this.state = 'failed';
    }
  }
}
