import * as v from 'valibot';
import type { Trigger } from '../../../contract/index.ts';
import { step, trigger } from '../../../contract/index.ts';
import type { FieldError } from '../../errors/index.ts';
import { checkStep } from '../actions/index.ts';
import { parseCron } from './cron/parse.ts';
import { isTimeZone } from './cron/zone.ts';

/** What is known of the instance when a schedule is checked. */
export interface ValidationContext {
  nowMs: number;
  hasHost(hostId: number): boolean;
  hasSchedule(scheduleId: number): boolean;
  /** The chain by which the schedule would come after itself; null when it would not. */
  cycleOf(trigger: Trigger): string | null;
}

/**
 * Faults of a schedule's input that a schema cannot see. The input is taken as it came: what the schema refuses is
 * passed over here, so that one answer names both kinds of faults.
 */
export const checkSchedule = (input: unknown, context: ValidationContext): FieldError[] => {
  const written = v.safeParse(parts, input);
  if (!written.success) return [];
  const { trigger: rawTrigger, steps: rawSteps, startsAt, endsAt } = written.output;
  const parsedTrigger = v.safeParse(trigger, rawTrigger);
  return [
    ...(parsedTrigger.success ? checkTrigger(parsedTrigger.output, context) : checkCron(rawTrigger)),
    ...(rawSteps ?? []).flatMap((rawStep, i) => {
      const parsed = v.safeParse(step, rawStep);
      return parsed.success ? checkStep(parsed.output, `steps.${i}`, context) : [];
    }),
    ...checkBounds(startsAt, endsAt),
  ];
};

const parts = v.object({
  trigger: v.optional(v.unknown()),
  steps: v.optional(v.array(v.unknown())),
  startsAt: v.optional(v.unknown()),
  endsAt: v.optional(v.unknown()),
});

const checkTrigger = (trigger: Trigger, context: ValidationContext): FieldError[] => {
  switch (trigger.kind) {
    case 'cron':
      return checkCron(trigger);
    case 'once':
      return Date.parse(trigger.at) > context.nowMs
        ? []
        : [{ path: 'trigger.at', message: 'lies in the past; choose an instant that is still to come' }];
    case 'after':
      return checkAfter(trigger, context);
    case 'event':
      return trigger.exitCodes === undefined || trigger.event === 'died'
        ? []
        : [{ path: 'trigger.exitCodes', message: `does nothing for ${trigger.event}; only died has exit codes` }];
    case 'interval':
    case 'manual':
      return [];
  }
};

const cronParts = v.object({
  kind: v.literal('cron'),
  expression: v.fallback(v.nullable(v.pipe(v.string(), v.trim(), v.minLength(1))), null),
  timeZone: v.fallback(v.optional(v.string()), undefined),
});

/** What can be told of a cron trigger, also when another of its fields is faulty. */
const checkCron = (raw: unknown): FieldError[] => {
  const { success, output } = v.safeParse(cronParts, raw);
  if (!success) return [];
  const { expression, timeZone } = output;
  return [...(expression === null ? [] : checkExpression(expression)), ...checkZone(timeZone, 'trigger.timeZone')];
};

const checkAfter = (trigger: Extract<Trigger, { kind: 'after' }>, context: ValidationContext): FieldError[] => {
  const path = 'trigger.scheduleId';
  if (!context.hasSchedule(trigger.scheduleId))
    return [{ path, message: `there is no schedule ${trigger.scheduleId}` }];
  const cycle = context.cycleOf(trigger);
  return cycle === null ? [] : [{ path, message: `would make the schedule come after itself: ${cycle}` }];
};

const checkBounds = (startsAt: unknown, endsAt: unknown): FieldError[] => {
  if (typeof startsAt !== 'string' || typeof endsAt !== 'string') return [];
  if (!(Date.parse(endsAt) <= Date.parse(startsAt))) return [];
  return [{ path: 'endsAt', message: 'must be later than startsAt' }];
};

const checkExpression = (expression: string): FieldError[] => {
  const parsed = parseCron(expression);
  return parsed.ok ? [] : [{ path: 'trigger.expression', message: parsed.message }];
};

/** `path` is the field that names the zone. */
export const checkZone = (timeZone: string | undefined, path: string): FieldError[] => {
  if (timeZone === undefined || isTimeZone(timeZone)) return [];
  const message = `"${timeZone}" is not a known time zone; use an IANA name such as Europe/Berlin or UTC`;
  return [{ path, message }];
};
