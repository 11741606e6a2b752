import type { Schedule } from '../../../contract/schedules.ts';

const base = {
  id: 1,
  revision: 1,
  name: 'Restart web',
  enabled: true,
  trigger: { kind: 'cron' as const, expression: '0 3 * * *' },
  steps: [{ action: 'restart' as const, targets: [{ hostId: 1, container: 'web' }] }],
  policies: {
    catchUp: 'latest' as const,
    catchUpLimit: 10,
    startDeadlineMs: null,
    overlap: 'skip' as const,
    queueLimit: 5,
    jitterMs: 0,
    timeoutMs: null,
    pauseAfterFailures: null,
    onNoMatch: 'fail' as const,
  },
  startsAt: null,
  endsAt: null,
  maxRuns: null,
  runsBegun: 0,
  pausedReason: null,
  nextRunAt: '2026-11-24T03:00:00.000Z',
  lastRun: null,
  recent: [],
  description: 'At 03:00',
  createdAt: '2026-11-01T00:00:00.000Z',
  updatedAt: '2026-11-01T00:00:00.000Z',
};

/** A schedule for tests: restarts `web` on host 1 every day at three. */
export function aSchedule(changes: Partial<Schedule> = {}): Schedule {
  return { ...base, ...changes };
}
