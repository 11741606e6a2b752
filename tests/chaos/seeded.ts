/** Numbers that look random and are the same for the same seed (mulberry32, 32 bits of state). */
export class Seeded {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** In [low, high). */
  between(low: number, high: number): number {
    return low + (high - low) * this.#next();
  }

  /** True so often of a hundred. */
  chance(percent: number): boolean {
    return this.#next() * 100 < percent;
  }

  shuffled<T>(items: readonly T[]): T[] {
    return items
      .map((item) => ({ item, key: this.#next() }))
      .sort((a, b) => a.key - b.key)
      .map(({ item }) => item);
  }

  #next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
}

/** Deals cards in random order, and shuffles anew when the last one is dealt: each comes equally often. */
export class Deck<T> {
  #cards: readonly T[];
  #left: T[] = [];
  #random: Seeded;
  /** How often it was dealt to the end. */
  rounds = 0;

  constructor(cards: readonly T[], random: Seeded) {
    this.#cards = cards;
    this.#random = random;
  }

  deal(): T {
    if (this.#left.length === 0) this.#left = this.#random.shuffled(this.#cards);
    const [card, ...left] = this.#left;
    if (card === undefined) throw new Error('There is no card to deal');
    this.#left = left;
    if (left.length === 0) this.rounds += 1;
    return card;
  }
}
