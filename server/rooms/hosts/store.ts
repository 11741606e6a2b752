import type { Insertable, Selectable, Transaction, Updateable } from 'kysely';
import type { Database, HostsTable, Tables } from '../../database/index.ts';

export type HostRow = Selectable<HostsTable>;

/** The local host: made at the first start, and never deleted. */
export const localHostId = 1;

/** The hosts in the database. */
export class HostStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  all(): Promise<HostRow[]> {
    return this.#db.selectFrom('hosts').selectAll().orderBy('position').orderBy('id').execute();
  }

  transaction<T>(work: (trx: Transaction<Tables>) => Promise<T>): Promise<T> {
    return this.#db.transaction().execute(work);
  }

  /** Makes the local host, or gives it the address of the configuration when that has changed. */
  async ensureLocal(url: string, nowMs: number): Promise<void> {
    const row = { id: localHostId, name: 'Local', url, enabled: 1, color: '#2f81d0', position: 1, created_at: nowMs };
    await this.#db
      .insertInto('hosts')
      .values(row)
      .onConflict((conflict) => conflict.column('id').doUpdateSet({ url }))
      .execute();
  }

  async add(trx: Transaction<Tables>, row: Insertable<HostsTable>): Promise<number> {
    const { id } = await trx.insertInto('hosts').values(row).returning('id').executeTakeFirstOrThrow();
    return id;
  }

  /** Changes what is named; nothing when that is nothing. */
  async change(trx: Transaction<Tables>, hostId: number, changed: Updateable<HostsTable>): Promise<void> {
    if (Object.keys(changed).length === 0) return;
    await trx.updateTable('hosts').set(changed).where('id', '=', hostId).execute();
  }

  /** The tags and notes of its containers go with it. */
  async remove(trx: Transaction<Tables>, hostId: number): Promise<void> {
    await trx.deleteFrom('hosts').where('id', '=', hostId).execute();
  }

  /** When hosts were seen last, each with its ID. */
  saveLastSeen(seen: readonly (readonly [hostId: number, lastSeenAt: number])[]): Promise<void> {
    return this.transaction(async (trx) => {
      for (const [id, at] of seen) await this.change(trx, id, { last_seen_at: at });
    });
  }
}
