import type { RunRecord } from './run.ts';

/** A pending run by hand without steps, for tests. */
export const exampleRun = (more: Partial<RunRecord> & { id: string }): RunRecord => ({
  scheduleId: null,
  scheduleName: null,
  revision: null,
  origin: 'manual',
  actor: { kind: 'user', id: 1, name: 'ada', address: null },
  scheduledFor: null,
  createdAt: 0,
  startedAt: null,
  finishedAt: null,
  outcome: 'pending',
  reason: null,
  message: null,
  coalescedInto: null,
  cause: null,
  notBeforeAt: null,
  startDeadlineAt: null,
  plan: { steps: [], onNoMatch: 'fail', isQueued: false, timeoutMs: null, retryUntil: null },
  ...more,
});
