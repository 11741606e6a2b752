import type { Actor, SlotOverride, SlotOverrideRequest } from '../../../contract/index.ts';
import type { Clock } from '../../clock/index.ts';
import type { Database } from '../../database/index.ts';
import { invalidInput, notFound } from '../../errors/index.ts';
import type { ActivityLog } from '../activity/index.ts';
import type { Evaluator } from './evaluator.ts';
import type { Roster } from './roster.ts';
import type { ScheduleRecord } from './schedule.ts';

interface Parts {
  db: Database;
  roster: Roster;
  evaluator: Evaluator;
  activity: ActivityLog;
  clock: Clock;
}

/** What somebody decided on single slots to come: to leave one out, or to run it later. The rule itself stays. */
export class Overrides {
  #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Reads what was decided on slots that are still to come. To be called once, before the evaluator starts. */
  async load(): Promise<void> {
    const { db, roster } = this.#parts;
    for (const row of await db.selectFrom('slot_overrides').selectAll().execute()) {
      roster.override(row.schedule_id, row.slot_at, { untilAt: row.until_at, by: row.actor_name });
    }
  }

  /** The decisions on a schedule's slots, in order. @throws CHR_NOT_FOUND */
  list(id: number): SlotOverride[] {
    this.#record(id);
    return this.#parts.roster.overridesOf(id).map(({ slotAt, untilAt, by }) => ({
      slot: new Date(slotAt).toISOString(),
      kind: untilAt === null ? 'skip' : 'postpone',
      until: untilAt === null ? null : new Date(untilAt).toISOString(),
      by,
    }));
  }

  /** @throws CHR_INVALID_INPUT where the slot is none that is to come, or would be put off past the next one */
  async set(id: number, slotAt: number, request: SlotOverrideRequest, actor: Actor): Promise<SlotOverride[]> {
    const { db, roster, evaluator } = this.#parts;
    await evaluator.change(id, async (nowMs) => {
      const untilAt = request.kind === 'postpone' ? Date.parse(request.until) : null;
      this.#check(this.#record(id), slotAt, untilAt, nowMs);
      const row = { schedule_id: id, slot_at: slotAt, until_at: untilAt, actor_name: actor.name, created_at: nowMs };
      await db.transaction().execute(async (trx) => {
        await trx
          .insertInto('slot_overrides')
          .values(row)
          .onConflict((conflict) => conflict.columns(['schedule_id', 'slot_at']).doUpdateSet(row))
          .execute();
        await this.#note(id, slotAt, request.kind === 'skip' ? 'slot.skip' : 'slot.postpone', actor, trx);
      });
      roster.override(id, slotAt, { untilAt, by: actor.name });
    });
    return this.list(id);
  }

  /** The slot runs by the rule again. @throws CHR_NOT_FOUND */
  async clear(id: number, slotAt: number, actor: Actor): Promise<void> {
    const { db, roster, evaluator } = this.#parts;
    await evaluator.change(id, async () => {
      if (!roster.overrideOf(id, slotAt)) throw notFound('Nothing was decided on that slot.');
      await db.transaction().execute(async (trx) => {
        await trx.deleteFrom('slot_overrides').where('schedule_id', '=', id).where('slot_at', '=', slotAt).execute();
        await this.#note(id, slotAt, 'slot.restore', actor, trx);
      });
      roster.override(id, slotAt, null);
    });
  }

  #check(record: ScheduleRecord, slotAt: number, untilAt: number | null, nowMs: number): void {
    const { roster } = this.#parts;
    const isSlot = slotAt > nowMs && roster.slotsOf(record, slotAt - 1, slotAt, 1).length === 1;
    if (!isSlot) throw invalidInput([{ path: 'slot', message: 'is no slot of this schedule that is still to come' }]);
    if (untilAt === null) return;
    if (untilAt <= slotAt) throw invalidInput([{ path: 'until', message: 'must be later than the slot' }]);
    const next = roster.nextSlotOf(record, slotAt);
    if (next === null || untilAt < next) return;
    const message = `must be before the next slot, ${new Date(next).toISOString()}; skip this one instead`;
    throw invalidInput([{ path: 'until', message }]);
  }

  #record(id: number): ScheduleRecord {
    const record = this.#parts.roster.get(id);
    if (!record) throw notFound(`There is no schedule ${id}.`);
    return record;
  }

  #note(
    id: number,
    slotAt: number,
    action: string,
    actor: Actor,
    trx: Parameters<ActivityLog['record']>[1],
  ): Promise<void> {
    const message = new Date(slotAt).toISOString();
    const target = this.#record(id).name;
    return this.#parts.activity.record({ actor, action, target, result: 'ok', message, scheduleId: id }, trx);
  }
}
