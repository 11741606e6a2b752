import type { Selectable, Transaction } from 'kysely';
import type { Actor, Policies, ScheduleRevision, Step, Trigger } from '../../../contract/index.ts';
import type { Database, SchedulesTable, Tables } from '../../database/index.ts';
import { statement } from '../../database/index.ts';
import type { ScheduleRecord } from './schedule.ts';
import { documentOf, withDefaults } from './schedule.ts';

const defaultPolicies = withDefaults({});

/** What an evaluation moves. */
export type Cursor = Pick<ScheduleRecord, 'evaluatedUntil' | 'nextSlotAt' | 'runsBegun'>;

/** Reads and writes schedules; which of it belongs together in a transaction is the caller's decision. */
export class ScheduleStore {
  #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** All schedules that are not deleted. */
  async all(): Promise<ScheduleRecord[]> {
    const rows = await this.#db.selectFrom('schedules').selectAll().where('deleted_at', 'is', null).execute();
    return rows.map(recordOfRow);
  }

  /** The schedule of that ID, unless it is deleted. */
  async find(id: number): Promise<ScheduleRecord | undefined> {
    const rows = this.#db.selectFrom('schedules').selectAll().where('id', '=', id).where('deleted_at', 'is', null);
    const row = await rows.executeTakeFirst();
    return row ? recordOfRow(row) : undefined;
  }

  /** Adds a schedule and its first revision; answers with its ID. */
  async add(trx: Transaction<Tables>, record: Omit<ScheduleRecord, 'id'>, actor: Actor): Promise<number> {
    const { id } = await trx
      .insertInto('schedules')
      .values({ ...columnsOf(record), created_at: record.createdAt, deleted_at: null })
      .returning('id')
      .executeTakeFirstOrThrow();
    await this.#addRevision(trx, { ...record, id }, actor);
    return id;
  }

  /** Writes an edit and its revision. */
  async replace(trx: Transaction<Tables>, record: ScheduleRecord, actor: Actor): Promise<void> {
    await trx.updateTable('schedules').set(columnsOf(record)).where('id', '=', record.id).execute();
    await this.#addRevision(trx, record, actor);
  }

  /** Takes a schedule out of force; its row stays for the runs that name it. */
  async remove(trx: Transaction<Tables>, id: number, atMs: number): Promise<void> {
    await trx.updateTable('schedules').set({ deleted_at: atMs, next_slot_at: null }).where('id', '=', id).execute();
  }

  /** Those deleted since the instant, last first. */
  async deletedSince(sinceMs: number): Promise<{ record: ScheduleRecord; deletedAt: number }[]> {
    const rows = await this.#db
      .selectFrom('schedules')
      .selectAll()
      .where('deleted_at', '>=', sinceMs)
      .orderBy('deleted_at', 'desc')
      .execute();
    return rows.map((row) => ({ record: recordOfRow(row), deletedAt: row.deleted_at ?? 0 }));
  }

  /** Puts a deleted schedule back in force. */
  async undelete(trx: Transaction<Tables>, id: number): Promise<void> {
    await trx.updateTable('schedules').set({ deleted_at: null }).where('id', '=', id).execute();
  }

  /** All revisions of a schedule, newest first. */
  async revisions(id: number): Promise<ScheduleRevision[]> {
    const rows = await this.#db
      .selectFrom('schedule_revisions')
      .selectAll()
      .where('schedule_id', '=', id)
      .orderBy('revision', 'desc')
      .execute();
    return rows.map((row) => ({
      revision: row.revision,
      at: new Date(row.created_at).toISOString(),
      actor: JSON.parse(row.actor) as Actor,
      document: JSON.parse(row.document) as ScheduleRevision['document'],
    }));
  }

  /**
   * Moves the cursor, provided that it stands where it was read: with another process at the same file only one of
   * the two moves it, and so only one claims the slots.
   * @returns whether it was moved
   */
  async moveCursor(trx: Transaction<Tables>, record: ScheduleRecord, cursor: Cursor): Promise<boolean> {
    const { id, revision, evaluatedUntil: readUntil } = record;
    const { numAffectedRows } = await updateCursor(trx, { ...cursor, id, revision, readUntil });
    return numAffectedRows === 1n;
  }

  async #addRevision(trx: Transaction<Tables>, record: ScheduleRecord, actor: Actor): Promise<void> {
    await trx
      .insertInto('schedule_revisions')
      .values({
        schedule_id: record.id,
        revision: record.revision,
        document: JSON.stringify(documentOf(record)),
        actor: JSON.stringify(actor),
        created_at: record.updatedAt,
      })
      .execute();
  }
}

const updateCursor = statement((db, to: Cursor & Pick<ScheduleRecord, 'id' | 'revision'> & { readUntil: number }) =>
  db
    .updateTable('schedules')
    .set({ evaluated_until: to.evaluatedUntil, next_slot_at: to.nextSlotAt, runs_begun: to.runsBegun })
    .where('id', '=', to.id)
    .where('revision', '=', to.revision)
    .where('evaluated_until', '=', to.readUntil)
    .where('deleted_at', 'is', null),
);

const columnsOf = (r: Omit<ScheduleRecord, 'id'>) => ({
  name: r.name,
  enabled: r.enabled ? 1 : 0,
  revision: r.revision,
  trigger: JSON.stringify(r.trigger),
  steps: JSON.stringify(r.steps),
  policies: JSON.stringify(r.policies),
  evaluated_until: r.evaluatedUntil,
  next_slot_at: r.nextSlotAt,
  starts_at: r.startsAt,
  ends_at: r.endsAt,
  max_runs: r.maxRuns,
  restore: r.restore ? 1 : 0,
  runs_begun: r.runsBegun,
  paused_reason: r.pausedReason,
  updated_at: r.updatedAt,
});

const recordOfRow = (row: Selectable<SchedulesTable>): ScheduleRecord => ({
  id: row.id,
  name: row.name,
  enabled: row.enabled === 1,
  revision: row.revision,
  trigger: JSON.parse(row.trigger) as Trigger,
  steps: JSON.parse(row.steps) as Step[],
  // A row that an earlier version wrote lacks the policies that came since: they are at their defaults.
  policies: { ...defaultPolicies, ...(JSON.parse(row.policies) as Partial<Policies>) },
  evaluatedUntil: row.evaluated_until,
  nextSlotAt: row.next_slot_at,
  startsAt: row.starts_at,
  endsAt: row.ends_at,
  maxRuns: row.max_runs,
  restore: row.restore === 1,
  runsBegun: row.runs_begun,
  pausedReason: row.paused_reason,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});
