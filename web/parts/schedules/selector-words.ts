import type { Selector } from '../../../contract/actions.ts';
import type { Schedule, Step } from '../../../contract/schedules.ts';
import { list, locale, t } from '../../text/t.ts';
import { duration } from '../../time/relative.ts';

type NameOf = (id: number) => string;

/** A selector in words: `jellyfin on nas`, `stack media`, `everything on nas`. */
export function selectorWords(selector: Selector, hostName: NameOf): string {
  if ('container' in selector) {
    return t('selector.on', { what: selector.container, host: hostName(selector.hostId) });
  }
  const words = broadWords(selector);
  if (!('hostId' in selector) || selector.hostId === undefined) return words;
  return t('selector.on', { what: words, host: hostName(selector.hostId) });
}

/** What a schedule does: `Restart jellyfin on nas` (in a sentence: `restart …`), and what follows, or how much. */
export function deedWords(
  schedule: Pick<Schedule, 'steps'>,
  hostName: NameOf,
  place: 'alone' | 'inSentence' = 'alone',
): string {
  const [first, ...rest] = schedule.steps;
  if (!first) return '';
  const deed = stepWords(first, hostName, place);
  if (rest.length > 2) return t('schedules.andSteps', { deed, n: rest.length });
  return [deed, ...rest.map((step) => stepWords(step, hostName, 'inSentence'))].join(t('schedules.then'));
}

/** When a schedule is due: the server's words, and names where it has only numbers. */
export function whenWords(
  { trigger, description }: Pick<Schedule, 'trigger' | 'description'>,
  scheduleName: NameOf,
  hostName: NameOf,
): string {
  if (trigger.kind === 'after') return t(`when.after.${trigger.on}`, { name: scheduleName(trigger.scheduleId) });
  if (trigger.kind !== 'event') return description;
  const what = list(trigger.source.map((selector) => selectorWords(selector, hostName)));
  return t(`when.event.${trigger.event}`, { what });
}

/** One step: `Stop stack media`, `Wait 30 s`. */
export function stepWords(step: Step, hostName: NameOf, place: 'alone' | 'inSentence'): string {
  if (step.targets.length > 0) {
    const action = place === 'alone' ? t(`action.${step.action}`) : t(`verb.${step.action}`);
    const what = list(step.targets.map((selector) => selectorWords(selector, hostName)));
    return t('runs.deed', { action, what });
  }
  const { durationMs } = step.options ?? {};
  const kind = t(`stepKind.${step.action}`);
  const words = step.action === 'wait' && durationMs ? `${kind} ${duration(durationMs)}` : kind;
  return place === 'alone' ? words : words.charAt(0).toLocaleLowerCase(locale) + words.slice(1);
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
