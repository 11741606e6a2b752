import type { Transaction } from 'kysely';
import type { ContainerUpdated } from '../../bus/index.ts';
import type { Tables } from '../../database/index.ts';
import type { ActivityLog } from '../activity/index.ts';
import { rowOfTarget } from './rows.ts';
import type { Ending, RunRecord, TargetRecord } from './run.ts';
import { endAttempt, updateTarget } from './statements.ts';

/** What the activity log says was done, for example `container.stop` to `web on Local`. */
export interface Deed {
  action: string;
  target: string | null;
}

/** A target that is over, and how. */
export interface Settlement extends Pick<Ending, 'isUnderWay' | 'change'> {
  target: TargetRecord;
  deed: Deed;
}

/** What becomes of the news that a container has another image, or had one that was rolled back. */
export interface OnUpdated {
  record(trx: Transaction<Tables>, updated: ContainerUpdated): Promise<void>;
  tell(updated: ContainerUpdated): void;
}

/** Whom the end of a target is told in the commit that writes it down. */
export interface News {
  activity: ActivityLog;
  updates: OnUpdated;
}

/**
 * Writes down that a target is over: its attempt, its outcome, the line in the activity log and what an exchange of its
 * image means stand or fall together. The attempt stays open where the engine is still at it.
 */
export const settleTarget = async (
  trx: Transaction<Tables>,
  { activity, updates }: News,
  run: RunRecord,
  settlement: Settlement,
): Promise<void> => {
  const { target, deed, isUnderWay } = settlement;
  const updated = updatedBy(run, settlement);
  if (updated) await updates.record(trx, updated);
  const phase = target.outcome === 'succeeded' ? 'verified' : 'failed';
  await closeAttempt(trx, run.id, target, isUnderWay ? 'outlived' : phase, target.message, target.finishedAt ?? 0);
  await updateTarget(trx, rowOfTarget(run.id, target));
  await activity.record(
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
};

/** The news of an exchange of an image; null where there was none. */
export const updatedBy = (run: RunRecord, { target, change }: Settlement): ContainerUpdated | null => {
  const { hostId, container, finishedAt } = target;
  if (!change || hostId === null || container === null) return null;
  return { ...change, hostId, name: container, runId: run.id, at: finishedAt ?? 0 };
};

/** The engine was asked, and this is what came of it. */
export const closeAttempt = async (
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
