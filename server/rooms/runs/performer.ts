import type { ActionName, Step } from '../../../contract/index.ts';
import type { Clock } from '../../clock/index.ts';
import { settlesWithin } from '../../clock/index.ts';
import type { Engine, InspectedContainer } from '../../engine/index.ts';
import { EngineError } from '../../engine/index.ts';
import { ChrontainerError } from '../../errors/index.ts';
import type { Action, StateBefore, Turnstile } from '../actions/index.ts';
import { findAction } from '../actions/index.ts';
import type { Fleet } from './fleet.ts';
import type { Ledger } from './ledger.ts';
import type { Seen } from './observation.ts';
import { observe } from './observation.ts';
import type { AttemptRecord, Ending, RunRecord, TargetRecord } from './run.ts';

/** How long the state may take to show after the engine said that it is done. */
const settleMs = 5_000;
/** How long a container may take to become healthy when the step names no time of its own. */
const healthyMs = 120_000;
/** A retry waits 1 s, 2 s, 4 s … up to this. */
const longestBackOffMs = 60_000;

/** What an attempt came to; `mayRetry` where the error can pass by itself. */
type Attempted = Ending & { mayRetry: boolean };

const ended = (outcome: Ending['outcome'], message: string, reason: string | null = null): Attempted => ({
  outcome,
  message,
  reason,
  mayRetry: false,
});

/** Does one step on one target: journals before it calls, looks until it has seen, tries again where that can help. */
export class Performer {
  #fleet: Fleet;
  #ledger: Ledger;
  #turnstile: Turnstile;
  #clock: Clock;

  constructor(parts: { fleet: Fleet; ledger: Ledger; turnstile: Turnstile; clock: Clock }) {
    this.#fleet = parts.fleet;
    this.#ledger = parts.ledger;
    this.#turnstile = parts.turnstile;
    this.#clock = parts.clock;
  }

  /**
   * @param unseen the attempt that an earlier life of the program had dispatched without seeing its outcome
   * @throws Interruption when the signal is aborted
   */
  async perform(
    run: RunRecord,
    step: Step,
    target: TargetRecord,
    unseen: AttemptRecord | undefined,
    signal: AbortSignal,
  ): Promise<Ending> {
    const known = unseen ? await this.#resolve(run, step, target, unseen, signal) : null;
    if (known) return known;
    const mostAttempts = target.attempts + 1 + (step.retries ?? 0);
    for (;;) {
      const attempted = await this.#inTurn(target, signal, (calls) => this.#attempt(run, step, target, calls, signal));
      if (!attempted.mayRetry || target.attempts >= mostAttempts) return attempted;
      const pauseMs = Math.min(1000 * 2 ** (target.attempts - 1), longestBackOffMs);
      if (run.plan.retryUntil !== null && this.#clock.now() + pauseMs >= run.plan.retryUntil) return attempted;
      await this.#ledger.closeAttempt(run.id, target, attempted.message ?? '', this.#clock.now());
      await this.#clock.sleep(pauseMs, signal);
    }
  }

  /** A call that outlives its step keeps the container: nothing else may act on it until the engine has answered. */
  async #inTurn<T>(
    target: TargetRecord,
    signal: AbortSignal,
    work: (calls: Promise<void>[]) => Promise<T>,
  ): Promise<T> {
    const leave = await this.#turnstile.enter(target.hostId, target.container, signal);
    const calls: Promise<void>[] = [];
    try {
      return await work(calls);
    } finally {
      void Promise.allSettled(calls).then(leave);
    }
  }

  async #attempt(
    run: RunRecord,
    step: Step,
    target: TargetRecord,
    calls: Promise<void>[],
    signal: AbortSignal,
  ): Promise<Attempted> {
    target.attempts += 1;
    const action = findAction(step.action);
    if (!action) return ended('failed', `${step.action} is not available in this version`);
    try {
      const refusal = this.#refusal(action, target);
      if (refusal) return refusal;
      const engine = this.#fleet.engine(target.hostId);
      const before = await inspectExactly(engine, target.container);
      const pre = action.precheck(before);
      if (pre) return ended(pre.kind === 'done' ? 'succeeded' : 'failed', pre.message);
      await this.#ledger.dispatch(run.id, target, this.#entry(target, action, before));
      return await this.#callAndSee(engine, action, before, step, calls, signal);
    } catch (error) {
      return this.#fromError(run, error);
    }
  }

  #entry(target: TargetRecord, action: Action, before: InspectedContainer): AttemptRecord {
    return {
      step: target.step,
      position: target.position,
      attempt: target.attempts,
      action: action.name,
      before: stateOf(before),
      dispatchedAt: this.#clock.now(),
    };
  }

  /** An action that would end this program could not be seen to its end, nor undone from here. */
  #refusal(action: Action, target: TargetRecord): Attempted | null {
    if (!this.#fleet.get(target.hostId).enabled) {
      return ended('skipped', 'the host is disabled', 'disabled_host');
    }
    const isSelf = this.#fleet.byName(target.hostId, target.container)?.isSelf ?? false;
    return isSelf && endsProgram(action) ? ended('failed', selfRefusal(action)) : null;
  }

  async #callAndSee(
    engine: Engine,
    action: Action,
    before: StateBefore,
    step: Step,
    calls: Promise<void>[],
    signal: AbortSignal,
  ): Promise<Attempted> {
    const options = step.options ?? {};
    const watch = { engine, action, before, options, waitFor: step.waitFor, signal };
    const startedAt = this.#clock.monotonic();
    const leftMs = (ofMs: number) => Math.max(0, ofMs - (this.#clock.monotonic() - startedAt));
    const call = action.call(engine, before, options);
    calls.push(call);
    try {
      if (!(await this.#answeredWithin(call, step.timeoutMs))) {
        return ended('timed_out', `the engine had not finished after ${step.timeoutMs} ms; it may still do it`);
      }
    } catch (error) {
      if (!(error instanceof EngineError) || !error.mayHaveHappened) throw error;
      // The answer was lost, the action perhaps not: only the state can tell, and it may still be coming.
      const seen = await observe({ ...watch, patienceMs: leftMs(action.patienceMs(before, options)) }, this.#clock);
      return fromSeen(seen, 'timed_out', `${error.message}; `);
    }
    const isPatient = step.waitFor === 'healthy' || step.timeoutMs !== undefined;
    const patienceMs = step.timeoutMs ?? (step.waitFor === 'healthy' ? healthyMs : settleMs);
    const seen = await observe({ ...watch, patienceMs: leftMs(patienceMs) }, this.#clock);
    return fromSeen(seen, isPatient ? 'timed_out' : 'failed', '');
  }

  async #answeredWithin(call: Promise<void>, limitMs: number | undefined): Promise<boolean> {
    if (limitMs !== undefined) return settlesWithin(this.#clock, call, limitMs);
    await call;
    return true;
  }

  /** Asks the engine what became of an attempt that was dispatched before a crash; null: it did not happen. */
  async #resolve(
    run: RunRecord,
    step: Step,
    target: TargetRecord,
    attempt: AttemptRecord,
    signal: AbortSignal,
  ): Promise<Ending | null> {
    const action = findAction(step.action);
    if (!action) return ended('interrupted', 'the program was interrupted, and cannot do this action any more');
    const options = step.options ?? {};
    const { before } = attempt;
    const elapsedMs = Math.max(0, this.#clock.now() - attempt.dispatchedAt);
    const patienceMs = Math.max(settleMs, action.patienceMs(before, options) - elapsedMs);
    const watch = { action, before, options, waitFor: step.waitFor, patienceMs, signal };
    const seen = await this.#inTurn(target, signal, async () =>
      observe({ ...watch, engine: this.#fleet.engine(target.hostId) }, this.#clock),
    );
    if (seen.kind === 'done') return ended('succeeded', `${seen.message} (seen after a restart of Chrontainer)`);
    if (seen.kind === 'failed') return ended('failed', seen.message);
    if (seen.kind === 'unseen') {
      return ended('interrupted', `Chrontainer was interrupted, and the engine cannot tell: ${seen.message}`);
    }
    await this.#ledger.closeAttempt(run.id, target, 'interrupted before the engine did it', this.#clock.now());
    const isTooLate = run.startDeadlineAt !== null && this.#clock.now() > run.startDeadlineAt;
    return isTooLate ? ended('failed', 'Chrontainer was interrupted before the engine did it') : null;
  }

  #fromError(run: RunRecord, error: unknown): Attempted {
    if (error instanceof EngineError && error.kind === 'not_found') {
      return ended(run.plan.onNoMatch === 'skip' ? 'skipped' : 'failed', error.message, 'no_target');
    }
    if (error instanceof EngineError) return { ...ended('failed', error.message), mayRetry: error.canPass };
    if (error instanceof ChrontainerError) return ended('failed', error.message);
    throw error;
  }
}

/** The container of exactly that name: the engine would also take an ID, or the beginning of one. */
const inspectExactly = async (engine: Engine, name: string): Promise<InspectedContainer> => {
  const found = await engine.inspectContainer(name);
  if (found.name === name) return found;
  throw new EngineError({ kind: 'not_found', message: `there is no container named "${name}"` });
};

const stateOf = ({ id, state, running, paused, startedAtText, stopTimeoutMs }: InspectedContainer): StateBefore => ({
  id,
  state,
  running,
  paused,
  startedAtText,
  stopTimeoutMs,
});

const fromSeen = (seen: Seen, otherwise: 'timed_out' | 'failed', prefix: string): Attempted => {
  if (seen.kind === 'done') return ended('succeeded', seen.message);
  if (seen.kind === 'failed') return ended('failed', seen.message);
  return ended(otherwise, `${prefix}${seen.message}`);
};

/** Actions after which this program would not run any more. A restart comes back, and is resolved by the next start. */
export const endsProgram = ({ name }: { name: ActionName }): boolean => ['stop', 'kill', 'pause'].includes(name);

export const selfRefusal = (action: { name: ActionName }): string =>
  `this container runs Chrontainer itself, and could not be brought back from here; ${action.name} it on its host`;
