import type { Transaction } from 'kysely';
import type { NotificationEvent, Severity } from '../../../contract/index.ts';
import type { Database, Tables } from '../../database/index.ts';
import type { EndedRun } from '../runs/index.ts';

/** What the end of a run means to people. */
export interface RunEvent {
  event: NotificationEvent;
  severity: Severity;
}

const bad: readonly string[] = ['failed', 'timed_out', 'interrupted', 'missed'];
/** What says how a schedule is: a skipped or cancelled run does not. */
const telling: readonly string[] = [...bad, 'succeeded'];

/** Null where nobody needs to hear of it: somebody's cancel, or a slot that stands with another. */
export const eventOf = (run: EndedRun, before: string | null): RunEvent | null => {
  switch (run.outcome) {
    case 'failed':
    case 'timed_out':
    case 'interrupted':
      return { event: 'run.failed', severity: 'error' };
    case 'missed':
      return { event: 'run.missed', severity: 'warning' };
    case 'skipped':
      return { event: 'run.skipped', severity: 'info' };
    case 'succeeded':
      return isBad(before)
        ? { event: 'run.recovered', severity: 'success' }
        : { event: 'run.succeeded', severity: 'success' };
    default:
      return null;
  }
};

/** How the schedule's run before ended, of those that tell; null where there is none, or no schedule. */
export const outcomeBefore = async (trx: Transaction<Tables>, run: EndedRun): Promise<string | null> => {
  if (run.scheduleId === null) return null;
  const row = await trx
    .selectFrom('runs')
    .select('outcome')
    .where('schedule_id', '=', run.scheduleId)
    .where('id', '<', run.id)
    .where('outcome', 'in', [...telling])
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.outcome ?? null;
};

/** When a schedule was well last, epoch milliseconds; 0: never. Of runs before one, or of all. */
export const wellAt = async (
  db: Database | Transaction<Tables>,
  scheduleId: number,
  before?: string,
): Promise<number> => {
  let rows = db.selectFrom('runs').select('finished_at').where('schedule_id', '=', scheduleId);
  if (before !== undefined) rows = rows.where('id', '<', before);
  const row = await rows.where('outcome', '=', 'succeeded').orderBy('id', 'desc').limit(1).executeTakeFirst();
  return row?.finished_at ?? 0;
};

/** Whether the last run that tells how a schedule is ended badly. */
export const failsStill = async (db: Database, scheduleId: number): Promise<boolean> => {
  const row = await db
    .selectFrom('runs')
    .select('outcome')
    .where('schedule_id', '=', scheduleId)
    .where('outcome', 'in', [...telling])
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return isBad(row?.outcome ?? null);
};

/** Too few say nothing of what is usual. */
const fewest = 5;
const slowTimes = 3;
/** What is quick may vary: nobody wants to hear that four seconds became fifteen. */
const slowAtLeastMs = 30_000;

/** How long its schedule's runs usually take, when this one took much longer; null: it did not, or nobody can tell. */
export const usualWhereSlow = async (trx: Transaction<Tables>, run: EndedRun): Promise<number | null> => {
  const { durationMs } = run;
  if (run.outcome !== 'succeeded' || run.scheduleId === null || durationMs === null) return null;
  if (durationMs < slowAtLeastMs) return null;
  const rows = await trx
    .selectFrom('runs')
    .select(['started_at', 'finished_at'])
    .where('schedule_id', '=', run.scheduleId)
    .where('id', '<', run.id)
    .where('outcome', '=', 'succeeded')
    .orderBy('id', 'desc')
    .limit(20)
    .execute();
  const lasted = rows.flatMap((row) => (row.started_at === null ? [] : (row.finished_at ?? 0) - row.started_at));
  if (lasted.length < fewest) return null;
  const usual = lasted.sort((a, b) => a - b)[Math.floor(lasted.length / 2)] ?? 0;
  return durationMs > usual * slowTimes && durationMs - usual >= slowAtLeastMs ? usual : null;
};

export const isBad = (outcome: string | null): boolean => outcome !== null && bad.includes(outcome);
