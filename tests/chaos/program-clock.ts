import type { SettableClock } from '../../lab/settable-clock.ts';

/** Two processes' clocks are read one after the other. */
const slackMs = 250;

/** The wall clock that the program sees, with the memory of how it was set, so that its instants can be told in ours. */
export class ProgramClock {
  readonly #clock: SettableClock;
  readonly #periods: { from: number; offsetMs: number }[] = [{ from: 0, offsetMs: 0 }];

  constructor(clock: SettableClock) {
    this.#clock = clock;
  }

  get offsetMs(): number {
    return this.#periods.at(-1)?.offsetMs ?? 0;
  }

  /** Sets the clock ahead or back by so much. */
  step(byMs: number): void {
    const offsetMs = this.offsetMs + byMs;
    this.#periods.push({ from: Date.now(), offsetMs });
    this.#clock.set(offsetMs / 1000);
  }

  /** What the program's clock shows now. */
  now(): number {
    return Date.now() + this.offsetMs;
  }

  /** The real instants at which the program's clock showed this one. */
  real(shownMs: number): number[] {
    return this.#periods.flatMap(({ from, offsetMs }, i) => {
      const to = this.#periods[i + 1]?.from ?? Number.POSITIVE_INFINITY;
      const at = shownMs - offsetMs;
      return at >= from - slackMs && at <= to + slackMs ? [at] : [];
    });
  }
}
