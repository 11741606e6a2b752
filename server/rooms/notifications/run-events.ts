import type { Transaction } from 'kysely';
import type { NotificationEvent, NotificationRule, Severity } from '../../../contract/index.ts';
import type { Tables } from '../../database/index.ts';
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
  const wasBad = before !== null && bad.includes(before);
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
      return wasBad ? { event: 'run.recovered', severity: 'success' } : { event: 'run.succeeded', severity: 'success' };
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

/** A recovery counts as a success, too, for rules that want those. */
export const isWanted = (
  rule: NotificationRule,
  run: EndedRun,
  { event }: RunEvent,
  before: string | null,
): boolean => {
  const hasEvent = rule.events.includes(event) || (event === 'run.recovered' && rule.events.includes('run.succeeded'));
  if (!rule.enabled || !hasEvent || !rule.origins.includes(run.origin)) return false;
  if (rule.schedules.length > 0 && !rule.schedules.some((id) => id === run.scheduleId)) return false;
  if (rule.hosts.length > 0 && !run.hosts.some((hostId) => rule.hosts.includes(hostId))) return false;
  const isRepeat = before !== null && bad.includes(before) && (event === 'run.failed' || event === 'run.missed');
  return !(rule.onlyChanges && isRepeat);
};
