import type { ExpressionBuilder, Insertable, Kysely, Selectable, Transaction } from 'kysely';
import { sql } from 'kysely';
import type { Activity, ActivityQuery, Actor, Change, Page } from '../../../contract/index.ts';
import type { Bus } from '../../bus/index.ts';
import type { Clock } from '../../clock/index.ts';
import type { ActivityTable, Database, Tables } from '../../database/index.ts';
import { statement } from '../../database/index.ts';
import { invalidInput } from '../../errors/index.ts';
import { readAnchor } from './auditor.ts';
import { hashLine } from './chain.ts';
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
  /** Of a change of configuration: made by `changesOf`, which sees to secrets. */
  changes?: Change[];
}

/**
 * The record of every action and every change of configuration. It is append-only: there is no method that changes
 * or removes a line, and each holds a hash of the one before (chain.ts).
 */
export class ActivityLog {
  readonly #db: Database;
  readonly #bus: Bus;
  readonly #clock: Clock;
  /** The lines of the transaction that is under way. */
  readonly #unannounced: number[] = [];

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
    const row = toActivityRow(entry, this.#clock.now());
    if (trx) this.#announceOnceCommitted((await append(row, trx)).id);
    else {
      const stored = await this.#db.transaction().execute((own) => append(row, own));
      this.#bus.emit('activity.recorded', presentActivity(stored));
    }
  }

  /** The newest lines first. */
  async list(query: ActivityQuery): Promise<Page<Activity>> {
    const rows = this.#db
      .selectFrom('activity')
      .selectAll()
      .where((eb) => eb.and(conditions(eb, query)))
      .orderBy('id', 'desc')
      .limit(query.limit + 1);
    const found = await rows.execute();
    const items = found.slice(0, query.limit).map(presentActivity);
    return { items, nextCursor: found.length > query.limit ? String(items.at(-1)?.id) : null };
  }

  /**
   * The database has one connection, and who asks for it outside of the transaction waits until that has ended: this
   * read, which is one for all lines of a transaction, finds them when it was committed, and nothing when it was rolled
   * back.
   */
  #announceOnceCommitted(id: number): void {
    this.#unannounced.push(id);
    if (this.#unannounced.length > 1) return;
    const stored = this.#db.connection().execute((connection) => linesOf(connection, this.#unannounced.splice(0)));
    stored.then(
      (lines) => {
        for (const line of lines) this.#bus.emit('activity.recorded', presentActivity(line));
      },
      // Only a database that was closed meanwhile fails here: nobody listens any more, and the lines are on record.
      () => undefined,
    );
  }
}

/** Those of the lines that are there, in order. */
const linesOf = async (db: Kysely<Tables>, ids: readonly number[]): Promise<Selectable<ActivityTable>[]> => {
  const { rows } = await linesBetween(db, { first: Math.min(...ids), last: Math.max(...ids) });
  return rows.filter(({ id }) => ids.includes(id));
};

const linesBetween = statement((db, { first, last }: { first: number; last: number }) =>
  db.selectFrom('activity').selectAll().where('id', '>=', first).where('id', '<=', last).orderBy('id'),
);

const lastHash = statement((db, _: Record<never, never>) =>
  db.selectFrom('activity').select('hash').orderBy('id', 'desc').limit(1),
);

const insertLine = statement((db, row: Insertable<ActivityTable>) =>
  db.insertInto('activity').values(row).returningAll(),
);

/** The hash of the line that a transaction wrote last: the next one need not look for it. */
const heads = new WeakMap<Transaction<Tables>, string>();

/**
 * Transactions follow each other on the one connection, so that between the two statements no other line comes in; of
 * another process's line SQLite tells by an error, and nothing is written.
 */
const append = async (row: ReturnType<typeof toActivityRow>, trx: Transaction<Tables>) => {
  const previous = heads.get(trx) ?? (await headOf(trx));
  const [stored] = (await insertLine(trx, { ...row, hash: hashLine(previous, row) })).rows;
  if (!stored) throw new Error('the database has not answered with the line that it took');
  heads.set(trx, stored.hash);
  return stored;
};

const headOf = async (trx: Transaction<Tables>): Promise<string> => {
  const [last] = (await lastHash(trx, {})).rows;
  return last?.hash ?? (await readAnchor(trx))?.hash ?? '';
};

const conditions = (eb: ExpressionBuilder<Tables, 'activity'>, query: ActivityQuery) => [
  ...(query.cursor === undefined ? [] : [eb('id', '<', parseCursor(query.cursor))]),
  ...(query.action === undefined ? [] : [eb('action', '=', query.action)]),
  ...(query.result === undefined ? [] : [eb('result', '=', query.result)]),
  ...(query.from === undefined ? [] : [eb('at', '>=', Date.parse(query.from))]),
  ...(query.to === undefined ? [] : [eb('at', '<', Date.parse(query.to))]),
  ...(query.actor ? [sql<boolean>`actor LIKE ${namedLike(query.actor)} ESCAPE '\\'`] : []),
  ...(query.actorKind === undefined ? [] : [eb('actor', 'like', `{"kind":"${query.actorKind}",%`)]),
  ...(query.target ? [sql<boolean>`target LIKE ${`%${escapeLike(query.target)}%`} ESCAPE '\\'`] : []),
  ...(query.q ? [mentions(query.q)] : []),
];

/** @throws a 400 for a cursor that no answer of ours gave */
const parseCursor = (cursor: string): number => {
  if (/^\d{1,15}$/.test(cursor)) return Number(cursor);
  throw invalidInput([{ path: 'cursor', message: 'must be the nextCursor of an earlier answer' }]);
};

/** Looks in what was done, to what, with which message, and by whom (name and address). */
const mentions = (q: string) => {
  const like = `%${escapeLike(q)}%`;
  const inActor = namedLike(q);
  return sql<boolean>`(action LIKE ${like} ESCAPE '\\' OR target LIKE ${like} ESCAPE '\\'
    OR message LIKE ${like} ESCAPE '\\' OR actor LIKE ${inActor} ESCAPE '\\')`;
};

/** In the JSON of the actor: the name, and behind it the address. */
const namedLike = (text: string): string => `%"name":"%${escapeLike(JSON.stringify(text).slice(1, -1))}%`;

const escapeLike = (text: string): string => text.replaceAll(/[\\%_]/g, '\\$&');
