import type { Insertable, Selectable, Transaction } from 'kysely';
import type { DeliveryQuery } from '../../../contract/index.ts';
import type {
  Database,
  NotificationChannelsTable,
  NotificationDeliveriesTable,
  NotificationRulesTable,
  NotificationSilencesTable,
  Tables,
} from '../../database/index.ts';

export type ChannelRow = Selectable<NotificationChannelsTable>;
export type RuleRow = Selectable<NotificationRulesTable>;
export type SilenceRow = Selectable<NotificationSilencesTable>;
export type DeliveryRow = Selectable<NotificationDeliveriesTable>;
type Access = Database | Transaction<Tables>;

/** Instants are epoch milliseconds. */
interface StandingQuestion {
  subject: string;
  /** What the same matter is told as while it is in trouble. */
  bad: readonly string[];
  /** What the opposite is told as. */
  opposite: readonly string[];
  flapKey: string;
  stormKey: string;
  recentSince: number;
  daySince: number;
}

/** When it was told last or what waits is told, null: it was not, or nothing does; and how many messages there were. */
type StandingAnswer = Record<'toldAt' | 'badToldAt' | 'turnedAt' | 'flapAt' | 'stormAt', number | null> &
  Record<'recent' | 'today', number | null>;

const toldAt = (trx: Access, channelId: number, subjects: readonly string[]) =>
  trx
    .selectFrom('notification_deliveries')
    .select('created_at')
    .where('channel_id', '=', channelId)
    .where('subject', 'in', [...subjects])
    .where('state', 'not in', ['folded', 'failed'])
    .orderBy('created_at', 'desc')
    .limit(1);

const countSince = (trx: Access, channelId: number, since: number) =>
  trx
    .selectFrom('notification_deliveries')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('channel_id', '=', channelId)
    .where('created_at', '>=', since)
    .where('gather_key', 'is', null)
    .where('state', 'not in', ['folded', 'gathered']);

const gatherAt = (trx: Access, channelId: number, gatherKey: string) =>
  trx
    .selectFrom('notification_deliveries')
    .select('next_try_at')
    .where('channel_id', '=', channelId)
    .where('gather_key', '=', gatherKey)
    .where('state', '=', 'pending')
    .limit(1);

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

  /** When a channel was told last of one of these, or is to be; null: never, or it was forgotten. */
  async toldAt(trx: Access, channelId: number, subjects: readonly string[]): Promise<number | null> {
    return (await toldAt(trx, channelId, subjects).executeTakeFirst())?.created_at ?? null;
  }

  /** How things stand for a channel: one question, since it is asked in the commit that ends a run. */
  standing(trx: Access, channelId: number, of: StandingQuestion): Promise<StandingAnswer> {
    return trx
      .selectNoFrom([
        toldAt(trx, channelId, [of.subject]).as('toldAt'),
        toldAt(trx, channelId, of.bad).as('badToldAt'),
        toldAt(trx, channelId, of.opposite).as('turnedAt'),
        gatherAt(trx, channelId, of.flapKey).as('flapAt'),
        gatherAt(trx, channelId, of.stormKey).as('stormAt'),
        countSince(trx, channelId, of.recentSince).as('recent'),
        countSince(trx, channelId, of.daySince).as('today'),
      ])
      .executeTakeFirstOrThrow();
  }

  /** How often the same happened since an instant without being told. */
  async foldedSince(trx: Access, channelId: number, subject: string, since: number): Promise<number> {
    const row = await trx
      .selectFrom('notification_deliveries')
      .select((eb) => eb.fn.countAll().as('count'))
      .where('channel_id', '=', channelId)
      .where('subject', '=', subject)
      .where('state', '=', 'folded')
      .where('created_at', '>', since)
      .executeTakeFirstOrThrow();
    return Number(row.count);
  }

  /** How many messages a channel got since an instant; what waits to be told with others counts when it is told. */
  async countSince(trx: Access, channelId: number, since: number): Promise<number> {
    return Number((await countSince(trx, channelId, since).executeTakeFirstOrThrow()).count);
  }

  /** What waits under one key and is to be told by now. */
  async dueTogether(nowMs: number): Promise<DeliveryRow[]> {
    const first = await this.#db
      .selectFrom('notification_deliveries')
      .select(['channel_id', 'gather_key'])
      .where('state', '=', 'pending')
      .where('gather_key', 'is not', null)
      .where('next_try_at', '<=', nowMs)
      .limit(1)
      .executeTakeFirst();
    if (!first) return [];
    return this.#db
      .selectFrom('notification_deliveries')
      .selectAll()
      .where('state', '=', 'pending')
      .where('channel_id', '=', first.channel_id)
      .where('gather_key', '=', first.gather_key)
      .orderBy('id')
      .execute();
  }

  /** One message instead of several: all of it, or nothing. */
  async replace(rows: readonly DeliveryRow[], joined: Insertable<NotificationDeliveriesTable>): Promise<void> {
    const first = rows[0]?.id ?? 0;
    await this.#db.transaction().execute(async (trx) => {
      await this.queue(trx, [joined]);
      await trx
        .updateTable('notification_deliveries')
        .set({ state: 'gathered', next_try_at: null, answer: `told with ${rows.length - 1} others` })
        .where('channel_id', '=', joined.channel_id)
        .where('gather_key', '=', rows[0]?.gather_key ?? '')
        .where('state', '=', 'pending')
        .where('id', '>=', first)
        .where('id', '<=', rows.at(-1)?.id ?? 0)
        .execute();
    });
  }

  /** Also those that are over, until what they left out was looked at. */
  silences(): Promise<SilenceRow[]> {
    return this.#db.selectFrom('notification_silences').selectAll().orderBy('id').execute();
  }

  async addSilence(trx: Access, row: Insertable<NotificationSilencesTable>): Promise<number> {
    return (await trx.insertInto('notification_silences').values(row).returning('id').executeTakeFirstOrThrow()).id;
  }

  async changeSilence(trx: Access, id: number, changed: Partial<SilenceRow>): Promise<void> {
    await trx.updateTable('notification_silences').set(changed).where('id', '=', id).execute();
  }

  async removeSilence(trx: Access, id: number): Promise<void> {
    await trx.deleteFrom('notification_silences').where('id', '=', id).execute();
  }

  /** What a silence left out, newest first. */
  leftOut(silenceKey: string): Promise<DeliveryRow[]> {
    return this.#db
      .selectFrom('notification_deliveries')
      .selectAll()
      .where('state', '=', 'folded')
      .where('gather_key', '=', silenceKey)
      .orderBy('id', 'desc')
      .execute();
  }

  /** The channels that something is to be sent to by now, but for some. */
  async dueChannels(nowMs: number, except: readonly number[]): Promise<number[]> {
    const rows = await this.#db
      .selectFrom('notification_deliveries')
      .select('channel_id')
      .distinct()
      .where('state', '=', 'pending')
      .where('gather_key', 'is', null)
      .where('next_try_at', '<=', nowMs)
      .where('channel_id', 'not in', except)
      .execute();
    return rows.map(({ channel_id }) => channel_id);
  }

  /** What is to be sent to a channel by now, oldest first. */
  due(channelId: number, nowMs: number, limit: number): Promise<DeliveryRow[]> {
    return this.#db
      .selectFrom('notification_deliveries')
      .selectAll()
      .where('channel_id', '=', channelId)
      .where('state', '=', 'pending')
      .where('gather_key', 'is', null)
      .where('next_try_at', '<=', nowMs)
      .orderBy('id')
      .limit(limit)
      .execute();
  }

  /** When the next is due of what waits for other channels than some, or to be told with others. */
  async nextDueAt(except: readonly number[]): Promise<number | null> {
    const row = await this.#db
      .selectFrom('notification_deliveries')
      .select('next_try_at')
      .where('state', '=', 'pending')
      .where((eb) => eb.or([eb('channel_id', 'not in', except), eb('gather_key', 'is not', null)]))
      .orderBy('next_try_at')
      .limit(1)
      .executeTakeFirst();
    return row?.next_try_at ?? null;
  }

  async settle(id: number, changed: Partial<DeliveryRow>): Promise<void> {
    await this.#db.updateTable('notification_deliveries').set(changed).where('id', '=', id).execute();
  }

  /** What came of a try, unless somebody had it sent once more meanwhile: then that is still to be done. */
  async settleTry({ id, round }: DeliveryRow, changed: Partial<DeliveryRow>): Promise<void> {
    await this.#db
      .updateTable('notification_deliveries')
      .set(changed)
      .where('id', '=', id)
      .where('round', '=', round)
      .execute();
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
