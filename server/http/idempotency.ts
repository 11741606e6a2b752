import { createHash } from 'node:crypto';
import type { Clock } from '../clock/index.ts';
import type { Database } from '../database/index.ts';
import { ChrontainerError, invalidInput } from '../errors/index.ts';
import type { Answer } from './route.ts';

const keptMs = 24 * 3_600_000;
const pruneEveryMs = 3_600_000;
/** The status of a row whose call has not been answered yet. */
const unanswered = 0;

/** What makes a call the same call: who, what, with which input. */
export interface KeyedCall {
  key: string;
  who: string | null;
  method: string;
  /** With its query. */
  url: string;
  body: string;
}

/**
 * Lets a call with an Idempotency-Key act once. The key is written before the call acts, so that after a crash a
 * repetition is refused instead of acting a second time. Answers are kept for a day.
 */
export class Idempotency {
  readonly #db: Database;
  readonly #clock: Clock;
  readonly #running = new Map<string, Promise<Answer>>();
  #prunedAt = Number.NEGATIVE_INFINITY;

  constructor(parts: { db: Database; clock: Clock }) {
    this.#db = parts.db;
    this.#clock = parts.clock;
  }

  /**
   * Acts, or gives the answer of the call that did.
   * @throws 422 when the key stands for another request, 409 when the first call was cut off, by a crash for example
   */
  async once(call: KeyedCall, act: () => Promise<Answer>): Promise<Answer> {
    if (!/^[\x21-\x7e]{1,200}$/.test(call.key)) {
      throw invalidInput([{ path: 'Idempotency-Key', message: 'must be 1 to 200 visible ASCII characters' }]);
    }
    const key = digest(call.key, String(call.who), call.method, pathOf(call.url));
    const requestHash = digest(call.url, call.body);
    const place = `${key} ${requestHash}`;
    const earlier = this.#running.get(place);
    if (earlier) return replayed(await earlier);
    const answer = this.#actOrReplay(key, requestHash, act);
    this.#running.set(place, answer);
    return answer.finally(() => this.#running.delete(place));
  }

  async #actOrReplay(key: string, requestHash: string, act: () => Promise<Answer>): Promise<Answer> {
    await this.#prune();
    const row = { key, request_hash: requestHash, status: unanswered, body: '', created_at: this.#clock.now() };
    const { numInsertedOrUpdatedRows } = await this.#db
      .insertInto('idempotency_keys')
      .values(row)
      .onConflict((conflict) => conflict.column('key').doNothing())
      .executeTakeFirst();
    if (numInsertedOrUpdatedRows === 0n) return this.#replay(key, requestHash);
    return this.#act(key, act);
  }

  /** A refused call did nothing and may come again; one that broke in a way nobody foresaw may have acted. */
  async #act(key: string, act: () => Promise<Answer>): Promise<Answer> {
    try {
      const answer = await act();
      const kept = { status: answer.status ?? 200, body: JSON.stringify(answer.body ?? null) };
      await this.#db.updateTable('idempotency_keys').set(kept).where('key', '=', key).execute();
      return answer;
    } catch (error) {
      if (error instanceof ChrontainerError) {
        await this.#db.deleteFrom('idempotency_keys').where('key', '=', key).execute();
      }
      throw error;
    }
  }

  async #replay(key: string, requestHash: string): Promise<Answer> {
    const row = await this.#db
      .selectFrom('idempotency_keys')
      .selectAll()
      .where('key', '=', key)
      .executeTakeFirstOrThrow();
    if (row.request_hash !== requestHash) {
      throw new ChrontainerError('CHR_KEY_REUSED', 'This Idempotency-Key came with another request; take a new one.');
    }
    if (row.status === unanswered) {
      throw new ChrontainerError(
        'CHR_CONFLICT',
        'The first call with this Idempotency-Key was cut off: look at Runs and Activity for what it did.',
      );
    }
    return replayed({ status: row.status, body: JSON.parse(row.body) ?? undefined });
  }

  async #prune(): Promise<void> {
    if (this.#clock.monotonic() - this.#prunedAt < pruneEveryMs) return;
    this.#prunedAt = this.#clock.monotonic();
    const oldest = this.#clock.now() - keptMs;
    await this.#db.deleteFrom('idempotency_keys').where('created_at', '<', oldest).execute();
  }
}

const replayed = (answer: Answer): Answer => ({
  ...answer,
  headers: { ...answer.headers, 'Idempotent-Replayed': 'true' },
});

const pathOf = (url: string): string => url.split('?', 1)[0] ?? url;

const digest = (...parts: string[]): string => createHash('sha256').update(JSON.stringify(parts)).digest('hex');
