import type { Outcome, Step } from '../../../contract/index.ts';
import type { Clock } from '../../clock/index.ts';
import type { Fleet } from './fleet.ts';
import { Interruption } from './interruption.ts';
import type { Ledger } from './ledger.ts';
import type { Performer } from './performer.ts';
import type { AttemptRecord, Ending, RunWithTargets, TargetRecord } from './run.ts';
import { isFinal, worst } from './run.ts';
import { resolveTargets } from './targets.ts';

/** A run in progress: what is known of it, what an earlier life had dispatched, and how to break it off. */
export interface Execution extends RunWithTargets {
  dispatched: readonly AttemptRecord[];
  signal: AbortSignal;
  /** Called after each change that is on the disk. */
  onChange(): void;
}

/** Takes a run through its steps. What is final already is left alone, so a run of an earlier life simply goes on. */
export class Executor {
  #fleet: Fleet;
  #ledger: Ledger;
  #performer: Performer;
  #clock: Clock;

  constructor(parts: { fleet: Fleet; ledger: Ledger; performer: Performer; clock: Clock }) {
    this.#fleet = parts.fleet;
    this.#ledger = parts.ledger;
    this.#performer = parts.performer;
    this.#clock = parts.clock;
  }

  /** @throws Interruption when the program is stopping: the run stays open for the next start. */
  async execute(execution: Execution): Promise<Ending> {
    const { record } = execution;
    const outcomes: Outcome[] = [];
    for (const [index, step] of record.plan.steps.entries()) {
      if (execution.signal.aborted) throw execution.signal.reason;
      const ending = await this.#step(execution, step, index);
      if (ending.outcome === 'skipped' && ending.reason) return ending;
      outcomes.push(ending.outcome);
      const isBad = ending.outcome !== 'succeeded' && ending.outcome !== 'skipped';
      if (isBad && step.onFailure !== 'continue') return ending;
    }
    const outcome = worst(outcomes);
    return { outcome: isFinal(outcome) ? outcome : 'interrupted', message: summary(execution.targets) };
  }

  async #step(execution: Execution, step: Step, index: number): Promise<Ending> {
    const targets = await this.#targets(execution, step, index);
    if (targets.length === 0) return noTarget(execution.record.plan.onNoMatch);
    await Promise.all(targets.filter((t) => !isFinal(t.outcome)).map((t) => this.#target(execution, step, t)));
    const interrupted = targets.find((t) => !isFinal(t.outcome));
    if (interrupted) throw execution.signal.reason;
    const outcome = worst(targets.map((t) => t.outcome));
    return {
      outcome: isFinal(outcome) ? outcome : 'interrupted',
      reason: outcome === 'skipped' ? skipReason(targets) : null,
      message: summary(targets),
    };
  }

  async #targets({ record, targets }: Execution, step: Step, index: number): Promise<TargetRecord[]> {
    const known = targets.filter((t) => t.step === index);
    if (known.length > 0) return known;
    if (step.targets.some((selector) => !('container' in selector))) await this.#fleet.settled();
    const found = resolveTargets(step.targets, this.#fleet.containers()).map(
      ({ hostId, container }, position): TargetRecord => ({
        step: index,
        position,
        hostId,
        container,
        outcome: 'pending',
        message: null,
        attempts: 0,
        startedAt: null,
        finishedAt: null,
      }),
    );
    await this.#ledger.addTargets(record.id, found);
    targets.push(...found);
    return found;
  }

  async #target(execution: Execution, step: Step, target: TargetRecord): Promise<void> {
    const { record, dispatched, signal } = execution;
    const unseen = dispatched.find((a) => a.step === target.step && a.position === target.position);
    target.outcome = 'running';
    target.startedAt ??= this.#clock.now();
    const ending = await this.#endingOf(() => this.#performer.perform(record, step, target, unseen, signal));
    if (!ending) return;
    target.outcome = ending.outcome;
    target.message = ending.message;
    target.finishedAt = this.#clock.now();
    await this.#ledger.settle(record, target, step.action, this.#fleet.get(target.hostId).name);
    execution.onChange();
  }

  /** Null when the program is stopping: the target stays open, and the next start goes on with it. */
  async #endingOf(perform: () => Promise<Ending>): Promise<Ending | null> {
    try {
      return await perform();
    } catch (error) {
      if (!(error instanceof Interruption)) throw error;
      return error.why === 'shutdown' ? null : { outcome: error.why, message: error.message };
    }
  }
}

const noTarget = (onNoMatch: 'fail' | 'skip'): Ending => ({
  outcome: onNoMatch === 'skip' ? 'skipped' : 'failed',
  reason: 'no_target',
  message: 'no container fits the targets of the step',
});

/** Why nothing was done, when all targets were skipped; where the reasons differ the first one speaks. */
const skipReason = (targets: readonly TargetRecord[]): string =>
  targets.some((t) => t.message === 'the host is disabled') ? 'disabled_host' : 'no_target';

/** One sentence for the whole: the only target's, or how many succeeded and what the first other one said. */
const summary = (targets: readonly TargetRecord[]): string | null => {
  const [only] = targets;
  if (!only) return null;
  if (targets.length === 1) return only.message;
  const bad = targets.find((t) => t.outcome !== 'succeeded');
  const count = targets.filter((t) => t.outcome === 'succeeded').length;
  const all = `${count} of ${targets.length} targets succeeded`;
  return bad ? `${all}; ${bad.container}: ${bad.message ?? bad.outcome}` : all;
};
