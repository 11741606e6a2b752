import type { Transaction } from 'kysely';
import type { ContainerUpdated } from '../../bus/index.ts';
import type { Clock } from '../../clock/index.ts';
import type { GroupCommit, Tables, Writing } from '../../database/index.ts';
import { isStorageFailure } from '../../database/index.ts';
import { ChrontainerError } from '../../errors/index.ts';
import type { Logger } from '../../log/index.ts';
import type { Note } from '../actions/index.ts';
import type { ActivityLog } from '../activity/index.ts';
import type { EndedRun } from './ended-run.ts';
import { endedRun } from './ended-run.ts';
import type { OutlivedAttempt } from './history.ts';
import { rowOfRun, rowOfTarget } from './rows.ts';
import type { AttemptRecord, Ending, RunRecord, TargetRecord } from './run.ts';
import { isFinal } from './run.ts';
import { beginRun, endAttempt, endRun, insertAttempt, insertRun, insertTarget, updateTarget } from './statements.ts';

/** The reason of an open run that is to be broken off. */
export const cancelNoted = 'cancelling';
/** While the disk takes nothing, a writing is tried again so often. */
export const rewriteAfterMs = 2_000;

/** What the activity log says was done, for example `container.stop` to `web on Local`. */
export interface Deed {
  action: string;
  target: string | null;
}

/** What becomes of the news that a container has another image, or had one that was rolled back. */
export interface OnUpdated {
  record(trx: Transaction<Tables>, updated: ContainerUpdated): Promise<void>;
  tell(updated: ContainerUpdated): void;
}

/**
 * What is written of runs. Every method resolves when the record is on the disk: the write-ahead order (claimed,
 * dispatched, verified) is the caller's awaiting them.
 */
export class Ledger {
  #commits: GroupCommit;
  #activity: ActivityLog;
  #clock: Clock;
  #log: Logger;
  #isClosing = false;
  #onBegun: (trx: Transaction<Tables>, run: RunRecord) => Promise<void> = async () => undefined;
  #updates: OnUpdated = { record: async () => undefined, tell: () => undefined };
  #onEnded: (trx: Transaction<Tables>, run: EndedRun) => Promise<void> = async () => undefined;

  constructor(parts: { commits: GroupCommit; activity: ActivityLog; clock: Clock; log: Logger }) {
    this.#commits = parts.commits;
    this.#activity = parts.activity;
    this.#clock = parts.clock;
    this.#log = parts.log;
  }

  /** What is written in the commit that begins a run. */
  onBegun(write: (trx: Transaction<Tables>, run: RunRecord) => Promise<void>): void {
    this.#onBegun = write;
  }

  /** What is written in the commit that ends a run, or records one that was over at once. */
  onEnded(write: (trx: Transaction<Tables>, run: EndedRun) => Promise<void>): void {
    this.#onEnded = write;
  }

  /** What is written in the commit that settles an exchange of an image, and what is told when it is on the disk. */
  onUpdated(updates: OnUpdated): void {
    this.#updates = updates;
  }

  /** The program ends: what the disk does not take now is left to the next start. */
  close(): void {
    this.#isClosing = true;
  }

  /**
   * Records runs as part of the caller's transaction: a slot's claim and the cursor's move are one commit.
   * @returns the IDs of those that were recorded; a slot that has its run already keeps that one
   */
  async insert(trx: Transaction<Tables>, runs: readonly RunRecord[]): Promise<Set<string>> {
    const recorded = new Set<string>();
    for (const run of runs) {
      const { rows } = await insertRun(trx, rowOfRun(run));
      for (const { id } of rows) recorded.add(id);
    }
    for (const run of runs) {
      if (recorded.has(run.id) && isFinal(run.outcome)) await this.#onEnded(trx, endedRun(run, []));
    }
    return recorded;
  }

  /** Records a run that has no slot. */
  async create(run: RunRecord): Promise<void> {
    await this.#commits.write((trx) => this.insert(trx, [run]));
  }

  /** The run began. */
  begin(run: RunRecord): Promise<void> {
    return this.#commits.write(async (trx) => {
      await beginRun(trx, run);
      await this.#onBegun(trx, run);
    });
  }

  /** Somebody wants a run broken off: a run that is still open with this mark is not gone on with. */
  noteCancel(runId: string, message: string): Promise<void> {
    return this.#commits.write(async (trx) => {
      await trx
        .updateTable('runs')
        .set({ reason: cancelNoted, message })
        .where('id', '=', runId)
        .where('finished_at', 'is', null)
        .execute();
    });
  }

  /** The targets of a step were resolved. */
  addTargets(runId: string, targets: readonly TargetRecord[]): Promise<void> {
    return this.#persist((trx) => insertTargets(trx, runId, targets));
  }

  /** The steps are over, and what they touched is to be put back: from here on only that is done. */
  beginRestore(runId: string, ending: Ending, targets: readonly TargetRecord[]): Promise<void> {
    return this.#persist(async (trx) => {
      await trx
        .updateTable('runs')
        .set({ ending: JSON.stringify(ending) })
        .where('id', '=', runId)
        .execute();
      await insertTargets(trx, runId, targets);
    });
  }

  /**
   * The write-ahead of an attempt: on the disk before the engine is called.
   * @throws ChrontainerError when the disk does not take it: what was seen before the attempt would be old by the next try
   */
  async dispatch(runId: string, target: TargetRecord, attempt: AttemptRecord): Promise<void> {
    try {
      await this.#commits.write((trx) => dispatchAttempt(trx, runId, target, attempt));
    } catch (error) {
      if (!isStorageFailure(error)) throw error;
      const message = 'nothing was done: the journal could not be written, the disk is full or broken';
      throw new ChrontainerError('CHR_INTERNAL', message, { cause: error });
    }
  }

  /** What is known of a dispatched attempt has grown. */
  amend(runId: string, target: TargetRecord, note: Note): Promise<void> {
    return this.#persist(async (trx) => {
      await trx
        .updateTable('attempts')
        .set({ note: JSON.stringify(note) })
        .where('run_id', '=', runId)
        .where('step', '=', target.step)
        .where('position', '=', target.position)
        .where('phase', '=', 'dispatched')
        .execute();
    });
  }

  /** An attempt did not bring the state; the target may be tried again. */
  closeAttempt(runId: string, target: TargetRecord, message: string, atMs: number): Promise<void> {
    return this.#persist((trx) => closeAttempt(trx, runId, target, 'failed', message, atMs));
  }

  /**
   * A target is over: its attempt, its outcome, the line in the activity log and what an exchange of its image means
   * are one commit. The attempt stays open where the engine is still at it.
   */
  async settle(
    run: RunRecord,
    target: TargetRecord,
    deed: Deed,
    { isUnderWay, change }: Pick<Ending, 'isUnderWay' | 'change'>,
  ): Promise<void> {
    const { hostId, container } = target;
    const at = target.finishedAt ?? 0;
    const updated = change &&
      hostId !== null &&
      container !== null && { ...change, hostId, name: container, runId: run.id, at };
    await this.#persist(async (trx) => {
      if (updated) await this.#updates.record(trx, updated);
      const phase = target.outcome === 'succeeded' ? 'verified' : 'failed';
      await closeAttempt(trx, run.id, target, isUnderWay ? 'outlived' : phase, target.message, at);
      await updateTarget(trx, rowOfTarget(run.id, target));
      await this.#activity.record(
        {
          actor: run.actor,
          action: deed.action,
          target: deed.target,
          result: target.outcome === 'succeeded' ? 'ok' : 'failed',
          message: target.message,
          runId: run.id,
          hostId: target.hostId,
          scheduleId: run.scheduleId,
        },
        trx,
      );
    });
    if (updated) this.#updates.tell(updated);
  }

  /** An engine is done with an attempt that outlived its step: the target's message says so from now on. */
  closeOutlived({ runId, stepIndex, position }: OutlivedAttempt, message: string, atMs: number): Promise<void> {
    return this.#persist(async (trx) => {
      await trx
        .updateTable('attempts')
        .set({ phase: 'failed', message, finished_at: atMs })
        .where('run_id', '=', runId)
        .where('step', '=', stepIndex)
        .where('position', '=', position)
        .where('phase', '=', 'outlived')
        .execute();
      const target = trx.updateTable('run_targets').set({ message }).where('run_id', '=', runId);
      await target.where('step', '=', stepIndex).where('position', '=', position).execute();
    });
  }

  /** The run is over; the runs that come after it are recorded in the same commit, so that none is lost or made twice. */
  finish(
    run: RunRecord,
    ending: Ending,
    followUps: readonly RunRecord[],
    targets: readonly TargetRecord[],
  ): Promise<void> {
    return this.#commits.write(async (trx) => {
      const { outcome, reason = null, message } = ending;
      await endRun(trx, { id: run.id, outcome, reason, message, finishedAt: run.finishedAt });
      if (followUps.length > 0) await this.insert(trx, followUps);
      await this.#onEnded(trx, endedRun({ ...run, outcome: ending.outcome, message: ending.message }, targets));
    });
  }

  /** What has happened cannot be taken back: while the disk does not take it, it is written again and again. */
  async #persist(writing: Writing<void>): Promise<void> {
    for (;;) {
      try {
        return await this.#commits.write(writing);
      } catch (error) {
        if (this.#isClosing || !isStorageFailure(error)) throw error;
        this.#log.error({ error }, 'what became of a step could not be written; trying again');
        await this.#clock.sleep(rewriteAfterMs);
      }
    }
  }
}

const insertTargets = async (
  trx: Transaction<Tables>,
  runId: string,
  targets: readonly TargetRecord[],
): Promise<void> => {
  for (const target of targets) await insertTarget(trx, rowOfTarget(runId, target));
};

const dispatchAttempt = async (
  trx: Transaction<Tables>,
  runId: string,
  target: TargetRecord,
  attempt: AttemptRecord,
): Promise<void> => {
  await insertAttempt(trx, {
    run_id: runId,
    step: attempt.step,
    position: attempt.position,
    attempt: attempt.attempt,
    action: attempt.action,
    note: JSON.stringify(attempt.note),
    phase: 'dispatched',
    message: null,
    dispatched_at: attempt.dispatchedAt,
    finished_at: null,
  });
  await updateTarget(trx, rowOfTarget(runId, target));
};

const closeAttempt = async (
  trx: Transaction<Tables>,
  runId: string,
  { step, position }: TargetRecord,
  phase: 'verified' | 'failed' | 'outlived',
  message: string | null,
  atMs: number,
): Promise<void> => {
  const finishedAt = phase === 'outlived' ? null : atMs;
  await endAttempt(trx, { runId, step, position, phase, message, finishedAt });
};
