import type { Insertable, Selectable, Transaction } from 'kysely';
import * as v from 'valibot';
import type { WebhookCall, WebhookDeed } from '../../../contract/index.ts';
import { webhookCall, webhookDeed } from '../../../contract/index.ts';
import type { Database, Tables, WebhooksTable } from '../../database/index.ts';

/** A webhook with the account in whose name it acts, as both stand now. */
export interface WebhookRecord {
  id: number;
  name: string;
  enabled: boolean;
  does: WebhookDeed;
  allowGet: boolean;
  allowedAddresses: string[];
  perMinute: number;
  prefix: string;
  hash: string;
  /** Sealed; null where calls need no signature. */
  secret: string | null;
  count: number;
  lastTriggeredAt: number | null;
  createdAt: number;
  owner: { id: number; username: string; role: string; isEnabled: boolean };
}

type Row = Selectable<WebhooksTable> & { username: string; role: string; user_enabled: number };

/** How many of the last calls are kept. */
const keptCalls = 50;

/** The webhooks and their calls in the database. */
export class WebhookStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** @param userId whose webhooks; null: everybody's */
  async list(userId: number | null): Promise<WebhookRecord[]> {
    let query = this.#rows().orderBy('webhooks.id');
    if (userId !== null) query = query.where('user_id', '=', userId);
    return (await query.execute()).map(toRecord);
  }

  async find(id: number): Promise<WebhookRecord | undefined> {
    const row = await this.#rows().where('webhooks.id', '=', id).executeTakeFirst();
    return row && toRecord(row);
  }

  async findByHash(hash: string): Promise<WebhookRecord | undefined> {
    const row = await this.#rows().where('hash', '=', hash).executeTakeFirst();
    return row && toRecord(row);
  }

  async add(trx: Transaction<Tables>, row: Insertable<WebhooksTable>): Promise<number> {
    return (await trx.insertInto('webhooks').values(row).returning('id').executeTakeFirstOrThrow()).id;
  }

  async change(trx: Transaction<Tables>, id: number, row: Partial<Insertable<WebhooksTable>>): Promise<void> {
    await trx.updateTable('webhooks').set(row).where('id', '=', id).execute();
  }

  async remove(trx: Transaction<Tables>, id: number): Promise<void> {
    await trx.deleteFrom('webhooks').where('id', '=', id).execute();
  }

  /** False when this signature was there before: then the call is somebody's repetition. */
  async isFirst(id: number, signature: string, at: number, forgetBefore: number): Promise<boolean> {
    await this.#db.deleteFrom('webhook_signatures').where('at', '<', forgetBefore).execute();
    const { numInsertedOrUpdatedRows } = await this.#db
      .insertInto('webhook_signatures')
      .values({ webhook_id: id, signature, at })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirstOrThrow();
    return numInsertedOrUpdatedRows === 1n;
  }

  /** Writes a call down, and forgets the oldest. */
  async noteCall(id: number, call: { at: number; address: string; message: string | null; runId: string | null }) {
    const { at, address, message, runId } = call;
    await this.#db.transaction().execute(async (trx) => {
      const result = runId === null ? 'refused' : 'accepted';
      await trx
        .insertInto('webhook_calls')
        .values({ webhook_id: id, at, address, result, message, run_id: runId })
        .execute();
      const oldest = await trx
        .selectFrom('webhook_calls')
        .select('id')
        .where('webhook_id', '=', id)
        .orderBy('id', 'desc')
        .offset(keptCalls)
        .limit(1)
        .executeTakeFirst();
      if (oldest) {
        await trx.deleteFrom('webhook_calls').where('webhook_id', '=', id).where('id', '<=', oldest.id).execute();
      }
      if (runId === null) return;
      await trx
        .updateTable('webhooks')
        .set((eb) => ({ count: eb('count', '+', 1), last_triggered_at: at }))
        .where('id', '=', id)
        .execute();
    });
  }

  /** The last calls, newest first, with how their runs stand. */
  async calls(id: number): Promise<WebhookCall[]> {
    const rows = await this.#db
      .selectFrom('webhook_calls')
      .leftJoin('runs', 'runs.id', 'webhook_calls.run_id')
      .select(['at', 'address', 'result', 'webhook_calls.message', 'run_id', 'outcome'])
      .where('webhook_id', '=', id)
      .orderBy('webhook_calls.id', 'desc')
      .execute();
    return rows.map(({ at, run_id: runId, ...row }) =>
      v.parse(webhookCall, { ...row, runId, at: new Date(at).toISOString() }),
    );
  }

  #rows() {
    return this.#db
      .selectFrom('webhooks')
      .innerJoin('users', 'users.id', 'webhooks.user_id')
      .selectAll('webhooks')
      .select(['username', 'role', 'users.enabled as user_enabled']);
  }
}

const toRecord = (row: Row): WebhookRecord => ({
  id: row.id,
  name: row.name,
  enabled: row.enabled === 1,
  does: v.parse(webhookDeed, JSON.parse(row.does)),
  allowGet: row.allow_get === 1,
  allowedAddresses: v.parse(v.array(v.string()), JSON.parse(row.allowed_addresses)),
  perMinute: row.per_minute,
  prefix: row.prefix,
  hash: row.hash,
  secret: row.secret,
  count: row.count,
  lastTriggeredAt: row.last_triggered_at,
  createdAt: row.created_at,
  owner: { id: row.user_id, username: row.username, role: row.role, isEnabled: row.user_enabled === 1 },
});
