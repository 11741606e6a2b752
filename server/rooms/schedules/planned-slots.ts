import type { PlannedSlot } from '../../../contract/index.ts';
import { claimContextOf } from './claim-context.ts';
import type { Claim } from './claims.ts';
import { claimSlots } from './claims.ts';
import { collisionNote } from './collisions.ts';
import type { Slot } from './cron/next.ts';
import type { Roster } from './roster.ts';
import type { ScheduleRecord } from './schedule.ts';

/** Instants are written with four digits for the year; nothing is due after that. */
const endOfTimeMs = Date.UTC(9999, 11, 31);
/** Of so many slots it is said which others are due then: to look through all schedules takes its time. */
const mostCompared = 5;

export interface PlanFacts {
  roster: Roster;
  afterMs: number;
  count: number;
  /** How long its runs usually take; null where nobody knows. */
  usualMs: number | null;
  /** Whether the reader may know of another schedule. */
  sees(other: ScheduleRecord): boolean;
}

/** The next slots with what the policies would make of each, decided as it will be decided then. */
export const plannedSlots = (record: ScheduleRecord, facts: PlanFacts): PlannedSlot[] => {
  const { roster, afterMs, count } = facts;
  const left = record.maxRuns === null ? count : Math.min(count, record.maxRuns - record.runsBegun);
  const slots = roster.slotsOf({ ...record, enabled: true }, afterMs, endOfTimeMs, Math.max(0, left));
  return slots.map((slot, i) => planned(record, slot, facts, i < mostCompared));
};

const planned = (record: ScheduleRecord, { at, notes }: Slot, facts: PlanFacts, isCompared: boolean): PlannedSlot => {
  const { roster } = facts;
  const [claim] = claimSlots([at], claimContextOf(record, roster, { nowMs: at, active: [] }));
  const isBegun = claim === undefined || claim.kind === 'begin';
  const startsAt = claim?.notBeforeAt ?? at;
  const collision = isCompared ? collisionNote(record, at, roster, facts.sees) : null;
  return {
    scheduledFor: instantOf(at),
    local: Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zoneOf(record, roster)).toString(),
    notes: notes.map((note) => note.text),
    effect: isBegun ? 'runs' : claim.kind === 'missed' ? 'missed' : 'skipped',
    startsAt: isBegun ? instantOf(startsAt) : null,
    override: overrideOf(record, at, roster),
    policies: [
      ...fateWords(record, at, claim, roster),
      ...overlapWords(record, at, facts),
      ...(collision === null ? [] : [collision]),
    ],
  };
};

const zoneOf = ({ trigger }: ScheduleRecord, roster: Roster): string =>
  (trigger.kind === 'cron' && trigger.timeZone) || roster.timeZone;

const overrideOf = (record: ScheduleRecord, at: number, roster: Roster): PlannedSlot['override'] => {
  const override = roster.overrideOf(record.id, at);
  if (!override) return null;
  return override.untilAt === null ? 'skip' : 'postpone';
};

const instantOf = (ms: number): string => new Date(ms).toISOString();

const fateWords = (record: ScheduleRecord, at: number, claim: Claim | undefined, roster: Roster): string[] => {
  if (!claim) return [];
  if (claim.kind !== 'begin') return [`would be ${claim.kind}: ${claim.message}`];
  if (claim.notBeforeAt === at) return [];
  const override = roster.overrideOf(record.id, at);
  if (override?.untilAt === claim.notBeforeAt) return [`put off to ${instantOf(claim.notBeforeAt)} by ${override.by}`];
  const isJitter = record.policies.jitterMs > 0 && claim.notBeforeAt - at <= record.policies.jitterMs;
  const begins = instantOf(claim.notBeforeAt);
  return [isJitter ? `begins at ${begins}, by its jitter` : `outside its windows: waits until ${begins}`];
};

/** What the run before would mean for this slot, if it takes as long as they usually do. */
const overlapWords = (record: ScheduleRecord, at: number, { roster, usualMs }: PlanFacts): string[] => {
  const periodMs = roster.periodOf(record, at);
  if (usualMs === null || periodMs === null || usualMs < periodMs) return [];
  const fates = {
    skip: 'the next slot would be skipped',
    queue: 'the next run would wait',
    cancel_previous: 'the next slot would cancel it',
    allow: 'the next run would begin beside it',
  };
  const times = `${Math.round(usualMs / 1000)} s, longer than the ${Math.round(periodMs / 1000)} s until the next slot`;
  return [`its runs usually take ${times}: ${fates[record.policies.overlap]}`];
};
