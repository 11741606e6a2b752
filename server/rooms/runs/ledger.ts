import type { Transaction } from 'kysely';
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
import type { News, OnUpdated, Settlement } from './settlement.ts';
import { closeAttempt, settleTarget, updatedBy } from './settlement.ts';
import { beginRun, endRun, insertAttempt, insertRun, insertTarget, updateTarget } from './statements.ts';

/** The reason of an open run that is to be broken off. */
export const cancelNoted = 'cancelling';
/** While the disk takes nothing, a writing is tried again so often. */
export const rewriteAfterMs = 2_000;

/** How a run ended. */
interface RunEnd {
  ending: Ending;
  /** What is not settled yet. */
  last: Settlement | null;
  /** Those of its targets that it never came to. */
  notBegun: readonly TargetRecord[];
  followUps: readonly RunRecord[];
  targets: readonly TargetRecord[];
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

  /** The run began; the targets of its first step, where they are known by then, are in the same commit. */
  begin(run: RunRecord, targets: readonly TargetRecord[]): Promise<void> {
    return this.#commits.write(async (trx) => {
      await beginRun(trx, run);
      await insertTargets(trx, run.id, targets);
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

  /** A target is over, and its run goes on. */
  async settle(run: RunRecord, settlement: Settlement): Promise<void> {
    await this.#persist((trx) => settleTarget(trx, this.#news(), run, settlement));
    const updated = updatedBy(run, settlement);
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

  /**
   * The run is over, and with it the target that was its last; the runs that come after it are recorded in the same
   * commit, so that none is lost or made twice.
   */
  finish(run: RunRecord, { ending, last, notBegun, followUps, targets }: RunEnd): Promise<void> {
    return this.#commits.write(async (trx) => {
      const { outcome, reason = null, message } = ending;
      if (last) await settleTarget(trx, this.#news(), run, last);
      for (const target of notBegun) await updateTarget(trx, rowOfTarget(run.id, target));
      await endRun(trx, { id: run.id, outcome, reason, message, finishedAt: run.finishedAt });
      if (followUps.length > 0) await this.insert(trx, followUps);
      await this.#onEnded(trx, endedRun({ ...run, outcome: ending.outcome, message: ending.message }, targets));
    });
  }

  #news(): News {
    return { activity: this.#activity, updates: this.#updates };
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
