import type { Transaction } from 'kysely';
import type { Actor, Change, ScheduleInput } from '../../../contract/index.ts';
import type { Bus } from '../../bus/index.ts';
import type { Clock } from '../../clock/index.ts';
import type { GroupCommit, Tables } from '../../database/index.ts';
import type { FieldError } from '../../errors/index.ts';
import { ChrontainerError, invalidInput, notFound } from '../../errors/index.ts';
import type { ActivityLog } from '../activity/index.ts';
import { describeCycle } from './chains.ts';
import { changesBetween, describeChange } from './change-words.ts';
import type { Evaluator } from './evaluator.ts';
import type { Renaming } from './renaming.ts';
import { renamed } from './renaming.ts';
import type { Roster } from './roster.ts';
import type { SchedulePatch, ScheduleRecord } from './schedule.ts';
import { fieldsOf, newSchedule } from './schedule.ts';
import type { ScheduleStore } from './store.ts';
import { checkSchedule } from './validation.ts';

interface Parts {
  store: ScheduleStore;
  roster: Roster;
  evaluator: Evaluator;
  activity: ActivityLog;
  commits: GroupCommit;
  bus: Bus;
  clock: Clock;
  hasHost(hostId: number): boolean;
}

/** The program itself, where it disables a schedule. */
const program: Actor = { kind: 'system', id: null, name: 'Chrontainer', address: null };

/** Makes, changes and removes schedules; every change is a revision, anchored at its moment. */
export class Editor {
  #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Faults of an input that no schema sees. `id` is that of the schedule it is for; null for a new one. */
  faultsOf(input: unknown, id: number | null): FieldError[] {
    const { clock, roster, hasHost } = this.#parts;
    const faults = checkSchedule(input, {
      nowMs: clock.now(),
      hasHost,
      hasSchedule: (other) => roster.get(other) !== undefined,
      cycleOf: (trigger) => describeCycle(roster, id, trigger),
    });
    return faults;
  }

  /** @throws CHR_INVALID_INPUT with all faults at once */
  create(input: ScheduleInput, actor: Actor): Promise<ScheduleRecord> {
    this.#check(input, null);
    const { store, roster, commits, evaluator } = this.#parts;
    return evaluator.change(null, async (nowMs) => {
      const fresh = newSchedule(input, nowMs);
      const record = await commits.write(async (trx) => {
        const added: ScheduleRecord = { ...fresh, id: await store.add(trx, fresh, actor) };
        // Only now: `H` stands for a value that comes from the ID.
        added.nextSlotAt = roster.nextSlotOf(added, nowMs);
        await store.moveCursor(trx, added, added);
        await this.#note(trx, actor, 'schedule.create', added, { changes: changesBetween(null, added) });
        return added;
      });
      return this.#keep(record);
    });
  }

  /** Changes what the patch names; what it leaves out stays. @throws CHR_INVALID_INPUT, CHR_NOT_FOUND */
  change(id: number, patch: SchedulePatch, actor: Actor): Promise<ScheduleRecord> {
    this.#record(id);
    this.#check(patch, id);
    return this.#replace(id, { ...fieldsOf(patch), pausedReason: null }, actor, 'schedule.update');
  }

  /** @throws CHR_NOT_FOUND */
  async setEnabled(id: number, enabled: boolean, actor: Actor): Promise<ScheduleRecord> {
    const record = this.#record(id);
    if (record.enabled === enabled && record.pausedReason === null) return record;
    const action = enabled ? 'schedule.enable' : 'schedule.disable';
    return this.#replace(id, { enabled, pausedReason: null }, actor, action);
  }

  /** Disables a schedule that fails again and again, with the reason shown until somebody enables or edits it. */
  pause(id: number, reason: string): Promise<ScheduleRecord> {
    return this.#replace(id, { enabled: false, pausedReason: reason }, program, 'schedule.pause');
  }

  /** Those that name a container go along with its new name; each by a revision that says so. */
  async renameTargets(renaming: Renaming, actor: Actor): Promise<void> {
    for (const record of this.#parts.roster.all()) {
      const fields = renamed(record, renaming);
      if (fields) await this.#replace(record.id, fields, actor, 'schedule.follow');
    }
  }

  /** @throws CHR_NOT_FOUND */
  async remove(id: number, actor: Actor): Promise<void> {
    this.#record(id);
    const { evaluator, commits, store, roster, bus } = this.#parts;
    const remove = async (nowMs: number) => {
      const record = this.#record(id);
      await commits.write(async (trx) => {
        await store.remove(trx, id, nowMs);
        await this.#note(trx, actor, 'schedule.delete', record, { changes: changesBetween(record, null) });
      });
      roster.delete(id);
      bus.emit('schedule.removed', { id });
      this.#tellFollowers(id);
    };
    await evaluator.change(id, remove, true);
  }

  /** Brings back a deleted schedule as it was, in force from now on. @throws CHR_NOT_FOUND, CHR_CONFLICT for a circle */
  undelete(deleted: ScheduleRecord, actor: Actor): Promise<ScheduleRecord> {
    const { evaluator, commits, store, roster } = this.#parts;
    return evaluator.change(null, async (nowMs) => {
      if (roster.get(deleted.id)) throw notFound(`Schedule ${deleted.id} is not deleted.`);
      const circle = describeCycle(roster, deleted.id, deleted.trigger);
      if (circle)
        throw new ChrontainerError('CHR_CONFLICT', `Schedule ${deleted.id} would come after itself by now: ${circle}.`);
      const back = { ...deleted, revision: deleted.revision + 1, updatedAt: nowMs };
      back.evaluatedUntil = Math.max(deleted.evaluatedUntil, nowMs);
      back.nextSlotAt = roster.nextSlotOf(back, back.evaluatedUntil);
      await commits.write(async (trx) => {
        await store.undelete(trx, back.id);
        await store.replace(trx, back, actor);
        await this.#note(trx, actor, 'schedule.undelete', back);
      });
      this.#keep(back);
      this.#tellFollowers(back.id);
      return back;
    });
  }

  /** Those that come after it have, or have no more, what they wait for. */
  #tellFollowers(id: number): void {
    for (const follower of this.#parts.roster.waiting()) {
      const { trigger } = follower;
      if (trigger.kind === 'after' && trigger.scheduleId === id)
        this.#parts.bus.emit('schedule.changed', { id: follower.id });
    }
  }

  /** Does something while neither an evaluation nor an edit is under way. */
  inTurn<T>(work: () => Promise<T>): Promise<T> {
    return this.#parts.evaluator.change(null, work);
  }

  #replace(id: number, fields: Partial<ScheduleRecord>, actor: Actor, action: string): Promise<ScheduleRecord> {
    const { evaluator, roster, store, commits } = this.#parts;
    return evaluator.change(id, async (nowMs) => {
      const before = this.#record(id);
      const after: ScheduleRecord = {
        ...before,
        ...fields,
        revision: before.revision + 1,
        // Never back: with the clock set back the old cursor goes on keeping what has fired from firing again.
        evaluatedUntil: Math.max(before.evaluatedUntil, nowMs),
        updatedAt: nowMs,
      };
      after.nextSlotAt = roster.nextSlotOf(after, after.evaluatedUntil);
      await commits.write(async (trx) => {
        await store.replace(trx, after, actor);
        const message = after.pausedReason ?? describeChange(before, after);
        await this.#note(trx, actor, action, after, { message, changes: changesBetween(before, after) });
      });
      return this.#keep(after);
    });
  }

  #check(input: SchedulePatch, id: number | null): void {
    const faults = this.faultsOf(input, id);
    if (faults.length > 0) throw invalidInput(faults);
  }

  #record(id: number): ScheduleRecord {
    const record = this.#parts.roster.get(id);
    if (!record) throw notFound(`There is no schedule ${id}.`);
    return record;
  }

  #keep(record: ScheduleRecord): ScheduleRecord {
    this.#parts.roster.put(record);
    this.#parts.bus.emit('schedule.changed', { id: record.id });
    return record;
  }

  #note(
    trx: Transaction<Tables>,
    actor: Actor,
    action: string,
    { id, name, pausedReason }: ScheduleRecord,
    { message = pausedReason, changes = [] }: { message?: string | null; changes?: Change[] } = {},
  ): Promise<void> {
    const entry = { actor, action, target: name, result: 'ok', message, scheduleId: id, changes } as const;
    return this.#parts.activity.record(entry, trx);
  }
}
