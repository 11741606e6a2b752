import type { Trigger, TriggerEvent } from '../../../contract/index.ts';
import { parseCron } from './cron/parse.ts';
import { describeCron } from './cron/words.ts';

const units = [
  [86_400_000, 'day'],
  [3_600_000, 'hour'],
  [60_000, 'minute'],
  [1000, 'second'],
] as const;

const endings = { success: 'succeeded', failure: 'failed', any: 'ended' } as const;

const happenings: Record<TriggerEvent, string> = {
  unhealthy: 'a container became unhealthy',
  healthy: 'a container became healthy',
  died: 'a container died',
  oom: 'a container ran out of memory',
  started: 'a container started',
  update_available: 'there is a newer image of a container',
};

/** A trigger in words, for people who read no cron. */
export const describeTrigger = (trigger: Trigger, seed: string): string => {
  switch (trigger.kind) {
    case 'cron': {
      const parsed = parseCron(trigger.expression, seed);
      return parsed.ok ? describeCron(parsed.cron) : trigger.expression;
    }
    case 'once':
      return `Once, at ${trigger.at}`;
    case 'interval':
      return `Every ${durationWords(trigger.everyMs)}`;
    case 'after':
      return `After schedule ${trigger.scheduleId} ${endings[trigger.on]}`;
    case 'event':
      return `When ${happenings[trigger.event]}`;
    case 'manual':
      return 'Only by hand';
  }
};

/** Whole units, for example `90 minutes`, `day` for one of them: what stands behind `every`. */
export const durationWords = (ms: number): string => {
  const [size, unit] = units.find(([s]) => ms % s === 0) ?? [1, 'millisecond'];
  const count = ms / size;
  return count === 1 ? unit : `${count} ${unit}s`;
};
