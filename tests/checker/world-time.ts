interface Timer {
  dueMs: number;
  callback: () => void;
}

/** More timers than that in one go mean that the program spins. */
const mostTimers = 100_000;
/** Turns of the event loop without any doing after which everything waits for time to pass. */
const quietTurns = 2;

/** The time of a world that outlives the program: its wall clock can be set, its timers belong to whoever asked. */
export class WorldTime {
  #nowMs: number;
  #monotonicMs = 0;
  #asleepMs = 0;
  #latestMs: number;
  #timers = new Set<Timer>();
  #doings = 0;

  constructor(startMs: number) {
    this.#nowMs = startMs;
    this.#latestMs = startMs;
  }

  now = (): number => this.#nowMs;
  monotonic = (): number => this.#monotonicMs;
  sinceBoot = (): number => this.#monotonicMs + this.#asleepMs;

  /** The latest instant that the wall clock has ever shown. */
  get latestMs(): number {
    return this.#latestMs;
  }

  /** To be called whenever something is done that others may react to. */
  stir(): void {
    this.#doings += 1;
  }

  after = (delayMs: number, callback: () => void): (() => void) => {
    // In whole milliseconds and at least one, as Node's timers: time moves on whatever is asked for.
    const timer = { dueMs: this.#monotonicMs + Math.max(1, Math.trunc(delayMs)), callback };
    this.stir();
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  };

  /** Lets time pass, timer by timer, each with all that it sets off, until `isCut` says otherwise. */
  async pass(byMs: number, isCut: () => boolean): Promise<void> {
    const endMs = this.#monotonicMs + byMs;
    await this.settle();
    for (let fired = 0; !isCut(); fired++) {
      if (fired > mostTimers) throw new Error(`the program spins: ${fired} timers in ${byMs} ms`);
      const next = this.#next(endMs);
      if (!next) break;
      this.#timers.delete(next);
      this.#move(next.dueMs - this.#monotonicMs);
      next.callback();
      await this.settle();
    }
    if (!isCut()) this.#move(endMs - this.#monotonicMs);
  }

  /** Resolves when nothing goes on any more without time passing. */
  async settle(): Promise<void> {
    let seen = -1;
    for (let quiet = 0; quiet < quietTurns; quiet++) {
      await new Promise<void>((resolve) => setImmediate(resolve));
      if (seen !== this.#doings) quiet = 0;
      seen = this.#doings;
    }
  }

  /** Sets the wall clock; no timer fires for it. */
  step(toMs: number): void {
    this.#nowMs = toMs;
    this.#latestMs = Math.max(this.#latestMs, toMs);
  }

  /** The machine sleeps: the wall clock goes on, timers do not. */
  suspend(forMs: number): void {
    this.#asleepMs += forMs;
    this.step(this.#nowMs + forMs);
  }

  #next(endMs: number): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of this.#timers) if (timer.dueMs <= (first ? first.dueMs - 1 : endMs)) first = timer;
    return first;
  }

  #move(byMs: number): void {
    this.#monotonicMs += byMs;
    this.step(this.#nowMs + byMs);
  }
}
