import * as v from 'valibot';
import type { Outcome, Run } from '../../../contract/runs.ts';
import { run } from '../../../contract/runs.ts';

/** A run for tests, as the contract has it: schedule 1 restarted `web` on host 1 at nine. */
export function aRun(changes: Partial<Run> & { message?: string | null } = {}): Run {
  const { message = null, ...rest } = changes;
  const outcome: Outcome = rest.outcome ?? 'succeeded';
  const at = rest.scheduledFor ?? '2026-11-23T09:00:00.000Z';
  const times = { startedAt: at, finishedAt: at };
  const left = { reason: null, after: null, exitCode: null };
  const target = { hostId: 1, container: 'web', outcome, attempts: 1, message, ...left, ...times };
  return v.parse(run, {
    id: `r-${at}`,
    scheduleId: 1,
    scheduleName: 'Restart web',
    revision: 1,
    origin: 'schedule',
    actor: { kind: 'schedule', id: 1, name: 'Restart web', address: null },
    scheduledFor: at,
    createdAt: at,
    waitsUntil: null,
    ...times,
    outcome,
    reason: null,
    message: null,
    cause: null,
    coalescedInto: null,
    steps: [{ action: 'restart', outcome, targets: [target] }],
    ...rest,
  });
}
