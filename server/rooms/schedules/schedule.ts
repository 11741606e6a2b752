import * as v from 'valibot';
import type { Policies, RunSummary, Schedule, Step, Trigger } from '../../../contract/index.ts';
import { policies as policiesSchema } from '../../../contract/index.ts';
import { describeTrigger } from './words.ts';

/** A schedule as the program holds it. Instants are epoch milliseconds. */
export interface ScheduleRecord {
  id: number;
  name: string;
  enabled: boolean;
  /** Counts the edits; each run names the revision that it ran with. */
  revision: number;
  trigger: Trigger;
  steps: Step[];
  policies: Policies;
  /** The cursor: every slot up to and including this instant has its run. */
  evaluatedUntil: number;
  /** The first slot after the cursor; null when there is none, or the schedule is disabled. */
  nextSlotAt: number | null;
  createdAt: number;
  updatedAt: number;
}

/** The part of a schedule that its owner writes, and that a revision keeps. */
export type ScheduleDocument = Pick<ScheduleRecord, 'name' | 'enabled' | 'trigger' | 'steps' | 'policies'>;

export const documentOf = ({ name, enabled, trigger, steps, policies }: ScheduleRecord): ScheduleDocument => ({
  name,
  enabled,
  trigger,
  steps,
  policies,
});

/** The defaults of policies, for what an input leaves out. */
export const withDefaults = (input: v.InferInput<typeof policiesSchema>): Policies => v.parse(policiesSchema, input);

/** The schedule as the API shows it. */
export const presentSchedule = (record: ScheduleRecord, recent: RunSummary[]): Schedule => ({
  id: record.id,
  revision: record.revision,
  ...documentOf(record),
  nextRunAt: record.nextSlotAt === null ? null : new Date(record.nextSlotAt).toISOString(),
  lastRun: recent.at(-1) ?? null,
  recent,
  description: describeTrigger(record.trigger, String(record.id)),
  createdAt: new Date(record.createdAt).toISOString(),
  updatedAt: new Date(record.updatedAt).toISOString(),
});
