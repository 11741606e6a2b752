import type { Insertable, Selectable, Transaction } from 'kysely';
import { sql } from 'kysely';
import type { Database, PingSignalsTable, PingsTable, Tables } from '../../../database/index.ts';

export type PingRow = Selectable<PingsTable>;
export type SignalRow = Selectable<PingSignalsTable>;
type Access = Database | Transaction<Tables>;

/** Where its address is sealed. */
export const placeOf = (row: number) => ({ table: 'pings', row, column: 'url' });

/** Pings, and what they are still to signal, in the database. */
export class PingStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  all(): Promise<PingRow[]> {
    return this.#db.selectFrom('pings').selectAll().execute();
  }

  async add(trx: Access, row: Insertable<PingsTable>): Promise<number> {
    return (await trx.insertInto('pings').values(row).returning('id').executeTakeFirstOrThrow()).id;
  }

  async change(trx: Access, id: number, changed: Partial<PingRow>): Promise<void> {
    await trx.updateTable('pings').set(changed).where('id', '=', id).execute();
  }

  /** What the other side said last. */
  remember(id: number, last: Partial<PingRow>): Promise<void> {
    return this.change(this.#db, id, last);
  }

  /** What it was still to signal goes with it. */
  async remove(trx: Access, id: number): Promise<void> {
    await trx.deleteFrom('pings').where('id', '=', id).execute();
  }

  async queue(trx: Access, row: Insertable<PingSignalsTable>): Promise<void> {
    await trx.insertInto('ping_signals').values(row).execute();
  }

  /** Of each ping the first, where its time has come: a start must not come after its end. */
  due(nowMs: number, except: readonly number[], limit: number): Promise<SignalRow[]> {
    return this.#firsts(except).where('next_try_at', '<=', nowMs).selectAll().orderBy('id').limit(limit).execute();
  }

  async nextDueAt(except: readonly number[]): Promise<number | null> {
    const row = await this.#firsts(except).select('next_try_at').orderBy('next_try_at').limit(1).executeTakeFirst();
    return row?.next_try_at ?? null;
  }

  #firsts(except: readonly number[]) {
    const ids = this.#db.selectFrom('ping_signals').select(sql<number>`min(id)`.as('id')).groupBy('ping_id');
    return this.#db
      .selectFrom('ping_signals')
      .where('id', 'in', ids)
      .where('ping_id', 'not in', [...except]);
  }

  async putOff(id: number, changed: Pick<SignalRow, 'attempts' | 'next_try_at'>): Promise<void> {
    await this.#db.updateTable('ping_signals').set(changed).where('id', '=', id).execute();
  }

  async settle(id: number): Promise<void> {
    await this.#db.deleteFrom('ping_signals').where('id', '=', id).execute();
  }

  async clear(trx: Access, pingId: number): Promise<void> {
    await trx.deleteFrom('ping_signals').where('ping_id', '=', pingId).execute();
  }

  async waiting(pingId: number): Promise<number> {
    const row = await this.#db
      .selectFrom('ping_signals')
      .select((of) => of.fn.countAll<number | string>().as('count'))
      .where('ping_id', '=', pingId)
      .executeTakeFirst();
    return Number(row?.count ?? 0);
  }
}
