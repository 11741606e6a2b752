import { t, tn } from '../../text/t.ts';
import type { Draft } from './draft.ts';
import { scopeOf } from './step-draft.ts';

/** A name for a schedule from what it does first: `Restart jellyfin`, `Stop media`, `Start 3 targets`. */
export function suggestedName({ steps }: Pick<Draft, 'steps'>): string {
  const step = steps.find((one) => scopeOf(one.action) === 'containers') ?? steps[0];
  const [first, ...rest] = step?.targets ?? [];
  if (!step || !first) return '';
  const action = t(`action.${step.action}`);
  if (rest.length > 0) return t('runs.deed', { action, what: tn('unit.targets', step.targets.length) });
  if ('container' in first) return t('runs.deed', { action, what: first.container });
  if ('stack' in first) return t('runs.deed', { action, what: first.service ?? first.stack });
  return '';
}
