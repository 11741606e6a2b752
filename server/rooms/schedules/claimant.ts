import type { Transaction } from 'kysely';
import type { Actor } from '../../../contract/index.ts';
import type { GroupCommit, Tables } from '../../database/index.ts';
import type { Ledger, RunRecord, Runs } from '../runs/index.ts';
import { newRunId } from '../runs/index.ts';
import type { Claim } from './claims.ts';
import { claimSlots } from './claims.ts';
import { occurrencesBetween, periodMs } from './occurrences.ts';
import type { Roster } from './roster.ts';
import type { ScheduleRecord } from './schedule.ts';
import type { ScheduleStore } from './store.ts';

/** So many slots of one schedule are claimed at a time; a backlog of more is worked off in several goes. */
const slotsPerClaim = 10_000;

/** What a schedule's claim came to. */
export interface Claimed {
  begun: RunRecord[];
  /** Runs that were recorded in their final state: missed, skipped, coalesced. */
  settled: RunRecord[];
}

/** Turns the due slots of a schedule into runs: the records and the move of the cursor are one transaction. */
export class Claimant {
  #parts: { store: ScheduleStore; ledger: Ledger; runs: Runs; roster: Roster; commits: GroupCommit };

  constructor(parts: { store: ScheduleStore; ledger: Ledger; runs: Runs; roster: Roster; commits: GroupCommit }) {
    this.#parts = parts;
  }

  /**
   * Claims the slots in (cursor, now], begins what is to begin, and moves the cursor to `nowMs`.
   * @throws when another process has moved the cursor meanwhile; nothing is claimed then
   */
  async claim(record: ScheduleRecord, nowMs: number): Promise<Claimed> {
    const { roster, runs, commits } = this.#parts;
    const context = roster.contextOf(record);
    const slots = record.enabled
      ? occurrencesBetween(record.trigger, record.evaluatedUntil, nowMs, slotsPerClaim, context)
      : [];
    const isBacklog = slots.length === slotsPerClaim;
    const until = isBacklog ? (slots.at(-1)?.at ?? nowMs) : nowMs;
    const nextSlotAt = roster.nextSlotOf(record, until);
    const claims = claimSlots(
      slots.map((slot) => slot.at),
      {
        nowMs,
        trigger: record.trigger,
        policies: isBacklog ? { ...record.policies, catchUp: 'none' } : record.policies,
        periodMs: (slotAt) => periodMs(record.trigger, slotAt, context),
        activeRunId: runs.activeOf(record.id)?.id,
      },
    );
    const records = runsOf(claims, record, nowMs, nextSlotAt);
    await commits.write((trx) => this.#write(trx, record, records, until, nextSlotAt));
    Object.assign(record, { evaluatedUntil: until, nextSlotAt });
    return {
      begun: records.filter((run) => run.outcome === 'pending'),
      settled: records.filter((run) => run.outcome !== 'pending'),
    };
  }

  /** Moves the cursor to `nowMs` without claiming: what was due is claimed, and a new rule is in force from here. */
  async anchor(record: ScheduleRecord, nowMs: number): Promise<void> {
    const until = Math.max(record.evaluatedUntil, nowMs);
    const nextSlotAt = this.#parts.roster.nextSlotOf(record, until);
    await this.#parts.commits.write((trx) => this.#write(trx, record, [], until, nextSlotAt));
    Object.assign(record, { evaluatedUntil: until, nextSlotAt });
  }

  /** Reads a schedule anew: after a failed claim it may not be what this process remembers. */
  async refresh(record: ScheduleRecord): Promise<void> {
    const { store, roster } = this.#parts;
    const fresh = await store.find(record.id);
    if (fresh) roster.put(fresh);
    else roster.delete(record.id);
  }

  async #write(
    trx: Transaction<Tables>,
    record: ScheduleRecord,
    runs: RunRecord[],
    until: number,
    nextSlotAt: number | null,
  ): Promise<void> {
    const isMoved = await this.#parts.store.moveCursor(trx, record, until, nextSlotAt);
    if (!isMoved) throw new Error(`another process has changed schedule ${record.id} at the same time`);
    await this.#parts.ledger.insert(trx, runs);
  }
}

const actorOf = ({ id, name }: ScheduleRecord): Actor => ({ kind: 'schedule', id, name, address: null });

const runsOf = (
  claims: readonly Claim[],
  schedule: ScheduleRecord,
  nowMs: number,
  nextSlotAt: number | null,
): RunRecord[] => {
  const ids = new Map(claims.map((claim) => [claim.slotAt, newRunId()]));
  return claims.map((claim) => ({
    id: ids.get(claim.slotAt) ?? newRunId(),
    scheduleId: schedule.id,
    scheduleName: schedule.name,
    revision: schedule.revision,
    origin: 'schedule',
    actor: actorOf(schedule),
    scheduledFor: claim.slotAt,
    createdAt: nowMs,
    startedAt: null,
    finishedAt: claim.kind === 'begin' ? null : nowMs,
    outcome: claim.kind === 'begin' ? 'pending' : claim.kind,
    reason: 'reason' in claim ? claim.reason : null,
    message: 'message' in claim ? claim.message : null,
    coalescedInto: claim.kind === 'coalesced' ? (ids.get(claim.intoSlotAt) ?? null) : null,
    startDeadlineAt: claim.startDeadlineAt,
    plan: {
      steps: schedule.steps,
      onNoMatch: schedule.policies.onNoMatch,
      isQueued: schedule.policies.overlap !== 'allow',
      retryUntil: nextSlotAt,
    },
  }));
};
