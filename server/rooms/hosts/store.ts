import type { Selectable } from 'kysely';
import type { Database, HostsTable } from '../../database/index.ts';

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
    return this.#db.selectFrom('hosts').selectAll().orderBy('id').execute();
  }

  /** Makes the local host, or gives it the address of the configuration when that has changed. */
  async ensureLocal(url: string, nowMs: number): Promise<void> {
    const row = { id: localHostId, name: 'Local', url, enabled: 1, color: '#2f81d0', created_at: nowMs };
    await this.#db
      .insertInto('hosts')
      .values(row)
      .onConflict((conflict) => conflict.column('id').doUpdateSet({ url }))
      .execute();
  }

  /** Changes what is named; nothing when that is nothing. */
  async change(hostId: number, changed: Partial<Pick<HostRow, 'windows'>>): Promise<void> {
    if (Object.keys(changed).length === 0) return;
    await this.#db.updateTable('hosts').set(changed).where('id', '=', hostId).execute();
  }

  async saveLastSeen(hostId: number, lastSeenAt: number): Promise<void> {
    await this.#db.updateTable('hosts').set({ last_seen_at: lastSeenAt }).where('id', '=', hostId).execute();
  }
}
