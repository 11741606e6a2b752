import type { Outcome, Run } from '../../../contract/runs.ts';

/** A run for tests: schedule 1 restarted `web` on host 1 at nine. */
export function aRun(changes: Partial<Run> & { targetOutcome?: Outcome; message?: string | null } = {}): Run {
  const { targetOutcome, message = null, ...rest } = changes;
  const outcome = rest.outcome ?? 'succeeded';
  const at = rest.scheduledFor ?? '2026-11-23T09:00:00.000Z';
  const target = {
    hostId: 1,
    container: 'web',
    outcome: targetOutcome ?? outcome,
    attempts: 1,
    message,
    startedAt: at,
    finishedAt: at,
  };
  const base = {
    id: `r-${at}`,
    scheduleId: 1,
    scheduleName: 'Restart web',
    revision: 1,
    origin: 'schedule' as const,
    actor: { kind: 'schedule' as const, id: 1, name: 'Restart web', address: null },
    scheduledFor: at,
    createdAt: at,
    startedAt: at,
    finishedAt: at,
    outcome,
    reason: null,
    message: null,
    cause: null,
    coalescedInto: null,
    steps: [{ action: 'restart' as const, outcome, targets: [target] }],
  };
  return { ...base, ...rest };
}
