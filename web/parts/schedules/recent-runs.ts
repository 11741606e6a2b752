import type { Run, RunSummary } from '../../../contract/runs.ts';
import type { Schedule } from '../../../contract/schedules.ts';

/** As many as the server tells of. */
const most = 20;

/**
 * The schedule with what became of one of its runs. The server tells of a schedule when it is due, not once more when
 * the run has ended: that comes as the run's own event.
 */
export function withRun(schedule: Schedule, run: Run): Schedule {
  const others = schedule.recent.filter(({ id }) => id !== run.id);
  // IDs of runs are in the order of time.
  const recent = [...others, summaryOf(run)].sort((a, b) => (a.id < b.id ? -1 : 1)).slice(-most);
  return { ...schedule, recent, lastRun: recent.at(-1) ?? null };
}

function summaryOf({ id, outcome, scheduledFor, startedAt, finishedAt }: Run): RunSummary {
  return { id, outcome, scheduledFor, startedAt, finishedAt };
}
