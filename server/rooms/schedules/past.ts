import type { DeletedSchedule, Schedule, ScheduleRevision } from '../../../contract/index.ts';
import type { Clock } from '../../clock/index.ts';
import { notFound } from '../../errors/index.ts';
import type { Caller } from '../../http/route.ts';
import type { Sight } from '../../policy/index.ts';
import type { Editor } from './editor.ts';
import type { ScheduleRecord } from './schedule.ts';
import type { Schedules } from './schedules.ts';
import type { ScheduleStore } from './store.ts';
import { describeTrigger } from './words.ts';

/** How long a deleted schedule can be brought back. */
const binMs = 30 * 86_400_000;

interface Parts {
  store: ScheduleStore;
  editor: Editor;
  schedules: Schedules;
  sight: Sight;
  clock: Clock;
}

/** What schedules were: their revisions, and those that were deleted. */
export class Past {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** All revisions of a schedule, newest first. @throws CHR_NOT_FOUND */
  async revisions(id: number): Promise<ScheduleRevision[]> {
    await this.#parts.schedules.get(id);
    return this.#parts.store.revisions(id);
  }

  /** Makes an old revision the newest one. @throws CHR_NOT_FOUND; CHR_INVALID_INPUT where it no longer holds */
  async restore(id: number, revision: number, caller: Caller): Promise<Schedule> {
    const found = (await this.revisions(id)).find((one) => one.revision === revision);
    if (!found) throw notFound(`Schedule ${id} has no revision ${revision}.`);
    return this.#parts.schedules.change(id, found.document, caller);
  }

  /** Those that can be brought back, the last deleted first. */
  async bin(caller: Caller): Promise<DeletedSchedule[]> {
    const deleted = (await this.#deleted()).filter(({ record }) =>
      this.#parts.sight.seesSchedule(caller.rights, record),
    );
    return deleted.map(({ record, deletedAt }) => ({
      id: record.id,
      name: record.name,
      description: describeTrigger(record.trigger, String(record.id)),
      deletedAt: new Date(deletedAt).toISOString(),
    }));
  }

  /** Brings a deleted schedule back; nothing fires retroactively. @throws CHR_NOT_FOUND; CHR_FORBIDDEN as to make it */
  async undelete(id: number, caller: Caller): Promise<Schedule> {
    const found = await this.#deletedRecord(id);
    const { sight } = this.#parts;
    if (!found || !sight.seesSchedule(caller.rights, found)) {
      throw notFound(`There is no deleted schedule ${id}; after 30 days one cannot be brought back.`);
    }
    this.#parts.schedules.demandMaking(caller, found);
    await this.#parts.editor.undelete(found, caller.actor);
    return this.#parts.schedules.get(id);
  }

  /** A schedule that is there, or that can be brought back. @throws CHR_NOT_FOUND */
  async recordOf(id: number): Promise<ScheduleRecord> {
    try {
      return this.#parts.schedules.recordOf(id);
    } catch (error) {
      const deleted = await this.#deletedRecord(id);
      if (deleted) return deleted;
      throw error;
    }
  }

  async #deletedRecord(id: number): Promise<ScheduleRecord | undefined> {
    return (await this.#deleted()).find(({ record }) => record.id === id)?.record;
  }

  #deleted(): ReturnType<ScheduleStore['deletedSince']> {
    return this.#parts.store.deletedSince(this.#parts.clock.now() - binMs);
  }
}
