/**
 * Lets what is not urgent begin one by one, each in a turn of the event loop of its own, first come first served: ten
 * thousand containers that want a closer look leave room between any two for a page, an event or a list.
 */
export class Peace {
  readonly #waiting: (() => void)[] = [];

  /** Resolves when it is one's turn. */
  turn(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      if (this.#waiting.length === 1) setImmediate(this.#next);
    });
  }

  readonly #next = (): void => {
    this.#waiting.shift()?.();
    if (this.#waiting.length > 0) setImmediate(this.#next);
  };
}
