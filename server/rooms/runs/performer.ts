import type { Step } from '../../../contract/index.ts';
import type { Clock } from '../../clock/index.ts';
import { EngineError } from '../../engine/index.ts';
import { ChrontainerError } from '../../errors/index.ts';
import type { Outbound } from '../../outbound/index.ts';
import type { AccountAt, Attempted, Blocks, Note, Notifier, StepKind, Turnstile, Work } from '../actions/index.ts';
import { ended } from '../actions/index.ts';
import type { Fleet } from './fleet.ts';
import type { Gate } from './gate.ts';
import type { Ledger } from './ledger.ts';
import type { OutlivedCalls } from './outlived.ts';
import type { Outputs } from './outputs.ts';
import type { Recording } from './recording.ts';
import type { AttemptRecord, Ending, RunRecord, RunWithTargets, TargetRecord } from './run.ts';

/** A retry waits 1 s, 2 s, 4 s … up to this. */
const longestBackOffMs = 60_000;

/** One step on one target. */
export interface Job {
  run: RunRecord;
  step: Step;
  kind: StepKind;
  target: TargetRecord;
  /** What became of the same container in an earlier step of the run. */
  earlier: TargetRecord | undefined;
  signal: AbortSignal;
  /** Called when the target says something new while the job goes on. */
  onChange(): void;
}

/** What an attempt leaves to be seen to when it is over. */
interface Held {
  calls: Promise<unknown>[];
  note: Note;
  recordings: Recording[];
}

/** Does one step on one target: gives each attempt its turn and its journal, and tries again where that can help. */
export class Performer {
  #fleet: Fleet;
  #ledger: Ledger;
  #outputs: Outputs;
  #turnstile: Turnstile;
  #outlived: OutlivedCalls;
  #gate: Gate;
  #outbound: Outbound;
  #notifier: Notifier;
  #blocks: Blocks;
  #accountAt: AccountAt;
  #clock: Clock;
  /** The turns that were taken for attempts of an earlier life, until these are resolved. */
  #reserved = new Map<AttemptRecord, Promise<() => void>>();

  constructor(parts: {
    fleet: Fleet;
    ledger: Ledger;
    outputs: Outputs;
    turnstile: Turnstile;
    outlived: OutlivedCalls;
    gate: Gate;
    outbound: Outbound;
    notifier: Notifier;
    blocks: Blocks;
    accountAt: AccountAt;
    clock: Clock;
  }) {
    this.#fleet = parts.fleet;
    this.#ledger = parts.ledger;
    this.#outputs = parts.outputs;
    this.#turnstile = parts.turnstile;
    this.#outlived = parts.outlived;
    this.#gate = parts.gate;
    this.#outbound = parts.outbound;
    this.#notifier = parts.notifier;
    this.#blocks = parts.blocks;
    this.#accountAt = parts.accountAt;
    this.#clock = parts.clock;
  }

  /**
   * Takes the turns of what an earlier life had dispatched. To be called before any run goes on: another action that
   * came first would change the state by which the attempt is judged, or meet it while the engine is still at it.
   */
  reserve({
    dispatched,
    targets,
    signal,
  }: RunWithTargets & { dispatched: AttemptRecord[]; signal: AbortSignal }): void {
    for (const attempt of dispatched) {
      const target = targets.find((t) => t.step === attempt.step && t.position === attempt.position);
      if (!target || target.hostId === null) continue;
      const turn = this.#turnstile.enter(target.hostId, target.container ?? '', signal);
      // A run that is broken off first never asks for its turn.
      turn.catch(() => undefined);
      this.#reserved.set(attempt, turn);
    }
  }

  /** Gives back the turns of a run that ended before it used them. */
  release(dispatched: readonly AttemptRecord[]): void {
    for (const attempt of dispatched) {
      const turn = this.#reserved.get(attempt);
      this.#reserved.delete(attempt);
      turn?.then(
        (leave) => leave(),
        () => undefined,
      );
    }
  }

  /**
   * @param unseen the attempt that an earlier life of the program had dispatched without seeing its outcome
   * @throws Interruption when the signal is aborted
   */
  async perform(job: Job, unseen: AttemptRecord | undefined): Promise<Ending> {
    const { run, step, target } = job;
    let attempted = unseen ? await this.#resolve(job, unseen) : null;
    const mostAttempts = target.attempts + 1 + (step.retries ?? 0);
    // What was dispatched once had been let through.
    const passage = { isOpen: unseen !== undefined };
    for (;;) {
      attempted ??= await this.#try(job, passage);
      if (!attempted.mayRetry || target.attempts >= mostAttempts) return attempted;
      const pauseMs = Math.min(1000 * 2 ** (target.attempts - 1), longestBackOffMs);
      if (run.plan.retryUntil !== null && this.#clock.now() + pauseMs >= run.plan.retryUntil) return attempted;
      await this.#ledger.closeAttempt(run.id, target, attempted.message, this.#clock.now());
      await this.#clock.sleep(pauseMs, job.signal);
      attempted = null;
    }
  }

  /** A call that outlives its step keeps the container: nothing else may act on it until the engine has answered. */
  async #inTurn<T extends Attempted | null>(
    { run, step, target, signal }: Job,
    work: (held: Held) => Promise<T>,
    attempt?: AttemptRecord,
  ): Promise<T> {
    const { hostId, container, position } = target;
    const reserved = attempt && this.#reserved.get(attempt);
    if (attempt) this.#reserved.delete(attempt);
    const enter = async (id: number) => reserved ?? this.#turnstile.enter(id, container ?? '', signal);
    const leave = hostId === null ? null : await enter(hostId);
    const held: Held = { calls: [], note: {}, recordings: [] };
    let isUnderWay = false;
    try {
      const attempted = await work(held);
      isUnderWay = attempted?.isUnderWay ?? false;
      return attempted;
    } finally {
      const { calls, note } = held;
      const place = { runId: run.id, stepIndex: target.step, position, hostId, container };
      if (isUnderWay && leave) this.#outlived.keep(target, { ...place, step, note, calls, leave });
      else void Promise.allSettled(calls).then(() => leave?.());
      await Promise.all(held.recordings.map((recording) => recording.save()));
    }
  }

  async #attempt(job: Job, held: Held): Promise<Attempted> {
    job.target.attempts += 1;
    try {
      return this.#refusal(job) ?? (await job.kind.attempt(this.#work(job, held)));
    } catch (error) {
      return fromError(job.run, error);
    }
  }

  /** The gate is asked until it has let the run through once: later the run may have changed what it would see. */
  async #try(job: Job, passage: { isOpen: boolean }): Promise<Attempted> {
    const closed = passage.isOpen ? null : await this.#closed(job);
    if (closed) return closed;
    passage.isOpen = true;
    return this.#inTurn(job, (held) => this.#attempt(job, held));
  }

  async #closed(job: Job): Promise<Attempted | null> {
    try {
      return await this.#gate.closed(job);
    } catch (error) {
      job.target.attempts += 1;
      return fromError(job.run, error);
    }
  }

  /** An action that would end this program could not be seen to its end, nor undone from here. */
  #refusal({ kind, target: { hostId, container } }: Job): Attempted | null {
    if (hostId === null) return null;
    if (!this.#fleet.has(hostId)) return ended('failed', `there is no host ${hostId} any more`, 'no_host');
    if (!this.#fleet.isEnabled(hostId)) return ended('skipped', 'the host is disabled', 'disabled_host');
    const isSelf = container !== null && (this.#fleet.byName(hostId, container)?.isSelf ?? false);
    return isSelf && endsProgram(kind) ? ended('failed', selfRefusal(kind)) : null;
  }

  #work({ run, step, kind, target, signal }: Job, held: Held): Work {
    return {
      runId: run.id,
      step,
      container: target.container,
      pictured: () => this.#fleet.byName(target.hostId ?? 0, target.container ?? ''),
      after: target.after,
      clock: this.#clock,
      signal,
      engine: () => this.#fleet.engine(target.hostId ?? 0),
      outbound: this.#outbound,
      notifier: this.#notifier,
      blocks: this.#blocks,
      accountAt: this.#accountAt,
      runName: run.scheduleName ?? 'A run by hand',
      stepIndex: target.step,
      dispatch: (note) => {
        held.note = note;
        return this.#ledger.dispatch(run.id, target, this.#entry(target, kind, note));
      },
      hold: (call) => held.calls.push(call),
      amend: (note) => this.#ledger.amend(run.id, target, note),
      output: async (mode) => {
        const place = { runId: run.id, step: target.step, position: target.position };
        const recording = await this.#outputs.open(place, mode);
        held.recordings.push(recording);
        return recording;
      },
    };
  }

  #entry({ step, position, attempts }: TargetRecord, kind: StepKind, note: Note): AttemptRecord {
    return { step, position, attempt: attempts, action: kind.name, note, dispatchedAt: this.#clock.now() };
  }

  /** What became of an attempt that was dispatched before a crash; null: it did not happen. */
  async #resolve(job: Job, attempt: AttemptRecord): Promise<Attempted | null> {
    const { run, target } = job;
    const known = await this.#inTurn(job, (held) => this.#resume(job, attempt, held), attempt);
    if (known) return known;
    await this.#ledger.closeAttempt(run.id, target, 'interrupted before the engine did it', this.#clock.now());
    const isTooLate = run.startDeadlineAt !== null && this.#clock.now() > run.startDeadlineAt;
    return isTooLate ? ended('failed', 'Chrontainer was interrupted before the engine did it') : null;
  }

  async #resume(job: Job, attempt: AttemptRecord, held: Held): Promise<Attempted | null> {
    try {
      return await job.kind.resume(this.#work(job, held), attempt);
    } catch (error) {
      if (!(error instanceof ChrontainerError)) throw error;
      return ended('interrupted', `Chrontainer was interrupted, and the engine cannot tell: ${error.message}`);
    }
  }
}

const fromError = (run: RunRecord, error: unknown): Attempted => {
  if (error instanceof EngineError && error.kind === 'not_found') {
    return ended(run.plan.onNoMatch === 'skip' ? 'skipped' : 'failed', error.message, 'no_target');
  }
  if (error instanceof EngineError) return { ...ended('failed', error.message), mayRetry: error.canPass };
  if (error instanceof ChrontainerError) return ended('failed', error.message);
  throw error;
};

/** Actions after which this program would not run any more. A restart comes back, and is resolved by the next start. */
export const endsProgram = ({ name }: { name: string }): boolean =>
  ['stop', 'kill', 'pause', 'remove', 'update'].includes(name);

export const selfRefusal = (action: { name: string }): string =>
  `this container runs Chrontainer itself, and could not be brought back from here; ${action.name} it on its host`;
