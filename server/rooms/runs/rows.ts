import type { Insertable, Selectable } from 'kysely';
import type { Actor, Origin, Outcome } from '../../../contract/index.ts';
import type { AttemptsTable, RunsTable, RunTargetsTable } from '../../database/index.ts';
import type { Note } from '../actions/index.ts';
import type { AttemptRecord, Ending, Plan, RunRecord, TargetRecord } from './run.ts';

/** The row of a run. What we wrote ourselves is trusted when it is read back. */
export const rowOfRun = (r: RunRecord): RunsTable => ({
  id: r.id,
  schedule_id: r.scheduleId,
  schedule_name: r.scheduleName,
  revision: r.revision,
  origin: r.origin,
  actor: JSON.stringify(r.actor),
  scheduled_for: r.scheduledFor,
  created_at: r.createdAt,
  started_at: r.startedAt,
  finished_at: r.finishedAt,
  outcome: r.outcome,
  reason: r.reason,
  message: r.message,
  coalesced_into: r.coalescedInto,
  cause: r.cause,
  not_before_at: r.notBeforeAt,
  start_deadline_at: r.startDeadlineAt,
  ending: r.ending ? JSON.stringify(r.ending) : null,
  plan: JSON.stringify(r.plan),
});

export const runOfRow = (row: Selectable<RunsTable>): RunRecord => ({
  id: row.id,
  scheduleId: row.schedule_id,
  scheduleName: row.schedule_name,
  revision: row.revision,
  origin: row.origin as Origin,
  actor: JSON.parse(row.actor) as Actor,
  scheduledFor: row.scheduled_for,
  createdAt: row.created_at,
  startedAt: row.started_at,
  finishedAt: row.finished_at,
  outcome: row.outcome as Outcome,
  reason: row.reason,
  message: row.message,
  coalescedInto: row.coalesced_into,
  cause: row.cause,
  notBeforeAt: row.not_before_at,
  startDeadlineAt: row.start_deadline_at,
  ending: row.ending === null ? null : (JSON.parse(row.ending) as Ending),
  plan: JSON.parse(row.plan) as Plan,
});

export const rowOfTarget = (runId: string, t: TargetRecord): Insertable<RunTargetsTable> => ({
  run_id: runId,
  step: t.step,
  position: t.position,
  host_id: t.hostId,
  container: t.container,
  outcome: t.outcome,
  message: t.message,
  reason: t.reason,
  after_container: t.after,
  attempts: t.attempts,
  exit_code: t.exitCode,
  started_at: t.startedAt,
  finished_at: t.finishedAt,
});

export const targetOfRow = (row: Selectable<RunTargetsTable>): TargetRecord => ({
  step: row.step,
  position: row.position,
  hostId: row.host_id,
  container: row.container,
  outcome: row.outcome as Outcome,
  message: row.message,
  reason: row.reason,
  after: row.after_container,
  attempts: row.attempts,
  exitCode: row.exit_code,
  startedAt: row.started_at,
  finishedAt: row.finished_at,
});

export const attemptOfRow = (row: Selectable<AttemptsTable>): AttemptRecord => ({
  step: row.step,
  position: row.position,
  attempt: row.attempt,
  action: row.action,
  note: JSON.parse(row.note) as Note,
  dispatchedAt: row.dispatched_at,
});
