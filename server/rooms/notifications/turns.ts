import type { Clock } from '../../clock/index.ts';

/** The longest that a queue is not looked at, milliseconds: also after a fault. */
const idleMs = 60_000;
/** What is due in an instant waits for others that are as well. */
const shortestMs = 100;

interface Parts {
  clock: Clock;
  /** One look at the queue; answers when the next thing in it is due, and null where nothing is. */
  work(): Promise<number | null>;
  onFault(error: unknown): void;
}

/** Looks at a queue when something was put into it and when something in it is due, and never twice at a time. */
export class Turns {
  readonly #parts: Parts;
  #last: Promise<void> = Promise.resolve();
  #isRunning = false;
  #isAskedAgain = false;
  #cancel: (() => void) | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  get isRunning(): boolean {
    return this.#isRunning;
  }

  start(): void {
    this.#isRunning = true;
    this.wake();
  }

  /** Begins no more; resolves when the last look is over. */
  async stop(): Promise<void> {
    this.#isRunning = false;
    this.#cancel?.();
    await this.#last;
  }

  /** Something was queued, or can go on: however many say so during a look, one more follows. */
  wake(): void {
    if (!this.#isRunning) return;
    this.#isAskedAgain = true;
    this.#cancel?.();
    this.#last = this.#last.then(() => this.#look());
  }

  async #look(): Promise<void> {
    if (!this.#isRunning || !this.#isAskedAgain) return;
    this.#isAskedAgain = false;
    try {
      this.#wakeAt(await this.#parts.work());
    } catch (error) {
      this.#parts.onFault(error);
      this.#wakeAt(null);
    }
  }

  #wakeAt(dueAt: number | null): void {
    const { clock } = this.#parts;
    const leftMs = dueAt === null ? idleMs : dueAt - clock.now();
    if (!this.#isRunning) return;
    this.#cancel?.();
    this.#cancel = clock.after(Math.min(idleMs, Math.max(shortestMs, leftMs)), () => this.wake());
  }
}
