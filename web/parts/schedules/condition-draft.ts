import type { Condition } from '../../../contract/conditions.ts';
import { numberOf, textOfNumber } from './number-text.ts';

/** A condition while it is edited; the fields that its kind does not have are kept for a change of mind. */
export interface ConditionDraft {
  /** Tells the rows apart. */
  key: number;
  kind: Condition['kind'];
  /** Of idle. */
  cpuBelowPercent: string;
  forS: string;
  /** Of older. */
  thanMin: string;
  since: 'start' | 'creation';
}

export const conditionKinds: readonly Condition['kind'][] = [
  'running',
  'stopped',
  'healthy',
  'unhealthy',
  'idle',
  'older',
];

const fresh: Omit<ConditionDraft, 'key'> = {
  kind: 'running',
  cpuBelowPercent: '5',
  forS: '30',
  thanMin: '60',
  since: 'start',
};

export function newCondition(rows: readonly ConditionDraft[]): ConditionDraft {
  return { key: Math.max(0, ...rows.map((row) => row.key)) + 1, ...fresh };
}

export function conditionDrafts(conditions: readonly Condition[]): ConditionDraft[] {
  return conditions.map((condition, key) => ({ key, ...fresh, ...fieldsOf(condition) }));
}

function fieldsOf(condition: Condition): Partial<ConditionDraft> {
  const { kind } = condition;
  if (kind === 'idle') {
    return { kind, cpuBelowPercent: String(condition.cpuBelowPercent), forS: textOfNumber(condition.forMs, 1000) };
  }
  if (kind === 'older') return { kind, thanMin: textOfNumber(condition.thanMs, 60_000), since: condition.since };
  return { kind };
}

/** Not rounded, as whole numbers are; NaN where it is no number. */
function percentOf(text: string): number {
  return text.trim() === '' ? Number.NaN : Number(text.replace(',', '.'));
}

export function conditionsOf(rows: readonly ConditionDraft[]): Condition[] {
  return rows.map((row): Condition => {
    if (row.kind === 'idle') {
      const { kind, cpuBelowPercent, forS } = row;
      return { kind, cpuBelowPercent: percentOf(cpuBelowPercent), forMs: numberOf(forS, 1000) ?? 0 };
    }
    if (row.kind === 'older') return { kind: row.kind, thanMs: numberOf(row.thanMin, 60_000) ?? 0, since: row.since };
    return { kind: row.kind };
  });
}
