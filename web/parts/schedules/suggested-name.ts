import { t, tn } from '../../text/t.ts';
import type { Draft } from './draft.ts';

/** A name for a schedule from what it does: `Restart jellyfin`, `Stop media`, `Start 3 targets`. */
export function suggestedName(draft: Pick<Draft, 'action' | 'targets'>): string {
  const [first, ...rest] = draft.targets;
  if (!first) return '';
  const action = t(`action.${draft.action}`);
  if (rest.length > 0) return t('runs.deed', { action, what: tn('unit.targets', draft.targets.length) });
  if ('container' in first) return t('runs.deed', { action, what: first.container });
  if ('stack' in first) return t('runs.deed', { action, what: first.service ?? first.stack });
  return '';
}
