/** What everybody waits for takes less, or something is ill: the others do not wait for that. */
const mostAheadMs = 2000;

/**
 * Lets what is not urgent begin one by one, each in a turn of the event loop of its own, first come first served: ten
 * thousand containers that want a closer look leave room between any two for a page, an event or a list.
 */
export class Peace {
  readonly #waiting: (() => void)[] = [];
  #ahead = 0;
  #isPlanned = false;

  /** Resolves when it is one's turn. */
  turn(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#plan();
    });
  }

  /** Nobody's turn comes before `work` is done, or has taken two seconds. Real time, as with deadlines. */
  async letFirst(work: Promise<void>): Promise<void> {
    const limit = Promise.withResolvers<void>();
    const timer = setTimeout(limit.resolve, mostAheadMs);
    this.#ahead += 1;
    await Promise.race([work, limit.promise]);
    clearTimeout(timer);
    this.#ahead -= 1;
    this.#plan();
  }

  #plan(): void {
    if (this.#isPlanned || this.#ahead > 0 || this.#waiting.length === 0) return;
    this.#isPlanned = true;
    setImmediate(this.#next);
  }

  readonly #next = (): void => {
    this.#isPlanned = false;
    if (this.#ahead === 0) this.#waiting.shift()?.();
    this.#plan();
  };
}
