import type { Schedule } from '../../../contract/schedules.ts';

/** A schedule for tests: restarts `web` on host 1 every day at three. */
export function aSchedule(changes: Partial<Schedule> = {}): Schedule {
  return {
    id: 1,
    revision: 1,
    name: 'Restart web',
    enabled: true,
    trigger: { kind: 'cron', expression: '0 3 * * *' },
    steps: [{ action: 'restart', targets: [{ hostId: 1, container: 'web' }] }],
    policies: { catchUp: 'latest', catchUpLimit: 10, startDeadlineMs: null, overlap: 'skip', onNoMatch: 'fail' },
    nextRunAt: '2026-11-24T03:00:00.000Z',
    lastRun: null,
    recent: [],
    description: 'At 03:00',
    createdAt: '2026-11-01T00:00:00.000Z',
    updatedAt: '2026-11-01T00:00:00.000Z',
    ...changes,
  };
}
