import type { Policies, Settings } from '../../../contract/index.ts';
import type { Clock } from '../../clock/index.ts';
import type { Database } from '../../database/index.ts';
import type { Logger } from '../../log/index.ts';

const dayMs = 86_400_000;
const hourMs = 3_600_000;
/** The first sweep does not come in the way of a start. */
const firstAfterMs = 5 * 60_000;
/** A schedule that runs once a year still shows its last runs. */
const alwaysKept = 20;
/** What is deleted at a time: the database is not held for longer than a few milliseconds. */
const batch = 500;

type Limits = Pick<Settings, 'keepRunsDays' | 'keepRunsPerSchedule' | 'keepOutputDays' | 'keepActivityDays'>;
/** What a schedule says itself; null: as the settings say. */
type OwnLimits = Pick<Policies, 'keepRunsDays' | 'keepRuns'>;

interface Parts {
  db: Database;
  clock: Clock;
  log: Logger;
  limits(): Limits;
  /** Deletes lines of the activity log that are older than an instant. */
  forgetActivity(before: number): Promise<unknown>;
}

/**
 * Deletes runs that are older, or more, than the settings and their schedules keep, with their targets, attempts and
 * output; and the output alone of those that stay.
 */
export class Retention {
  #parts: Parts;
  #cancel: (() => void) | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  start(): void {
    this.#arm(firstAfterMs);
  }

  stop(): void {
    this.#cancel?.();
  }

  /** Deletes what is due to go; answers with the number of runs. */
  async sweep(): Promise<number> {
    const { db, clock, limits } = this.#parts;
    const { keepRunsDays, keepRunsPerSchedule, keepOutputDays, keepActivityDays } = limits();
    const daysAgo = (days: number) => clock.now() - days * dayMs;
    const schedules = await db.selectFrom('schedules').select(['id', 'policies']).execute();
    let deleted = await this.#deleteUnscheduled(daysAgo(keepRunsDays));
    for (const { id, policies } of schedules) {
      const own = JSON.parse(policies) as Partial<OwnLimits>;
      deleted += await this.#deleteBeyond(id, own.keepRuns ?? keepRunsPerSchedule, Number.POSITIVE_INFINITY);
      deleted += await this.#deleteBeyond(id, alwaysKept, daysAgo(own.keepRunsDays ?? keepRunsDays));
    }
    await this.#deleteOutput(daysAgo(keepOutputDays));
    await this.#parts.forgetActivity(daysAgo(keepActivityDays));
    return deleted;
  }

  async #deleteOutput(before: number): Promise<void> {
    const { db } = this.#parts;
    for (;;) {
      const old = db.selectFrom('run_outputs').select(['run_id', 'seq']).where('at', '<', before).limit(batch);
      const rows = await old.execute();
      for (const { run_id, seq } of rows) {
        await db.deleteFrom('run_outputs').where('run_id', '=', run_id).where('seq', '=', seq).execute();
      }
      if (rows.length < batch) return;
    }
  }

  #arm(afterMs: number): void {
    const { clock, log } = this.#parts;
    this.#cancel = clock.after(afterMs, () => {
      this.sweep()
        .then((runs) => runs > 0 && log.info({ runs }, 'deleted old runs'))
        .catch((error: unknown) => log.error({ error }, 'old runs could not be deleted'))
        .finally(() => this.#arm(hourMs));
    });
  }

  /** Of a schedule's runs those beyond the newest `keep` that ended before the instant. */
  async #deleteBeyond(scheduleId: number, keep: number, endedBefore: number): Promise<number> {
    const { db } = this.#parts;
    const oldestKept = await db
      .selectFrom('runs')
      .select('id')
      .where('schedule_id', '=', scheduleId)
      .orderBy('id', 'desc')
      .offset(keep - 1)
      .limit(1)
      .executeTakeFirst();
    if (!oldestKept) return 0;
    return this.#deleteInBatches(() =>
      db
        .selectFrom('runs')
        .select('id')
        .where('schedule_id', '=', scheduleId)
        .where('id', '<', oldestKept.id)
        .where('finished_at', '<', Math.min(endedBefore, Number.MAX_SAFE_INTEGER))
        .orderBy('id')
        .limit(batch),
    );
  }

  #deleteUnscheduled(endedBefore: number): Promise<number> {
    const { db } = this.#parts;
    return this.#deleteInBatches(() =>
      db
        .selectFrom('runs')
        .select('id')
        .where('schedule_id', 'is', null)
        .where('finished_at', '<', endedBefore)
        .orderBy('id')
        .limit(batch),
    );
  }

  async #deleteInBatches(select: () => { execute(): Promise<{ id: string }[]> }): Promise<number> {
    for (let deleted = 0; ; ) {
      const ids = (await select().execute()).map((row) => row.id);
      if (ids.length > 0) await this.#parts.db.deleteFrom('runs').where('id', 'in', ids).execute();
      deleted += ids.length;
      if (ids.length < batch) return deleted;
    }
  }
}
