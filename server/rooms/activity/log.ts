import type { Insertable, Transaction } from 'kysely';
import { sql } from 'kysely';
import type { Activity, ActivityQuery, Actor, Page } from '../../../contract/index.ts';
import type { Bus } from '../../bus/index.ts';
import type { Clock } from '../../clock/index.ts';
import type { ActivityTable, Database, Tables } from '../../database/index.ts';
import { invalidInput } from '../../errors/index.ts';
import { presentActivity, toActivityRow } from './row.ts';

/** What a room tells the log: who did what to what, and how it ended. */
export interface ActivityEntry {
  actor: Actor;
  /** For example `container.stop`, `schedule.create`, `session.create`. */
  action: string;
  /** In the reader's words, for example `web on Local`. */
  target?: string | null;
  result: Activity['result'];
  message?: string | null;
  runId?: string | null;
  hostId?: number | null;
  scheduleId?: number | null;
}

/**
 * The record of every action and every change of configuration. It is append-only: there is no method that changes
 * or removes a line.
 */
export class ActivityLog {
  readonly #db: Database;
  readonly #bus: Bus;
  readonly #clock: Clock;

  constructor(parts: { db: Database; bus: Bus; clock: Clock }) {
    this.#db = parts.db;
    this.#bus = parts.bus;
    this.#clock = parts.clock;
  }

  /**
   * Writes one line. With a transaction the line stands or falls with it, and `activity.recorded` is told only once
   * it is committed.
   */
  async record(entry: ActivityEntry, trx?: Transaction<Tables>): Promise<void> {
    const row: Insertable<ActivityTable> = toActivityRow(entry, this.#clock.now());
    const stored = await (trx ?? this.#db).insertInto('activity').values(row).returningAll().executeTakeFirstOrThrow();
    if (trx) this.#announceOnceCommitted(stored.id);
    else this.#bus.emit('activity.recorded', presentActivity(stored));
  }

  /** The newest lines first. */
  async list(query: ActivityQuery): Promise<Page<Activity>> {
    let rows = this.#db
      .selectFrom('activity')
      .selectAll()
      .orderBy('id', 'desc')
      .limit(query.limit + 1);
    if (query.cursor !== undefined) rows = rows.where('id', '<', parseCursor(query.cursor));
    if (query.action !== undefined) rows = rows.where('action', '=', query.action);
    if (query.from !== undefined) rows = rows.where('at', '>=', Date.parse(query.from));
    if (query.to !== undefined) rows = rows.where('at', '<', Date.parse(query.to));
    if (query.q) rows = rows.where(mentions(query.q));
    const found = await rows.execute();
    const items = found.slice(0, query.limit).map(presentActivity);
    return { items, nextCursor: found.length > query.limit ? String(items.at(-1)?.id) : null };
  }

  /**
   * The database has one connection, and a query outside of the transaction waits until that has ended: this read
   * finds the line when it was committed, and nothing when it was rolled back.
   */
  #announceOnceCommitted(id: number): void {
    const stored = this.#db.selectFrom('activity').selectAll().where('id', '=', id).executeTakeFirst();
    stored.then(
      (row) => row && this.#bus.emit('activity.recorded', presentActivity(row)),
      // Only a database that was closed meanwhile fails here: nobody listens any more, and the line is on record.
      () => undefined,
    );
  }
}

/** @throws a 400 for a cursor that no answer of ours gave */
const parseCursor = (cursor: string): number => {
  if (/^\d{1,15}$/.test(cursor)) return Number(cursor);
  throw invalidInput([{ path: 'cursor', message: 'must be the nextCursor of an earlier answer' }]);
};

/** Looks in what was done, to what, with which message, and by whom (name and address). */
const mentions = (q: string) => {
  const like = `%${escapeLike(q)}%`;
  const inActor = `%"name":"%${escapeLike(JSON.stringify(q).slice(1, -1))}%`;
  return sql<boolean>`(action LIKE ${like} ESCAPE '\\' OR target LIKE ${like} ESCAPE '\\'
    OR message LIKE ${like} ESCAPE '\\' OR actor LIKE ${inActor} ESCAPE '\\')`;
};

const escapeLike = (text: string): string => text.replaceAll(/[\\%_]/g, '\\$&');
