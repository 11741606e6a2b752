import type { Selector } from '../../../contract/actions.ts';
import type { Schedule } from '../../../contract/schedules.ts';
import { list, t } from '../../text/t.ts';

type HostName = (id: number) => string;

/** A selector in words: `jellyfin on nas`, `stack media`, `everything on nas`. */
export function selectorWords(selector: Selector, hostName: HostName): string {
  if ('container' in selector) {
    return t('selector.on', { what: selector.container, host: hostName(selector.hostId) });
  }
  const words = broadWords(selector);
  if (!('hostId' in selector) || selector.hostId === undefined) return words;
  return t('selector.on', { what: words, host: hostName(selector.hostId) });
}

/** What a schedule does: `Restart jellyfin on nas` (in a sentence: `restart …`), and how many steps follow. */
export function deedWords(
  schedule: Pick<Schedule, 'steps'>,
  hostName: HostName,
  place: 'alone' | 'inSentence' = 'alone',
): string {
  const [first, ...rest] = schedule.steps;
  if (!first) return '';
  const targets = list(first.targets.map((selector) => selectorWords(selector, hostName)));
  const action = place === 'alone' ? t(`action.${first.action}`) : t(`verb.${first.action}`);
  const deed = t('runs.deed', { action, what: targets });
  return rest.length === 0 ? deed : t('schedules.andSteps', { deed, n: rest.length });
}

function broadWords(selector: Exclude<Selector, { container: string }>): string {
  if ('stack' in selector) {
    return selector.service === undefined
      ? t('selector.stack', { stack: selector.stack })
      : t('selector.service', { stack: selector.stack, service: selector.service });
  }
  if ('tag' in selector) return t('selector.tag', { tag: selector.tag });
  if ('label' in selector) {
    const label = selector.value === undefined ? selector.label : `${selector.label}=${selector.value}`;
    return t('selector.label', { label });
  }
  if ('namePattern' in selector) return t('selector.pattern', { pattern: selector.namePattern });
  return t('selector.all');
}
