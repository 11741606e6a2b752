import type { Interruption } from '../actions/index.ts';
import type { Execution } from './executor.ts';
import type { OpenRun } from './history.ts';
import type { AttemptRecord, RunRecord, TargetRecord } from './run.ts';
import { isFinal } from './run.ts';
import type { Settlement } from './settlement.ts';

/** A run that is not over, with the means to break it off and to wait for its end. */
export class LiveRun implements OpenRun {
  readonly record: RunRecord;
  readonly targets: TargetRecord[];
  readonly dispatched: AttemptRecord[];
  /** What is written when the run is over: the end of its only target. */
  last: Settlement | null = null;
  /** Resolves when the run is over, or left to the next start of the program. */
  readonly finished: Promise<void>;
  readonly finish: () => void;
  #controller = new AbortController();
  #shutdown = new AbortController();

  constructor(run: OpenRun) {
    this.record = run.record;
    this.targets = run.targets;
    this.dispatched = run.dispatched;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.finished = promise;
    this.finish = resolve;
  }

  /** Resolves when the run is broken off. */
  get interrupted(): Promise<void> {
    return new Promise((broken) => {
      if (this.signal.aborted) broken();
      this.signal.addEventListener('abort', () => broken(), { once: true });
    });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Whether an attempt of an earlier life has not been looked at yet. */
  hasUnseen(): boolean {
    return this.dispatched.some(({ step, position }) =>
      this.targets.some((target) => target.step === step && target.position === position && !isFinal(target.outcome)),
    );
  }

  interrupt(why: Interruption): void {
    this.#controller.abort(why);
    if (why.why === 'shutdown') this.#shutdown.abort(why);
  }

  /** What the executor needs of it. */
  execution(onChange: () => void): Execution {
    const { record, targets, dispatched, signal } = this;
    const leave = (last: Settlement) => {
      this.last = last;
    };
    return { record, targets, dispatched, signal, shutdown: this.#shutdown.signal, onChange, leave };
  }
}
