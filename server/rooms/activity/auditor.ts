import type { Transaction } from 'kysely';
import type { AuditCheck } from '../../../contract/index.ts';
import type { Clock } from '../../clock/index.ts';
import type { Database, Tables } from '../../database/index.ts';
import { checkLines } from './chain.ts';

/** How many lines are read at once. */
const linesAtOnce = 1000;
const anchorKey = 'activity.anchor';

/** What is left of lines that were deleted for their age: the log goes on from here. */
interface Anchor {
  /** The hash of the last line that was deleted. */
  hash: string;
  /** Its ID. */
  id: number;
}

/** Checks the chain of the activity log, and lets go of its oldest part without breaking it. */
export class Auditor {
  readonly #db: Database;
  readonly #clock: Clock;

  constructor(parts: { db: Database; clock: Clock }) {
    this.#db = parts.db;
    this.#clock = parts.clock;
  }

  /** Reads the whole log. The head is worth keeping elsewhere: with it also a log cut short is found out. */
  async check(): Promise<AuditCheck> {
    const anchor = await readAnchor(this.#db);
    let state = { previous: anchor?.hash ?? '', lines: 0, brokenAt: null as number | null };
    let lastId = anchor?.id ?? 0;
    for (;;) {
      const rows = await this.#db
        .selectFrom('activity')
        .selectAll()
        .where('id', '>', lastId)
        .orderBy('id')
        .limit(linesAtOnce)
        .execute();
      state = checkLines(state, rows);
      lastId = rows.at(-1)?.id ?? lastId;
      if (rows.length < linesAtOnce || state.brokenAt !== null) break;
    }
    const { previous, lines, brokenAt } = state;
    return { isWhole: brokenAt === null, lines, brokenAt, head: previous === '' ? null : previous };
  }

  /** Deletes the lines that are older than an instant. @returns how many */
  async forgetBefore(atMs: number): Promise<number> {
    return this.#db.transaction().execute(async (trx) => {
      // By place, not by time: a clock that was set back must leave no hole.
      const first = await trx
        .selectFrom('activity')
        .select('id')
        .where('at', '>=', atMs)
        .orderBy('id')
        .limit(1)
        .executeTakeFirst();
      let old = trx.selectFrom('activity').select(['id', 'hash']).orderBy('id', 'desc').limit(1);
      if (first) old = old.where('id', '<', first.id);
      const last = await old.executeTakeFirst();
      if (!last) return 0;
      const { numDeletedRows } = await trx.deleteFrom('activity').where('id', '<=', last.id).executeTakeFirstOrThrow();
      await this.#keepAnchor(last, trx);
      return Number(numDeletedRows);
    });
  }

  async #keepAnchor(anchor: Anchor, trx: Transaction<Tables>): Promise<void> {
    const row = { key: anchorKey, value: JSON.stringify(anchor), updated_at: this.#clock.now() };
    await trx
      .insertInto('settings')
      .values(row)
      .onConflict((conflict) => conflict.column('key').doUpdateSet(row))
      .execute();
  }
}

/** From where the log goes on; undefined while nothing of it was deleted. */
export const readAnchor = async (db: Database | Transaction<Tables>): Promise<Anchor | undefined> => {
  const row = await db.selectFrom('settings').select('value').where('key', '=', anchorKey).executeTakeFirst();
  return row && (JSON.parse(row.value) as Anchor);
};
