import * as v from 'valibot';
import type {
  Policies,
  RunSummary,
  Schedule,
  ScheduleInput,
  Step,
  schedulePatch,
  Trigger,
} from '../../../contract/index.ts';
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
  /** No slots before and after; null: no such bound. */
  startsAt: number | null;
  endsAt: number | null;
  /** After so many begun runs there are no more slots; null: no cap. */
  maxRuns: number | null;
  /** Whether its runs put back what they touched. */
  restore: boolean;
  /** How many runs its slots have begun. */
  runsBegun: number;
  /** Why the program itself disabled it; null when it did not. */
  pausedReason: string | null;
  /** The cursor: every slot up to and including this instant has its run. */
  evaluatedUntil: number;
  /** The first slot after the cursor; null when there is none, or the schedule is disabled. */
  nextSlotAt: number | null;
  createdAt: number;
  updatedAt: number;
}

export type SchedulePatch = v.InferOutput<typeof schedulePatch>;

/** The part of a schedule that its owner writes, as the API writes it: what a revision keeps. */
export const documentOf = (record: ScheduleRecord): ScheduleInput => ({
  name: record.name,
  enabled: record.enabled,
  trigger: record.trigger,
  steps: record.steps,
  policies: record.policies,
  startsAt: instantOrNull(record.startsAt),
  endsAt: instantOrNull(record.endsAt),
  maxRuns: record.maxRuns,
  restore: record.restore,
});

/** What an owner wrote, in the program's form; what was left out stays out. */
export const fieldsOf = ({ startsAt, endsAt, ...rest }: SchedulePatch): Partial<ScheduleRecord> => ({
  ...rest,
  ...(startsAt === undefined ? {} : { startsAt: msOrNull(startsAt) }),
  ...(endsAt === undefined ? {} : { endsAt: msOrNull(endsAt) }),
});

/** A schedule that was just made, but for its ID. */
export const newSchedule = (input: ScheduleInput, nowMs: number): Omit<ScheduleRecord, 'id'> => ({
  ...input,
  startsAt: msOrNull(input.startsAt),
  endsAt: msOrNull(input.endsAt),
  revision: 1,
  runsBegun: 0,
  pausedReason: null,
  evaluatedUntil: nowMs,
  nextSlotAt: null,
  createdAt: nowMs,
  updatedAt: nowMs,
});

/** The defaults of policies, for what an input leaves out. */
export const withDefaults = (input: v.InferInput<typeof policiesSchema>): Policies => v.parse(policiesSchema, input);

/** The schedule as the API shows it. */
export const presentSchedule = (record: ScheduleRecord, recent: RunSummary[]): Schedule => ({
  id: record.id,
  revision: record.revision,
  ...documentOf(record),
  runsBegun: record.runsBegun,
  pausedReason: record.pausedReason,
  nextRunAt: instantOrNull(record.nextSlotAt),
  lastRun: recent.at(-1) ?? null,
  recent,
  description: describeTrigger(record.trigger, String(record.id)),
  createdAt: new Date(record.createdAt).toISOString(),
  updatedAt: new Date(record.updatedAt).toISOString(),
});

const instantOrNull = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());
const msOrNull = (instant: string | null): number | null => (instant === null ? null : Date.parse(instant));
