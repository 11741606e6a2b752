import { t, tn } from '../../text/t.ts';
import { relative } from '../../time/relative.ts';

export interface LeadFacts {
  needs: number;
  succeeded: number;
  /** Runs since midnight that succeeded or went wrong; skipped ones are neither. */
  counted: number;
  /** True when there were more runs than were fetched: then no number is claimed. */
  isPartial: boolean;
  hasSchedules: boolean;
  next: { deed: string; at: number } | null;
}

export interface LeadPart {
  text: string;
  tone: 'strong' | 'bold' | 'muted';
}

/** The one sentence of Today: what needs you, how it went, what comes next. */
export function leadOf(facts: LeadFacts, now: number): LeadPart[] {
  const needs = facts.needs === 0 ? t('today.nothing') : `${tn('today.things', facts.needs)}.`;
  const parts: LeadPart[] = [{ text: needs, tone: 'strong' }];
  const runs = runsSentence(facts);
  if (runs) parts.push({ text: runs, tone: 'muted' });
  if (facts.next) {
    parts.push({ text: t('today.nextIs'), tone: 'muted' });
    parts.push({ text: facts.next.deed, tone: 'bold' });
    parts.push({ text: `${relative(facts.next.at, now)}.`, tone: 'muted' });
  } else {
    parts.push({ text: t(facts.hasSchedules ? 'today.nothingNext' : 'today.noSchedules'), tone: 'muted' });
  }
  return parts;
}

function runsSentence({ succeeded, counted, isPartial }: LeadFacts): string | null {
  if (counted === 0 || isPartial) return null;
  if (succeeded === counted) return tn('today.allRuns', counted);
  return tn('today.someRuns', counted, { succeeded });
}
