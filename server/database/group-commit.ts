import type { Transaction } from 'kysely';
import type { Database } from './open.ts';
import type { Tables } from './tables/index.ts';

/** A piece of writing. It may run twice (see GroupCommit), so it touches nothing but the transaction. */
export type Writing<T> = (trx: Transaction<Tables>) => Promise<T>;

interface Waiting {
  writing: Writing<unknown>;
  resolve: (value: never) => void;
  reject: (error: unknown) => void;
}

/** How many writings share one transaction: bounds how long the first of them waits for the last. */
const groupSize = 200;

/**
 * Commits writings that come at the same time in one transaction: with `synchronous=FULL` each commit waits for the
 * disk (0.2 ms to several), and a minute's turn brings hundreds of them at once. A writing is acknowledged only after
 * the commit. When one of a group fails the group is rolled back and each is tried in a transaction of its own.
 */
export class GroupCommit {
  #db: Database;
  #waiting: Waiting[] = [];
  #isBusy = false;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Resolves with the writing's result once it is on the disk. */
  write<T>(writing: Writing<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#waiting.push({ writing, resolve, reject });
      if (!this.#isBusy) void this.#work();
    });
  }

  async #work(): Promise<void> {
    this.#isBusy = true;
    while (this.#waiting.length > 0) {
      await turnOfEventLoop();
      await this.#commit(this.#waiting.splice(0, groupSize));
    }
    this.#isBusy = false;
  }

  async #commit(group: Waiting[]): Promise<void> {
    try {
      const results = await this.#db.transaction().execute(async (trx) => {
        const done: unknown[] = [];
        for (const { writing } of group) done.push(await writing(trx));
        return done;
      });
      group.forEach((one, i) => {
        one.resolve(results[i] as never);
      });
    } catch (error) {
      const [only] = group;
      if (group.length === 1 && only) return only.reject(error);
      for (const one of group) await this.#commit([one]);
    }
  }
}

/**
 * Before each commit: what becomes due together is committed together, and between two of them everything else has its
 * turn. SQLite works at once, so that a long queue would otherwise be worked off without a look at any socket or timer.
 */
const turnOfEventLoop = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
