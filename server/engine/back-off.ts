const firstMs = 500;
const longestMs = 30_000;
/** On this machine a vain try costs nothing, and an engine is back in seconds after an update. */
const longestLocalMs = 5000;

/** How long to wait before the next try to reach an engine: doubling, with jitter so that many hosts do not try at once. */
export class BackOff {
  readonly #longestMs: number;
  readonly #random: () => number;
  #tries = 0;

  constructor(isLocal: boolean, random: () => number = Math.random) {
    this.#longestMs = isLocal ? longestLocalMs : longestMs;
    this.#random = random;
  }

  /** Between half and all of the step, in milliseconds. */
  next(): number {
    const stepMs = Math.min(this.#longestMs, firstMs * 2 ** this.#tries);
    this.#tries = Math.min(this.#tries + 1, 10);
    return stepMs * (0.5 + this.#random() / 2);
  }

  reset(): void {
    this.#tries = 0;
  }
}
