import type { Outcome, Step } from '../../../contract/index.ts';
import type { Clock } from '../../clock/index.ts';
import type { StepKind } from '../actions/index.ts';
import { findKind, following, Interruption } from '../actions/index.ts';
import type { OrderedTarget } from './dependants.ts';
import { wavesOf, withDependants, withSharers } from './dependants.ts';
import type { Fleet } from './fleet.ts';
import type { OpenRun } from './history.ts';
import type { Ledger } from './ledger.ts';
import type { OutlivedCalls } from './outlived.ts';
import type { Performer } from './performer.ts';
import type { Restorer } from './restorer.ts';
import { withRestored } from './restorer.ts';
import type { AttemptRecord, Ending, RunWithTargets, TargetRecord } from './run.ts';
import { isFinal, newTarget, worst } from './run.ts';
import type { Deed, Settlement } from './settlement.ts';
import { resolveTargets } from './targets.ts';
import { ungranted } from './ungranted.ts';

/** A run in progress: what is known of it, what an earlier life had dispatched, and how to break it off. */
export interface Execution extends RunWithTargets {
  dispatched: readonly AttemptRecord[];
  signal: AbortSignal;
  /** Aborted when the program is stopping, and then only. */
  shutdown: AbortSignal;
  /** Called after each change that is on the disk. */
  onChange(): void;
  /** Takes the end of the only target of the run: it is written with the run's own. */
  leave(last: Settlement): void;
}

interface Parts {
  fleet: Fleet;
  ledger: Ledger;
  performer: Performer;
  restorer: Restorer;
  outlived: OutlivedCalls;
  clock: Clock;
}

/** What a target stands for. */
type Place = Pick<TargetRecord, 'hostId' | 'container'> & Pick<OrderedTarget, 'after'>;

/** Takes a run through its steps. What is final already is left alone, so a run of an earlier life simply goes on. */
export class Executor {
  #fleet: Fleet;
  #ledger: Ledger;
  #performer: Performer;
  #restorer: Restorer;
  #outlived: OutlivedCalls;
  #clock: Clock;

  constructor(parts: Parts) {
    this.#fleet = parts.fleet;
    this.#ledger = parts.ledger;
    this.#performer = parts.performer;
    this.#restorer = parts.restorer;
    this.#outlived = parts.outlived;
    this.#clock = parts.clock;
  }

  /** Keeps the containers that engines may be at still. To be called before any of these runs of an earlier life goes on. */
  async recover(open: readonly (OpenRun & { signal: AbortSignal })[]): Promise<void> {
    await this.#outlived.recover();
    for (const run of open) this.#performer.reserve(run);
  }

  /** The program ends. */
  close(): void {
    this.#outlived.close();
  }

  /** @throws Interruption when the program is stopping: the run stays open for the next start. */
  async execute(execution: Execution): Promise<Ending> {
    const { record: run, targets, shutdown } = execution;
    if (!run.plan.restore) return this.#steps(execution);
    const ending = run.ending ?? (await this.#endingOfSteps(execution));
    const restored = await this.#restorer.plan(run, targets, ending);
    for (const { step, kind, target } of restored) {
      if (isFinal(target.outcome)) continue;
      // What the run did is undone also when somebody broke it off: only the program's end stops that.
      await this.#target({ ...execution, signal: shutdown }, step, kind, target);
      shutdown.throwIfAborted();
    }
    return withRestored(ending, restored);
  }

  async #endingOfSteps(execution: Execution): Promise<Ending> {
    const ending = await this.#endingOf(() => this.#steps(execution));
    if (ending) return ending;
    throw execution.signal.reason;
  }

  /** @throws Interruption when the run is broken off */
  async #steps(execution: Execution): Promise<Ending> {
    const { record } = execution;
    const refused = this.#refusal(execution);
    if (refused) return refused;
    const endings: Ending[] = [];
    for (const [index, step] of record.plan.steps.entries()) {
      if (execution.signal.aborted) throw execution.signal.reason;
      const ending = await this.#step(execution, step, index);
      if (ending.outcome === 'skipped' && ending.reason) return ending;
      endings.push(ending);
      const isBad = ending.outcome !== 'succeeded' && ending.outcome !== 'skipped';
      if (isBad && step.onFailure !== 'continue') return ending;
    }
    return endingOf(endings, execution.targets);
  }

  /** What a host's grants refuse is told before the run has done anything, not when half of it is done. */
  #refusal({ record, targets }: RunWithTargets): Ending | null {
    if (targets.length > 0) return null;
    const [refused] = ungranted(record.plan.steps, this.#fleet);
    return refused === undefined ? null : { outcome: 'failed', message: `nothing was done: ${refused}` };
  }

  /** A run of an earlier life is over, however it ended. */
  release({ dispatched }: Pick<OpenRun, 'dispatched'>): void {
    this.#performer.release(dispatched);
  }

  async #step(execution: Execution, step: Step, index: number): Promise<Ending> {
    const kind = findKind(step.action);
    if (!kind) return { outcome: 'failed', message: `${step.action} is not available in this version` };
    const targets = await this.#targets(execution, step, kind, index);
    if (targets.length === 0) return noTarget(execution.record.plan.onNoMatch);
    for (const wave of wavesOf(targets)) {
      const open = wave.filter((t) => !isFinal(t.outcome));
      await Promise.all(open.map((t) => this.#target(execution, step, kind, t)));
      if (wave.some((t) => !isFinal(t.outcome))) throw execution.signal.reason;
    }
    const outcome = worst(targets.map((t) => t.outcome));
    return {
      outcome: isFinal(outcome) ? outcome : 'interrupted',
      reason: outcome === 'skipped' ? skipReason(targets) : null,
      message: summary(targets),
    };
  }

  /** The targets of a run's first step, where its rule names them all and nothing stands against it. */
  named({ record, targets }: RunWithTargets): TargetRecord[] {
    const [step] = record.plan.steps;
    const kind = step && findKind(step.action);
    const isNamed = step && kind?.scope === 'container' && namesAll(step);
    if (!isNamed || this.#refusal({ record, targets })) return [];
    return resolveTargets(step.targets, []).map((place, position) => newTarget(0, position, place));
  }

  async #targets(execution: Execution, step: Step, kind: StepKind, index: number): Promise<TargetRecord[]> {
    const { record, targets } = execution;
    const known = targets.filter((t) => t.step === index);
    if (known.length > 0) return known;
    const found = (await this.#resolve(record.id, step, kind, index)).map((place, position) =>
      newTarget(index, position, place),
    );
    await this.#ledger.addTargets(record.id, found);
    targets.push(...found);
    return found;
  }

  /** What the step acts on now. */
  async #resolve(runId: string, step: Step, kind: StepKind, index: number): Promise<Place[]> {
    if (kind.scope === 'none') return [{ hostId: null, container: null }];
    if (kind.scope === 'host') {
      return [{ hostId: step.hostId ?? null, container: kind.containerName?.(runId, index) ?? null }];
    }
    if (namesAll(step)) return resolveTargets(step.targets, []);
    await this.#fleet.settled();
    const containers = this.#fleet.containers();
    const found = resolveTargets(step.targets, containers);
    if (step.action === 'update') return withSharers(found, containers);
    return step.dependants === undefined ? found : withDependants(found, containers);
  }

  async #target(execution: Execution, step: Step, kind: StepKind, target: TargetRecord): Promise<void> {
    const { record: run, targets, dispatched, signal, onChange } = execution;
    const unseen = dispatched.find((a) => a.step === target.step && a.position === target.position);
    target.outcome = 'running';
    target.startedAt ??= this.#clock.now();
    const earlier = targets.find((other) => other.step < target.step && isSamePlace(other, target));
    const job = { run, step, kind: this.#kindFor(step, kind, target), target, earlier, signal, onChange };
    const ending =
      stranded(step, target, targets) ?? (await this.#endingOf(() => this.#performer.perform(job, unseen)));
    if (!ending) return;
    target.outcome = ending.outcome;
    target.message = ending.message;
    target.reason = ending.reason ?? null;
    target.exitCode = ending.exitCode ?? null;
    target.finishedAt = this.#clock.now();
    const settlement = { target, deed: this.#deed(kind, target), isUnderWay: ending.isUnderWay, change: ending.change };
    if (isAll(run, targets) && !ending.isUnderWay && !ending.change) return execution.leave(settlement);
    await this.#ledger.settle(run, settlement);
    this.#outlived.settled(target);
    onChange();
  }

  /** Not all targets of an update are meant: some only use what belongs to those that are. */
  #kindFor(step: Step, kind: StepKind, { hostId, container, after }: TargetRecord): StepKind {
    if (step.action !== 'update' || after === null) return kind;
    const meant = resolveTargets(step.targets, this.#fleet.containers());
    return meant.some((one) => one.hostId === hostId && one.container === container) ? kind : following;
  }

  /** In the words of the activity log. */
  #deed({ name }: StepKind, { hostId, container }: TargetRecord): Deed {
    if (hostId === null) return { action: `step.${name}`, target: null };
    const host = this.#fleet.nameOf(hostId);
    return container === null
      ? { action: `host.${name}`, target: host }
      : { action: `container.${name}`, target: `${container} on ${host}` };
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

/** Names stand for themselves: a step that has nothing else does not wait for, or look through, the whole fleet. */
const namesAll = (step: Step): boolean =>
  step.targets.every((selector) => 'container' in selector) &&
  step.dependants === undefined &&
  step.action !== 'update';

/** Whether a run is over with the only target that it has. */
const isAll = ({ plan }: RunWithTargets['record'], targets: readonly TargetRecord[]): boolean =>
  plan.steps.length === 1 && targets.length === 1 && !plan.restore;

const noTarget = (onNoMatch: 'fail' | 'skip'): Ending => ({
  outcome: onNoMatch === 'skip' ? 'skipped' : 'failed',
  reason: 'no_target',
  message: 'no container fits the targets of the step',
});

/** A run that came to its end: a step that found nothing has no target that could tell of it. */
const endingOf = (endings: readonly Ending[], targets: readonly TargetRecord[]): Ending => {
  const outcome = worst(endings.map((ending) => ending.outcome));
  const foundNone = endings.findIndex((ending) => ending.reason === 'no_target');
  const message = summary(targets);
  return {
    outcome: isFinal(outcome) ? outcome : 'interrupted',
    reason: foundNone < 0 ? null : 'no_target',
    message: foundNone < 0 ? message : [`no container fits the targets of step ${foundNone + 1}`, message].join('; '),
  };
};

/** Why nothing was done, when all targets were skipped; where the reasons differ the first one speaks. */
const skipReason = (targets: readonly TargetRecord[]): string =>
  targets.find((t) => t.reason !== null)?.reason ?? 'no_target';

const isSamePlace = (a: TargetRecord, b: TargetRecord): boolean =>
  a.container !== null && a.hostId === b.hostId && a.container === b.container;

/** What depends on a target that was not acted on has no reason to be. */
const stranded = (step: Step, target: TargetRecord, targets: readonly TargetRecord[]): Ending | null => {
  // After an update that was put back what uses the container's namespaces has to follow all the more.
  if (target.after === null || step.action === 'update') return null;
  const isProvider = (t: TargetRecord) =>
    t.step === target.step && t.hostId === target.hostId && t.container === target.after;
  const provider = targets.find(isProvider);
  if (!provider || provider.outcome === 'succeeded') return null;
  const message = `left alone: ${target.after}, which it depends on, was not restarted`;
  return { outcome: 'skipped', reason: 'dependency', message };
};

/** One sentence for the whole: the only target's, or how many succeeded or were skipped and what the worst of them said. */
const summary = (targets: readonly TargetRecord[]): string | null => {
  const [only] = targets;
  if (!only) return null;
  if (targets.length === 1) return only.message;
  const countOf = (outcome: Outcome) => targets.filter((t) => t.outcome === outcome).length;
  const skipped = countOf('skipped');
  const all =
    skipped === targets.length
      ? `all ${skipped} targets were skipped`
      : `${countOf('succeeded')} of ${targets.length} targets succeeded${skipped > 0 ? `, ${skipped} skipped` : ''}`;
  const outcome = worst(targets.map((t) => t.outcome));
  const bad = targets.find((t) => t.outcome === (outcome === 'succeeded' ? 'skipped' : outcome));
  return bad ? `${all}; ${bad.container ?? 'a step'}: ${bad.message ?? bad.outcome}` : all;
};
