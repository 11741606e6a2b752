import type { Transaction } from 'kysely';
import type { GroupCommit, Tables } from '../../database/index.ts';
import type { Ledger, RunRecord, Runs } from '../runs/index.ts';
import { newRunId } from '../runs/index.ts';
import { claimContextOf } from './claim-context.ts';
import type { Claim, ClaimContext } from './claims.ts';
import { claimSlots } from './claims.ts';
import { planOf, scheduleActor } from './plan.ts';
import type { Roster } from './roster.ts';
import type { ScheduleRecord } from './schedule.ts';
import { reduceStates } from './state-reduction.ts';
import type { Cursor, ScheduleStore } from './store.ts';

/** So many slots of one schedule are claimed at a time; a backlog of more is worked off in several goes. */
const slotsPerClaim = 10_000;

/** What a schedule's claim came to. */
export interface Claimed {
  begun: RunRecord[];
  /** Runs that were recorded in their final state: missed, skipped, coalesced. */
  settled: RunRecord[];
}

/** What is about to be written of a schedule. */
interface Draft {
  record: ScheduleRecord;
  runs: RunRecord[];
  cursor: Cursor;
}

/** A schedule's rule that cannot be evaluated any more, for example a zone that this version does not know. */
export class RuleFault extends Error {
  override readonly name = 'RuleFault';
}

/** Turns the due slots of a schedule into runs: the records and the move of the cursor are one transaction. */
export class Claimant {
  #parts: { store: ScheduleStore; ledger: Ledger; runs: Runs; roster: Roster; commits: GroupCommit };

  constructor(parts: { store: ScheduleStore; ledger: Ledger; runs: Runs; roster: Roster; commits: GroupCommit }) {
    this.#parts = parts;
  }

  /**
   * Claims the slots in (cursor, now] of several schedules, and moves their cursors to `nowMs`, or to the last slot of
   * a long backlog. A claim that is rejected has claimed nothing.
   */
  async claim(records: readonly ScheduleRecord[], nowMs: number): Promise<PromiseSettledResult<Claimed>[]> {
    const tried = records.map((record) => this.#tryDraft(record, nowMs));
    const drafts = tried.filter((one): one is Draft => !(one instanceof RuleFault));
    const late = drafts.flatMap(({ record, runs }) => (record.policies.catchUp === 'latest' ? runs : []));
    // A run that joined another names it: the two stand or fall together.
    const hasJoined = reduceStates(late, nowMs);
    if (hasJoined) for (const draft of drafts) draft.cursor = this.#cursorOf(draft);
    const groups = hasJoined ? [drafts] : drafts.map((draft) => [draft]);
    const settled = await Promise.allSettled(groups.map((group) => this.#commit(group)));
    return tried.map((one) => {
      if (one instanceof RuleFault) return { status: 'rejected', reason: one };
      const group = settled[groups.length === 1 ? 0 : drafts.indexOf(one)];
      return group?.status === 'rejected' ? group : { status: 'fulfilled', value: claimedOf(one) };
    });
  }

  /** Where the cursor stands after a draft: runs that joined another were not begun, and use up no cap. */
  #cursorOf({ record, runs, cursor: { evaluatedUntil } }: Draft): Cursor {
    const runsBegun = record.runsBegun + runs.filter((run) => run.outcome === 'pending').length;
    const nextSlotAt = this.#parts.roster.nextSlotOf({ ...record, runsBegun }, evaluatedUntil);
    return { evaluatedUntil, nextSlotAt, runsBegun };
  }

  /** One rule that cannot be evaluated must not keep the other schedules from their slots. */
  #tryDraft(record: ScheduleRecord, nowMs: number): Draft | RuleFault {
    try {
      return this.#draft(record, nowMs);
    } catch (error) {
      return new RuleFault(`the rule of schedule ${record.id} cannot be evaluated`, { cause: error });
    }
  }

  #draft(record: ScheduleRecord, nowMs: number): Draft {
    const { roster } = this.#parts;
    const slots = roster.slotsOf(record, record.evaluatedUntil, nowMs, slotsPerClaim).map((slot) => slot.at);
    const isBacklog = slots.length === slotsPerClaim;
    const until = isBacklog ? (slots.at(-1) ?? nowMs) : nowMs;
    const claims = claimSlots(slots, this.#context(record, nowMs, isBacklog));
    const runsBegun = record.runsBegun + claims.filter((claim) => claim.kind === 'begin').length;
    const nextSlotAt = roster.nextSlotOf({ ...record, runsBegun }, until);
    const runs = runsOf(claims, record, nowMs, nextSlotAt);
    return { record, runs, cursor: { evaluatedUntil: until, nextSlotAt, runsBegun } };
  }

  /** @throws when another process has moved a cursor meanwhile */
  async #commit(drafts: readonly Draft[]): Promise<void> {
    const recorded = await this.#parts.commits.write(async (trx) => {
      const sets: Set<string>[] = [];
      for (const { record, runs, cursor } of drafts) sets.push(await this.#write(trx, record, runs, cursor));
      return sets;
    });
    for (const [i, draft] of drafts.entries()) {
      Object.assign(draft.record, draft.cursor);
      // After the clock was set right a slot that it had passed already has its run: that one stands.
      draft.runs = draft.runs.filter((run) => recorded[i]?.has(run.id));
    }
  }

  #context(record: ScheduleRecord, nowMs: number, isBacklog: boolean): ClaimContext {
    const { roster, runs } = this.#parts;
    const context = claimContextOf(record, roster, { nowMs, active: runs.activeOf(record.id) });
    return isBacklog ? { ...context, policies: { ...context.policies, catchUp: 'none' } } : context;
  }

  /** Moves the cursor without claiming: what was due is claimed, and a new rule, or another clock, counts from there. */
  async anchor(record: ScheduleRecord, until: number): Promise<void> {
    const nextSlotAt = this.#parts.roster.nextSlotOf(record, until);
    const cursor = { evaluatedUntil: until, nextSlotAt, runsBegun: record.runsBegun };
    await this.#parts.commits.write((trx) => this.#write(trx, record, [], cursor));
    Object.assign(record, cursor);
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
    cursor: Cursor,
  ): Promise<Set<string>> {
    const isMoved = await this.#parts.store.moveCursor(trx, record, cursor);
    if (!isMoved) throw new Error(`another process has changed schedule ${record.id} at the same time`);
    return this.#parts.ledger.insert(trx, runs);
  }
}

const claimedOf = ({ runs }: Draft): Claimed => ({
  begun: runs.filter((run) => run.outcome === 'pending'),
  settled: runs.filter((run) => run.outcome !== 'pending'),
});

const runsOf = (
  claims: readonly Claim[],
  schedule: ScheduleRecord,
  nowMs: number,
  nextSlotAt: number | null,
): RunRecord[] => {
  const ids = new Map(claims.map((claim) => [claim.slotAt, newRunId()]));
  const idOf = (slotAt: number) => ids.get(slotAt) ?? newRunId();
  return claims.map((claim) => ({
    id: idOf(claim.slotAt),
    scheduleId: schedule.id,
    scheduleName: schedule.name,
    revision: schedule.revision,
    origin: 'schedule',
    actor: scheduleActor(schedule),
    scheduledFor: claim.slotAt,
    createdAt: nowMs,
    startedAt: null,
    ...fateOf(claim, nowMs, idOf),
    cause: null,
    notBeforeAt: claim.notBeforeAt === claim.slotAt ? null : claim.notBeforeAt,
    startDeadlineAt: claim.startDeadlineAt,
    plan: planOf(schedule, nextSlotAt),
  }));
};

type Fate = Pick<RunRecord, 'finishedAt' | 'outcome' | 'reason' | 'message' | 'coalescedInto'>;

const fateOf = (claim: Claim, nowMs: number, idOf: (slotAt: number) => string): Fate => {
  if (claim.kind === 'begin') {
    return { finishedAt: null, outcome: 'pending', reason: null, message: null, coalescedInto: null };
  }
  const over = { finishedAt: nowMs, outcome: claim.kind, message: claim.message };
  return claim.kind === 'coalesced'
    ? { ...over, reason: null, coalescedInto: idOf(claim.intoSlotAt) }
    : { ...over, reason: claim.reason, coalescedInto: null };
};
