import type { Transaction } from 'kysely';
import type { GroupCommit, Tables } from '../../database/index.ts';
import type { Note } from '../actions/index.ts';
import type { ActivityLog } from '../activity/index.ts';
import { rowOfRun, rowOfTarget } from './rows.ts';
import type { AttemptRecord, Ending, RunRecord, TargetRecord } from './run.ts';

/** SQLite takes 32,766 parameters in a statement; PostgreSQL 65,535. A run has sixteen. */
const rowsPerInsert = 500;

/** What the activity log says was done, for example `container.stop` to `web on Local`. */
export interface Deed {
  action: string;
  target: string | null;
}

/**
 * What is written of runs. Every method resolves when the record is on the disk: the write-ahead order (claimed,
 * dispatched, verified) is the caller's awaiting them.
 */
export class Ledger {
  #commits: GroupCommit;
  #activity: ActivityLog;

  constructor(parts: { commits: GroupCommit; activity: ActivityLog }) {
    this.#commits = parts.commits;
    this.#activity = parts.activity;
  }

  /** Records runs as part of the caller's transaction: a slot's claim and the cursor's move are one commit. */
  async insert(trx: Transaction<Tables>, runs: readonly RunRecord[]): Promise<void> {
    for (let i = 0; i < runs.length; i += rowsPerInsert) {
      const rows = runs.slice(i, i + rowsPerInsert).map(rowOfRun);
      await trx.insertInto('runs').values(rows).execute();
    }
  }

  /** Records a run that has no slot. */
  create(run: RunRecord): Promise<void> {
    return this.#commits.write((trx) => this.insert(trx, [run]));
  }

  /** The run began. */
  begin(run: RunRecord): Promise<void> {
    return this.#commits.write(async (trx) => {
      await trx
        .updateTable('runs')
        .set({ outcome: run.outcome, started_at: run.startedAt })
        .where('id', '=', run.id)
        .execute();
    });
  }

  /** The targets of a step were resolved. */
  addTargets(runId: string, targets: readonly TargetRecord[]): Promise<void> {
    return this.#commits.write((trx) => insertTargets(trx, runId, targets));
  }

  /** The steps are over, and what they touched is to be put back: from here on only that is done. */
  beginRestore(runId: string, ending: Ending, targets: readonly TargetRecord[]): Promise<void> {
    return this.#commits.write(async (trx) => {
      await trx
        .updateTable('runs')
        .set({ ending: JSON.stringify(ending) })
        .where('id', '=', runId)
        .execute();
      await insertTargets(trx, runId, targets);
    });
  }

  /** The write-ahead of an attempt: on the disk before the engine is called. */
  dispatch(runId: string, target: TargetRecord, attempt: AttemptRecord): Promise<void> {
    return this.#commits.write(async (trx) => {
      await trx
        .insertInto('attempts')
        .values({
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
        })
        .execute();
      await updateTarget(trx, runId, target);
    });
  }

  /** What is known of a dispatched attempt has grown. */
  amend(runId: string, target: TargetRecord, note: Note): Promise<void> {
    return this.#commits.write(async (trx) => {
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
    return this.#commits.write((trx) => closeAttempt(trx, runId, target, 'failed', message, atMs));
  }

  /** A target is over: its attempt, its outcome and the line in the activity log are one commit. */
  settle(run: RunRecord, target: TargetRecord, deed: Deed): Promise<void> {
    return this.#commits.write(async (trx) => {
      const atMs = target.finishedAt ?? 0;
      const phase = target.outcome === 'succeeded' ? 'verified' : 'failed';
      await closeAttempt(trx, run.id, target, phase, target.message, atMs);
      await updateTarget(trx, run.id, target);
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
  }

  /** The run is over; the runs that come after it are recorded in the same commit, so that none is lost or made twice. */
  finish(run: RunRecord, ending: Ending, followUps: readonly RunRecord[]): Promise<void> {
    return this.#commits.write(async (trx) => {
      await trx
        .updateTable('runs')
        .set({
          outcome: ending.outcome,
          reason: ending.reason ?? null,
          message: ending.message,
          finished_at: run.finishedAt,
        })
        .where('id', '=', run.id)
        .execute();
      if (followUps.length > 0) await this.insert(trx, followUps);
    });
  }
}

const insertTargets = async (
  trx: Transaction<Tables>,
  runId: string,
  targets: readonly TargetRecord[],
): Promise<void> => {
  for (let i = 0; i < targets.length; i += rowsPerInsert) {
    const rows = targets.slice(i, i + rowsPerInsert).map((t) => rowOfTarget(runId, t));
    await trx.insertInto('run_targets').values(rows).execute();
  }
};

const updateTarget = async (trx: Transaction<Tables>, runId: string, t: TargetRecord): Promise<void> => {
  const { outcome, message, attempts, exit_code, started_at, finished_at } = rowOfTarget(runId, t);
  await trx
    .updateTable('run_targets')
    .set({ outcome, message, attempts, exit_code, started_at, finished_at })
    .where('run_id', '=', runId)
    .where('step', '=', t.step)
    .where('position', '=', t.position)
    .execute();
};

const closeAttempt = async (
  trx: Transaction<Tables>,
  runId: string,
  target: TargetRecord,
  phase: 'verified' | 'failed',
  message: string | null,
  atMs: number,
): Promise<void> => {
  await trx
    .updateTable('attempts')
    .set({ phase, message, finished_at: atMs })
    .where('run_id', '=', runId)
    .where('step', '=', target.step)
    .where('position', '=', target.position)
    .where('phase', '=', 'dispatched')
    .execute();
};
