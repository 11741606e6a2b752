import type { Schedule } from '../../../contract/schedules.ts';
import { t } from '../../text/t.ts';

/** What stands in place of the next run of a schedule that has none. */
export function noNextWords({ enabled, trigger, endsAt, maxRuns, runsBegun }: Schedule, nowMs: number): string {
  if (!enabled) return t('schedules.off');
  if (!['cron', 'interval', 'once'].includes(trigger.kind)) return t('schedules.noNext');
  const isCapped = maxRuns !== null && runsBegun >= maxRuns;
  const isOver = endsAt !== null && Date.parse(endsAt) <= nowMs;
  return t(trigger.kind === 'once' || isCapped || isOver ? 'schedules.done' : 'schedules.never');
}
