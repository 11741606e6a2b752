import { createHash, randomBytes } from 'node:crypto';
import type { Clock } from '../../../clock/index.ts';
import type { Database } from '../../../database/index.ts';
import type { SnoozeOffer } from '../channels/channel.ts';
import type { DeliveryRow } from '../store.ts';
import { maySnooze } from './subjects.ts';

/** What a link is good for: one subject, as the message named it. */
export interface SnoozeLink {
  subject: string;
  title: string;
}

interface Parts {
  db: Database;
  clock: Clock;
  /** The address of a page; null where the program does not know its own address. */
  linkTo(path: string): string | null;
}

const lifeMs = 7 * 86_400_000;

/** Makes and knows the links by which messages are snoozed; of the links themselves the database knows only hashes. */
export class SnoozeLinks {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /**
   * Each try of a message has a link of its own, for a week: which of them arrives nobody knows. Null for what steps
   * say, for several messages in one, and where the program does not know its own address.
   */
  async offer({ subject, title, event, rule_id }: DeliveryRow): Promise<SnoozeOffer | null> {
    const { db, clock, linkTo } = this.#parts;
    const [page, call] = [linkTo('/snooze'), linkTo('/api/v1/snooze')];
    if (page === null || call === null || rule_id === null || !maySnooze(event)) return null;
    const token = randomBytes(32).toString('base64url');
    const row = { hash: hashOf(token), subject, title: title.slice(0, 300), expires_at: clock.now() + lifeMs };
    await db.insertInto('snooze_links').values(row).execute();
    return { url: `${page}#${token}`, call, token };
  }

  /** Undefined for what is none, or no more. */
  find(token: string): Promise<SnoozeLink | undefined> {
    return this.#parts.db
      .selectFrom('snooze_links')
      .select(['subject', 'title'])
      .where('hash', '=', hashOf(token))
      .where('expires_at', '>', this.#parts.clock.now())
      .executeTakeFirst();
  }

  /** Drops those that are over. */
  async forget(): Promise<void> {
    await this.#parts.db.deleteFrom('snooze_links').where('expires_at', '<=', this.#parts.clock.now()).execute();
  }
}

const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex');
