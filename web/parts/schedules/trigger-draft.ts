import type { Selector } from '../../../contract/actions.ts';
import type { DstPolicy, Trigger, TriggerEvent } from '../../../contract/schedules.ts';
import { toInstant, toLocal } from '../../time/zone.ts';
import type { DurationUnit } from './duration-unit.ts';
import { fittingUnit, unitMs } from './duration-unit.ts';
import { numberOf, numbersOf, textOfNumber } from './number-text.ts';

export type TriggerKind = Trigger['kind'];
export const triggerKinds: readonly TriggerKind[] = ['cron', 'once', 'interval', 'after', 'event', 'manual'];
export const triggerEvents: readonly TriggerEvent[] = [
  'unhealthy',
  'healthy',
  'died',
  'oom',
  'started',
  'update_available',
];

/** When a schedule is due, while it is edited. */
export interface TriggerDraft {
  kind: TriggerKind;
  expression: string;
  /** Empty: the instance's zone. */
  timeZone: string;
  dst: DstPolicy;
  /** A local time in the schedule's zone, `2026-11-24T07:30`. */
  onceAt: string;
  every: string;
  everyUnit: DurationUnit;
  /** The ID of the schedule before, as text; empty: none is chosen yet. */
  after: string;
  afterOn: 'success' | 'failure' | 'any';
  event: TriggerEvent;
  source: Selector[];
  exitCodes: string;
  minSpacingS: string;
  /** As it was before. */
  kept: Trigger | null;
}

export function emptyTrigger(): TriggerDraft {
  return {
    kind: 'cron',
    expression: '0 3 * * *',
    timeZone: '',
    dst: 'vixie',
    onceAt: '',
    every: '6',
    everyUnit: 'h',
    after: '',
    afterOn: 'success',
    event: 'unhealthy',
    source: [],
    exitCodes: '',
    minSpacingS: '60',
    kept: null,
  };
}

/** The draft of a trigger; `zone` is the instance's, for a moment without one of its own. */
export function triggerDraftOf(trigger: Trigger, zone: string): TriggerDraft {
  return { ...emptyTrigger(), ...fieldsOf(trigger, zone), kind: trigger.kind, kept: trigger };
}

export function triggerOf(draft: TriggerDraft, zone: string): Trigger {
  switch (draft.kind) {
    case 'cron':
      return cronOf(draft);
    case 'once':
      return { kind: 'once', at: instantOf(draft.onceAt, keptAt(draft), draft.timeZone || zone) ?? '' };
    case 'interval':
      return intervalOf(draft);
    case 'after':
      return { kind: 'after', scheduleId: numberOf(draft.after) ?? Number.NaN, on: draft.afterOn };
    case 'event':
      return eventOf(draft);
    case 'manual':
      return { kind: 'manual' };
  }
}

/** The instant of a local time. One that was not touched keeps its seconds, which the field does not show. */
export function instantOf(local: string, before: string | null, zone: string): string | null {
  if (before !== null && local === toLocal(Date.parse(before), zone)) return before;
  const at = toInstant(local, zone);
  return at === null ? null : new Date(at).toISOString();
}

function cronOf({ expression, timeZone, dst }: TriggerDraft): Trigger {
  const own = timeZone === '' ? {} : { timeZone };
  return { kind: 'cron', expression, ...own, ...(dst === 'vixie' ? {} : { dst }) };
}

function keptAt({ kept }: TriggerDraft): string | null {
  return kept?.kind === 'once' ? kept.at : null;
}

function intervalOf({ every, everyUnit, kept }: TriggerDraft): Trigger {
  const anchor = kept?.kind === 'interval' ? kept.anchor : undefined;
  return { kind: 'interval', everyMs: numberOf(every, unitMs[everyUnit]) ?? 0, ...(anchor ? { anchor } : {}) };
}

function eventOf(draft: TriggerDraft): Trigger {
  const { event, source } = draft;
  const exitCodes = event === 'died' ? numbersOf(draft.exitCodes) : undefined;
  const minSpacingMs = numberOf(draft.minSpacingS, 1000) ?? 60_000;
  return { kind: 'event', event, source, ...(exitCodes ? { exitCodes } : {}), minSpacingMs };
}

function fieldsOf(trigger: Trigger, zone: string): Partial<TriggerDraft> {
  switch (trigger.kind) {
    case 'cron':
      return {
        expression: trigger.expression,
        timeZone: trigger.timeZone ?? '',
        dst: trigger.dst ?? 'vixie',
      };
    case 'once':
      return { onceAt: toLocal(Date.parse(trigger.at), zone) };
    case 'interval': {
      const { value, unit } = fittingUnit(trigger.everyMs);
      return { every: value, everyUnit: unit };
    }
    case 'after':
      return { after: String(trigger.scheduleId), afterOn: trigger.on };
    case 'event':
      return {
        event: trigger.event,
        source: trigger.source,
        exitCodes: (trigger.exitCodes ?? []).join(', '),
        minSpacingS: textOfNumber(trigger.minSpacingMs, 1000),
      };
    case 'manual':
      return {};
  }
}
