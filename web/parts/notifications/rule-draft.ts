import type {
  NotificationEvent,
  NotificationRule,
  NotificationRuleInput,
  Severity,
} from '../../../contract/notifications.ts';
import type { Origin } from '../../../contract/runs.ts';
import type { DurationUnit } from '../schedules/duration-unit.ts';
import { fittingUnit, unitMs } from '../schedules/duration-unit.ts';
import type { WindowDraft } from '../schedules/window-draft.ts';
import { allEvents, allSeverities } from './events.ts';
import type { Places } from './places-draft.ts';
import { placesOf } from './places-draft.ts';
import type { TemplateDraft } from './template-draft.ts';
import { emptyTemplate, templateDraftOf, templateOf } from './template-draft.ts';

/** A rule while it is edited. */
export interface RuleDraft extends Places {
  name: string;
  events: NotificationEvent[];
  channels: number[];
  severities: Severity[];
  origins: Origin[];
  onlyChanges: boolean;
  fold: string;
  foldUnit: DurationUnit;
  quietTimes: WindowDraft[];
  loudSeverities: Severity[];
  digest: NotificationRuleInput['digest'];
  template: TemplateDraft;
}

export const allOrigins: readonly Origin[] = ['schedule', 'after', 'event', 'webhook', 'api', 'manual'];

/** A new one: what most people want to hear of, by the only channel where there is one. */
export function newRule(channels: readonly { id: number }[]): RuleDraft {
  return {
    name: '',
    events: ['run.failed', 'run.missed', 'run.recovered'],
    channels: channels.length === 1 ? channels.map(({ id }) => id) : [],
    ...{ hosts: [], stacks: [], tags: [], schedules: [], severities: [] },
    origins: ['schedule', 'after', 'event', 'webhook'],
    onlyChanges: true,
    fold: '10',
    foldUnit: 'min',
    quietTimes: [],
    loudSeverities: [],
    digest: 'none',
    template: { ...emptyTemplate },
  };
}

export function ruleDraftOf(rule: NotificationRule): RuleDraft {
  const { value: fold, unit: foldUnit } =
    rule.foldMs === 0 ? ({ value: '0', unit: 'min' } as const) : fittingUnit(rule.foldMs);
  return {
    ...placesOf(rule),
    name: rule.name,
    events: [...rule.events],
    channels: [...rule.channels],
    severities: [...rule.severities],
    origins: [...rule.origins],
    onlyChanges: rule.onlyChanges,
    ...{ fold, foldUnit },
    quietTimes: rule.quietTimes.map(({ days = [], from, to }, key) => ({
      key,
      kind: 'block',
      days: [...days],
      from,
      to,
    })),
    loudSeverities: [...rule.loudSeverities],
    digest: rule.digest,
    template: templateDraftOf(rule.template),
  };
}

/** As it is sent; an empty folding time is none, and one that is no number is refused by the server. */
export function ruleInputOf(draft: RuleDraft): Omit<NotificationRuleInput, 'enabled'> {
  const { fold, foldUnit, quietTimes, template, ...rest } = draft;
  return {
    ...rest,
    name: draft.name.trim(),
    events: allEvents.filter((event) => draft.events.includes(event)),
    severities: allSeverities.filter((one) => draft.severities.includes(one)),
    loudSeverities: quietTimes.length > 0 ? allSeverities.filter((one) => draft.loudSeverities.includes(one)) : [],
    foldMs: fold.trim() === '' ? 0 : Math.round(Number(fold.replace(',', '.')) * unitMs[foldUnit]),
    quietTimes: quietTimes.map(({ days, from, to }) => ({ ...(days.length > 0 ? { days: [...days] } : {}), from, to })),
    template: templateOf(template, false),
  };
}
