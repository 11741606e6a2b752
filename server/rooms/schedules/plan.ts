import type { Actor } from '../../../contract/index.ts';
import type { Plan } from '../runs/index.ts';
import type { ScheduleRecord } from './schedule.ts';

/** What a run of this schedule does; retries end before the next slot. */
export const planOf = ({ steps, policies, restore }: ScheduleRecord, nextSlotAt: number | null): Plan => ({
  steps,
  onNoMatch: policies.onNoMatch,
  conditions: policies.conditions,
  outsideWindow: policies.outsideWindow,
  isQueued: policies.overlap !== 'allow',
  timeoutMs: policies.timeoutMs,
  restore,
  retryUntil: nextSlotAt,
});

/** The schedule as the one who acts. */
export const scheduleActor = ({ id, name }: ScheduleRecord): Actor => ({ kind: 'schedule', id, name, address: null });
