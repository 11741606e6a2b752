import type { ScheduleRevision } from '../../../contract/schedules.ts';
import { list, t } from '../../text/t.ts';

type Document = ScheduleRevision['document'];

/** What an edit changed, in words: `switched off`, `changed the time and the steps`. */
export function changeWords(after: Document, before: Document | undefined): string {
  if (!before) return t('revision.first');
  const changed = (field: keyof Document) => JSON.stringify(after[field]) !== JSON.stringify(before[field]);
  const parts: string[] = [];
  if (changed('name')) parts.push(t('revision.name', { name: before.name }));
  if (changed('enabled')) parts.push(t(after.enabled ? 'revision.on' : 'revision.off'));
  if (changed('trigger')) parts.push(t('revision.trigger'));
  if (changed('steps')) parts.push(t('revision.steps'));
  if (changed('policies')) parts.push(t('revision.policies'));
  if (changed('startsAt') || changed('endsAt') || changed('maxRuns')) parts.push(t('revision.bounds'));
  if (changed('restore')) parts.push(t('revision.restore'));
  const words = parts.length === 0 ? t('revision.nothing') : list(parts);
  return words.charAt(0).toLocaleUpperCase() + words.slice(1);
}
