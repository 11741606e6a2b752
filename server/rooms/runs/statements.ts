import type { Insertable } from 'kysely';
import type { AttemptsTable, RunsTable, RunTargetsTable } from '../../database/index.ts';
import { statement } from '../../database/index.ts';
import type { Ending, RunRecord } from './run.ts';

/** Answers with the ID of the run; with nothing where its slot has a run already. */
export const insertRun = statement((db, row: RunsTable) =>
  db
    .insertInto('runs')
    .values(row)
    .onConflict((conflict) =>
      conflict.columns(['schedule_id', 'scheduled_for']).where('scheduled_for', 'is not', null).doNothing(),
    )
    .returning('id'),
);

export const beginRun = statement((db, { id, outcome, startedAt }: Pick<RunRecord, 'id' | 'outcome' | 'startedAt'>) =>
  db.updateTable('runs').set({ outcome, started_at: startedAt }).where('id', '=', id),
);

type RunEnd = Pick<RunRecord, 'id' | 'finishedAt' | 'reason'> & Pick<Ending, 'outcome' | 'message'>;

export const endRun = statement((db, { id, outcome, reason, message, finishedAt }: RunEnd) =>
  db.updateTable('runs').set({ outcome, reason, message, finished_at: finishedAt }).where('id', '=', id),
);

export const insertTarget = statement((db, row: Insertable<RunTargetsTable>) =>
  db.insertInto('run_targets').values(row),
);

/** All of it that changes. */
export const updateTarget = statement((db, row: Insertable<RunTargetsTable>) => {
  const { run_id, step, position, outcome, message, reason, attempts, exit_code, started_at, finished_at } = row;
  return db
    .updateTable('run_targets')
    .set({ outcome, message, reason, attempts, exit_code, started_at, finished_at })
    .where('run_id', '=', run_id)
    .where('step', '=', step)
    .where('position', '=', position);
});

export const insertAttempt = statement((db, row: Insertable<AttemptsTable>) => db.insertInto('attempts').values(row));

interface AttemptEnd {
  runId: string;
  step: number;
  position: number;
  phase: 'verified' | 'failed' | 'outlived';
  message: string | null;
  finishedAt: number | null;
}

export const endAttempt = statement((db, { runId, step, position, phase, message, finishedAt }: AttemptEnd) =>
  db
    .updateTable('attempts')
    .set({ phase, message, finished_at: finishedAt })
    .where('run_id', '=', runId)
    .where('step', '=', step)
    .where('position', '=', position)
    .where('phase', '=', 'dispatched'),
);
