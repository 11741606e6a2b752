import type { Clock } from '../../clock/index.ts';
import { EngineError } from '../../engine/index.ts';
import type { Logger } from '../../log/index.ts';
import type { Turnstile } from '../actions/index.ts';
import { findKind, Interruption, unfinished } from '../actions/index.ts';
import type { Fleet } from './fleet.ts';
import type { History, OutlivedAttempt } from './history.ts';
import type { Ledger } from './ledger.ts';
import type { TargetRecord } from './run.ts';

/** A call that an engine was still at when its step's time was over, and the turn that it keeps. */
export interface Outlived extends OutlivedAttempt {
  calls: readonly Promise<unknown>[];
  leave: () => void;
}

interface Parts {
  fleet: Fleet;
  ledger: Ledger;
  history: History;
  turnstile: Turnstile;
  clock: Clock;
  log: Logger;
}

/**
 * Keeps a container from other actions while its engine is at a call that outlived its step. That such a call is under
 * way stands in the journal, so that it keeps the container also when the program is started anew meanwhile.
 */
export class OutlivedCalls {
  readonly #parts: Parts;
  readonly #kept = new Map<TargetRecord, Outlived>();
  readonly #ending = new AbortController();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** The target's step is ending without its call. */
  keep(target: TargetRecord, outlived: Outlived): void {
    this.#kept.set(target, outlived);
  }

  /** The journal has the target's end: from now on the call may end, too. */
  settled(target: TargetRecord): void {
    const outlived = this.#kept.get(target);
    this.#kept.delete(target);
    if (outlived) void this.#untilOver(outlived, target);
  }

  /** Takes the turns for the calls of an earlier life. To be called before any run goes on. */
  async recover(): Promise<void> {
    for (const attempt of await this.#parts.history.outlived()) {
      const { hostId, container } = attempt;
      const turn = hostId === null ? null : this.#parts.turnstile.enter(hostId, container ?? '', this.#ending.signal);
      // Nobody comes before: it is this one's turn at once. But the program may end first.
      turn?.then(
        (leave) => this.#untilOver({ ...attempt, calls: [], leave }, null),
        () => undefined,
      );
    }
  }

  /** The program ends: what is left is looked at by the next start. */
  close(): void {
    this.#ending.abort(new Interruption('shutdown', 'the program is stopping'));
  }

  async #untilOver(outlived: Outlived, target: TargetRecord | null): Promise<void> {
    const { clock, ledger, log } = this.#parts;
    const sinceMs = clock.monotonic();
    try {
      const words = await this.#endOf(outlived, target === null);
      if (this.#ending.signal.aborted) return;
      const ms = clock.monotonic() - sinceMs;
      const note = target === null ? ' (seen after a restart of Chrontainer)' : '';
      const message = `${unfinished(outlived.step)}; it was over ${(ms / 1000).toFixed(1)} s later${words}${note}`;
      await ledger.closeOutlived(outlived, message, clock.now());
      if (target) target.message = message;
    } catch (error) {
      if (error instanceof Interruption || this.#ending.signal.aborted) return;
      log.error({ error, runId: outlived.runId }, 'the end of a call that outlived its step was not seen');
    }
    outlived.leave();
  }

  /** The engine's answer tells; where there is none, what is seen of the container. */
  async #endOf({ calls, step, hostId, note }: Outlived, isUnanswered: boolean): Promise<string> {
    const answers = await Promise.allSettled(calls);
    const failures = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason as unknown] : []));
    const isLost = isUnanswered || failures.some((error) => error instanceof EngineError && error.mayHaveHappened);
    const [failure] = failures;
    if (!isLost) return failure instanceof Error ? `: ${failure.message}` : '';
    const { fleet, clock } = this.#parts;
    const looking = { step, clock, signal: this.#ending.signal, engine: () => fleet.engine(hostId ?? 0) };
    const seen = await findKind(step.action)?.outlast?.(looking, note);
    return seen === undefined ? '' : `: ${seen}`;
  }
}
