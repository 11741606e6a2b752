import type { Transaction } from 'kysely';
import type { NotificationEvent } from '../../../contract/index.ts';
import type { Database, Tables } from '../../database/index.ts';

export interface Trouble {
  kind: NotificationEvent;
  /** Epoch milliseconds. */
  since: number;
}

/** What is wrong and was told of, by what it is about. Few, so that they are known without asking the database. */
export class Troubles {
  readonly #db: Database;
  readonly #known = new Map<string, Trouble>();

  constructor(db: Database) {
    this.#db = db;
  }

  /** To be called once, before anything is watched. */
  async load(): Promise<void> {
    const rows = await this.#db.selectFrom('troubles').selectAll().execute();
    for (const { subject, kind, since } of rows) this.#known.set(subject, { kind: kind as NotificationEvent, since });
  }

  get(subject: string): Trouble | undefined {
    return this.#known.get(subject);
  }

  /** Those whose subject begins so. */
  under(prefix: string): [string, Trouble][] {
    return [...this.#known].filter(([subject]) => subject.startsWith(prefix));
  }

  /** As part of the commit that tells of it. */
  async begin(trx: Transaction<Tables>, subject: string, trouble: Trouble): Promise<void> {
    this.#known.set(subject, trouble);
    await trx
      .insertInto('troubles')
      .values({ subject, ...trouble })
      .onConflict((conflict) => conflict.column('subject').doUpdateSet({ kind: trouble.kind, since: trouble.since }))
      .execute();
  }

  async end(trx: Transaction<Tables> | Database, subject: string): Promise<void> {
    this.#known.delete(subject);
    await trx.deleteFrom('troubles').where('subject', '=', subject).execute();
  }

  /** Without a word: what it was about is gone. */
  async forget(subject: string): Promise<void> {
    if (this.#known.has(subject)) await this.end(this.#db, subject);
  }
}
