import type { Insertable, Selectable, Transaction } from 'kysely';
import type { DeliveryQuery } from '../../../contract/index.ts';
import type {
  Database,
  NotificationChannelsTable,
  NotificationDeliveriesTable,
  NotificationRulesTable,
  Tables,
} from '../../database/index.ts';

export type ChannelRow = Selectable<NotificationChannelsTable>;
export type RuleRow = Selectable<NotificationRulesTable>;
export type DeliveryRow = Selectable<NotificationDeliveriesTable>;
type Access = Database | Transaction<Tables>;

/** Channels, rules and deliveries in the database. */
export class NotificationStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  channels(): Promise<ChannelRow[]> {
    return this.#db.selectFrom('notification_channels').selectAll().orderBy('id').execute();
  }

  async addChannel(trx: Access, row: Insertable<NotificationChannelsTable>): Promise<number> {
    return (await trx.insertInto('notification_channels').values(row).returning('id').executeTakeFirstOrThrow()).id;
  }

  async changeChannel(trx: Access, id: number, changed: Partial<ChannelRow>): Promise<void> {
    await trx.updateTable('notification_channels').set(changed).where('id', '=', id).execute();
  }

  async removeChannel(trx: Access, id: number): Promise<void> {
    await trx.deleteFrom('notification_channels').where('id', '=', id).execute();
  }

  rules(): Promise<RuleRow[]> {
    return this.#db.selectFrom('notification_rules').selectAll().orderBy('id').execute();
  }

  async addRule(trx: Access, row: Insertable<NotificationRulesTable>): Promise<number> {
    return (await trx.insertInto('notification_rules').values(row).returning('id').executeTakeFirstOrThrow()).id;
  }

  async changeRule(trx: Access, id: number, document: string): Promise<void> {
    await trx.updateTable('notification_rules').set({ document }).where('id', '=', id).execute();
  }

  async removeRule(trx: Access, id: number): Promise<void> {
    await trx.deleteFrom('notification_rules').where('id', '=', id).execute();
  }

  /** Queues messages; one that is there already stays as it is. */
  async queue(trx: Access, rows: readonly Insertable<NotificationDeliveriesTable>[]): Promise<void> {
    if (rows.length === 0) return;
    await trx
      .insertInto('notification_deliveries')
      .values([...rows])
      .onConflict((conflict) => conflict.column('dedupe_key').doNothing())
      .execute();
  }

  /** Whether a message about the same was sent, or is to be, since an instant. */
  async wasTold(trx: Access, channelId: number, subject: string, since: number): Promise<boolean> {
    const row = await trx
      .selectFrom('notification_deliveries')
      .select('id')
      .where('channel_id', '=', channelId)
      .where('subject', '=', subject)
      .where('created_at', '>', since)
      .where('state', '!=', 'folded')
      .executeTakeFirst();
    return row !== undefined;
  }

  /** What is to be sent by now, oldest first. */
  due(nowMs: number, limit: number): Promise<DeliveryRow[]> {
    return this.#db
      .selectFrom('notification_deliveries')
      .selectAll()
      .where('state', '=', 'pending')
      .where('next_try_at', '<=', nowMs)
      .orderBy('id')
      .limit(limit)
      .execute();
  }

  async nextDueAt(): Promise<number | null> {
    const row = await this.#db
      .selectFrom('notification_deliveries')
      .select('next_try_at')
      .where('state', '=', 'pending')
      .orderBy('next_try_at')
      .limit(1)
      .executeTakeFirst();
    return row?.next_try_at ?? null;
  }

  async settle(id: number, changed: Partial<DeliveryRow>): Promise<void> {
    await this.#db.updateTable('notification_deliveries').set(changed).where('id', '=', id).execute();
  }

  find(id: number): Promise<DeliveryRow | undefined> {
    return this.#db.selectFrom('notification_deliveries').selectAll().where('id', '=', id).executeTakeFirst();
  }

  list({ channel, state, cursor, limit }: DeliveryQuery): Promise<DeliveryRow[]> {
    let rows = this.#db.selectFrom('notification_deliveries').selectAll().orderBy('id', 'desc');
    if (channel !== undefined) rows = rows.where('channel_id', '=', channel);
    if (state !== undefined) rows = rows.where('state', '=', state);
    if (cursor !== undefined) rows = rows.where('id', '<', Number(cursor) || 0);
    return rows.limit(limit + 1).execute();
  }

  /** Old messages go; what is still to be sent stays. */
  async forget(before: number): Promise<void> {
    await this.#db
      .deleteFrom('notification_deliveries')
      .where('created_at', '<', before)
      .where('state', '!=', 'pending')
      .execute();
  }
}
