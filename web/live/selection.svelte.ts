import { SvelteSet } from 'svelte/reactivity';

/** Which rows are chosen. A range is from the row chosen last to the one clicked with Shift. */
export class Selection<Key> {
  readonly keys = new SvelteSet<Key>();
  #last: Key | null = null;

  toggle(key: Key, isRange: boolean, order: Key[]): void {
    const isChosen = !this.keys.has(key);
    const range = isRange && this.#last !== null ? between(order, this.#last, key) : [key];
    for (const one of range) {
      if (isChosen) this.keys.add(one);
      else this.keys.delete(one);
    }
    this.#last = key;
  }

  setAll(keys: Key[], isChosen: boolean): void {
    for (const key of keys) {
      if (isChosen) this.keys.add(key);
      else this.keys.delete(key);
    }
  }

  clear(): void {
    this.keys.clear();
    this.#last = null;
  }
}

function between<Key>(order: Key[], a: Key, b: Key): Key[] {
  const [from = 0, to = 0] = [order.indexOf(a), order.indexOf(b)].sort((x, y) => x - y);
  return from === -1 ? [b] : order.slice(from, to + 1);
}
