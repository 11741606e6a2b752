import type { Trigger } from '../../contract/index.ts';
import type { Rule } from './witness.ts';

/**
 * The slots of a rule, second by second and in UTC, without a line of the program's evaluator. It knows the cron
 * expressions that these tests make: seconds, minutes and hours as `*`, a step or a list, and `*` for the rest.
 */
export const naiveSlots = (rule: Rule, createdAtMs: number, untilMs: number): number[] => {
  if (!rule.isEnabled) return [];
  const from = Math.max(rule.fromMs + 1, rule.startsAt ?? 0);
  const to = Math.min(rule.toMs ?? untilMs, rule.endsAt ?? untilMs);
  return slotsBetween(rule.trigger, createdAtMs, from, to);
};

const slotsBetween = (trigger: Trigger, createdAtMs: number, from: number, to: number): number[] => {
  if (trigger.kind === 'once') {
    const at = Date.parse(trigger.at);
    return at >= from && at <= to ? [at] : [];
  }
  if (trigger.kind === 'interval') {
    const slots: number[] = [];
    for (let at = createdAtMs; at <= to; at += trigger.everyMs) if (at >= from) slots.push(at);
    return slots;
  }
  return trigger.kind === 'cron' ? cronSlots(trigger.expression, from, to) : [];
};

const cronSlots = (expression: string, from: number, to: number): number[] => {
  const fields = expression.split(' ');
  const [second = '0', minute = '*', hour = '*'] = fields.length === 6 ? fields : ['0', ...fields];
  const [seconds, minutes, hours] = [valuesOf(second, 60), valuesOf(minute, 60), valuesOf(hour, 24)];
  const slots: number[] = [];
  for (let at = Math.ceil(from / 1000) * 1000; at <= to; at += 1000) {
    const s = at / 1000;
    if (seconds.has(s % 60) && minutes.has(Math.floor(s / 60) % 60) && hours.has(Math.floor(s / 3600) % 24)) {
      slots.push(at);
    }
  }
  return slots;
};

const valuesOf = (field: string, count: number): Set<number> => {
  const all = Array.from({ length: count }, (_, i) => i);
  if (field === '*') return new Set(all);
  if (field.startsWith('*/')) return new Set(all.filter((value) => value % Number(field.slice(2)) === 0));
  return new Set(field.split(',').map(Number));
};
