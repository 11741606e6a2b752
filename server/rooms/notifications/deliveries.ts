import type { Delivery, DeliveryQuery, Page } from '../../../contract/index.ts';
import type { Clock } from '../../clock/index.ts';
import { notFound } from '../../errors/index.ts';
import type { Channels } from './channels.ts';
import type { Outbox } from './outbox.ts';
import type { DeliveryRow, NotificationStore } from './store.ts';

/** What was sent, or is to be, with the answers of the other side. */
export class Deliveries {
  readonly #parts: { store: NotificationStore; channels: Channels; outbox: Outbox; clock: Clock };

  constructor(parts: { store: NotificationStore; channels: Channels; outbox: Outbox; clock: Clock }) {
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
    const again = { state: 'pending', attempts: 0, round: row.round + 1, next_try_at: clock.now() };
    await store.settle(id, again);
    outbox.wake();
    return this.#present({ ...row, ...again });
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
