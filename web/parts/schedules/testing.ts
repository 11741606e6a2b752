import * as v from 'valibot';
import type { Schedule } from '../../../contract/schedules.ts';
import { schedule } from '../../../contract/schedules.ts';

/** A schedule for tests, as the contract has it: restarts `web` on host 1 every day at three. */
export function aSchedule(changes: Partial<Schedule> = {}): Schedule {
  return v.parse(schedule, {
    id: 1,
    revision: 1,
    name: 'Restart web',
    enabled: true,
    trigger: { kind: 'cron', expression: '0 3 * * *' },
    steps: [{ action: 'restart', targets: [{ hostId: 1, container: 'web' }] }],
    policies: {},
    startsAt: null,
    endsAt: null,
    maxRuns: null,
    restore: false,
    runsBegun: 0,
    pausedReason: null,
    nextRunAt: '2026-11-24T03:00:00.000Z',
    lastRun: null,
    recent: [],
    description: 'At 03:00',
    createdAt: '2026-11-01T00:00:00.000Z',
    updatedAt: '2026-11-01T00:00:00.000Z',
    ...changes,
  });
}
