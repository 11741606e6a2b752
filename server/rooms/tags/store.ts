import type { Selectable, Transaction } from 'kysely';
import type { Database, Tables, TagsTable } from '../../database/index.ts';

export type TagRow = Selectable<TagsTable>;

/** A container by what stays when it is made anew. */
export interface Place {
  hostId: number;
  container: string;
}

/** What people wrote on one container. */
export interface Entry extends Place {
  stack: string | null;
  service: string | null;
  tagIds: number[];
  webUrl: string | null;
  notes: string;
}

/** Tags, and what people wrote on containers, in the database. */
export class TagStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  tags(): Promise<TagRow[]> {
    return this.#db.selectFrom('tags').selectAll().orderBy('id').execute();
  }

  async entries(): Promise<Entry[]> {
    const rows = await this.#db.selectFrom('container_notes').selectAll().execute();
    const given = await this.#db.selectFrom('container_tags').selectAll().orderBy('tag_id').execute();
    const byPlace = Map.groupBy(given, (row) => `${row.host_id}/${row.container}`);
    return rows.map((row) => ({
      hostId: row.host_id,
      container: row.container,
      stack: row.stack,
      service: row.service,
      tagIds: byPlace.get(`${row.host_id}/${row.container}`)?.map((one) => one.tag_id) ?? [],
      webUrl: row.web_url,
      notes: row.notes,
    }));
  }

  transaction<T>(work: (trx: Transaction<Tables>) => Promise<T>): Promise<T> {
    return this.#db.transaction().execute(work);
  }

  async add(trx: Transaction<Tables>, row: Omit<TagRow, 'id'>): Promise<TagRow> {
    return trx.insertInto('tags').values(row).returningAll().executeTakeFirstOrThrow();
  }

  async replace(trx: Transaction<Tables>, { id, ...row }: TagRow): Promise<void> {
    await trx.updateTable('tags').set(row).where('id', '=', id).execute();
  }

  async remove(trx: Transaction<Tables>, id: number): Promise<void> {
    await trx.deleteFrom('container_tags').where('tag_id', '=', id).execute();
    await trx.deleteFrom('tags').where('id', '=', id).execute();
  }

  /** Writes all of an entry in place of what was there. */
  async put(
    trx: Transaction<Tables>,
    { hostId, container, stack, service, tagIds, webUrl, notes }: Entry,
  ): Promise<void> {
    await this.clear(trx, { hostId, container });
    const place = { host_id: hostId, container };
    await trx
      .insertInto('container_notes')
      .values({ ...place, stack, service, web_url: webUrl, notes })
      .execute();
    const given = tagIds.map((tag_id) => ({ ...place, tag_id }));
    if (given.length > 0) await trx.insertInto('container_tags').values(given).execute();
  }

  async clear(trx: Transaction<Tables>, { hostId, container }: Place): Promise<void> {
    for (const table of ['container_tags', 'container_notes'] as const) {
      await trx.deleteFrom(table).where('host_id', '=', hostId).where('container', '=', container).execute();
    }
  }
}
