import type { Actor, Delivery, DeliveryQuery, Page, Silence } from '../../../contract/index.ts';
import type { Clock } from '../../clock/index.ts';
import { notFound } from '../../errors/index.ts';
import type { Channels } from './channels.ts';
import type { Outbox } from './outbox.ts';
import type { Silences } from './silences.ts';
import type { DeliveryRow, NotificationStore } from './store.ts';

interface Parts {
  store: NotificationStore;
  channels: Channels;
  outbox: Outbox;
  silences: Silences;
  clock: Clock;
}

/** What was sent, or is to be, with the answers of the other side. */
export class Deliveries {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Newest first. */
  async list(query: DeliveryQuery): Promise<Page<Delivery>> {
    const rows = await this.#parts.store.list(query);
    const page = rows.slice(0, query.limit);
    const nextCursor = rows.length > query.limit ? String(page.at(-1)?.id) : null;
    return { items: page.map((row) => this.#present(row)), nextCursor };
  }

  /** Sends it once more, whatever became of it. @throws CHR_NOT_FOUND */
  async resend(id: number): Promise<Delivery> {
    const { store, outbox, clock } = this.#parts;
    const row = await store.find(id);
    if (!row) throw notFound(`There is no delivery ${id}.`);
    const again = { state: 'pending', attempts: 0, round: row.round + 1, next_try_at: clock.now(), gather_key: null };
    await store.settle(id, again);
    outbox.wake();
    return this.#present({ ...row, ...again });
  }

  /** No more of this for a while: from the message's page, or the list. @throws CHR_NOT_FOUND */
  async snooze(id: number, forMs: number, actor: Actor): Promise<Silence> {
    const { store, silences, clock } = this.#parts;
    const row = await store.find(id);
    if (!row) throw notFound(`There is no delivery ${id}.`);
    const until = new Date(clock.now() + forMs).toISOString();
    const reason = `Snoozed: ${row.title}`.slice(0, 100);
    return silences.create({ ...everything, reason, until, subjects: [row.subject] }, actor);
  }

  #present(row: DeliveryRow): Delivery {
    return {
      id: row.id,
      channelId: row.channel_id,
      channel: this.#parts.channels.nameOf(row.channel_id),
      event: row.event,
      severity: row.severity as Delivery['severity'],
      title: row.title,
      body: row.body,
      runId: row.run_id,
      subject: row.subject,
      state: row.state as Delivery['state'],
      attempts: row.attempts,
      createdAt: new Date(row.created_at).toISOString(),
      sentAt: instantOrNull(row.sent_at),
      nextTryAt: instantOrNull(row.next_try_at),
      answer: row.answer,
    };
  }
}

const instantOrNull = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());

/** A silence that names nothing but its subject. */
const everything = { events: [], hosts: [], stacks: [], tags: [], schedules: [] };
