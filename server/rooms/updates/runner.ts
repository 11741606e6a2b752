import type { Clock } from '../../clock/index.ts';

interface Parts {
  clock: Clock;
  /** Asks for one image; true: it has to be asked for once more before it counts. */
  check(name: string): Promise<boolean>;
  /** Between the two answers that make an update. */
  confirmAfterMs: number;
  signal: AbortSignal;
}

/** So many images are asked for at once; each registry has a smaller limit of its own. */
const mostAtOnce = 12;

/** Asks for images, each once however many want to know at the same time, and once more where something is new. */
export class Runner {
  readonly #parts: Parts;
  readonly #underWay = new Map<string, Promise<boolean>>();
  readonly #waiting: (() => void)[] = [];
  #active = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** @param onDone called for each image when there is nothing more to wait for */
  async run(names: readonly string[], onDone: (name: string) => void = () => undefined): Promise<void> {
    const unsure: string[] = [];
    await Promise.all(
      names.map(async (name) => {
        if (await this.#once(name)) unsure.push(name);
        else onDone(name);
      }),
    );
    if (unsure.length === 0 || this.#parts.signal.aborted) return;
    await this.#pause();
    await Promise.all(unsure.map((name) => this.#once(name).then(() => onDone(name))));
  }

  async #pause(): Promise<void> {
    const { clock, confirmAfterMs, signal } = this.#parts;
    try {
      await clock.sleep(confirmAfterMs, signal);
    } catch (error) {
      // The program ends; anything else is a fault.
      if (!signal.aborted) throw error;
    }
  }

  #once(name: string): Promise<boolean> {
    const known = this.#underWay.get(name);
    if (known) return known;
    const asking = this.#inTurn(() => this.#parts.check(name)).finally(() => this.#underWay.delete(name));
    this.#underWay.set(name, asking);
    return asking;
  }

  async #inTurn(work: () => Promise<boolean>): Promise<boolean> {
    if (this.#active >= mostAtOnce) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#active += 1;
    try {
      return this.#parts.signal.aborted ? false : await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#active -= 1;
    }
  }
}
