import type { Clock } from '../../clock/index.ts';
import type { Outbound } from '../../outbound/index.ts';
import type { Message } from './channels/channel.ts';
import { deliver } from './channels/registry.ts';
import type { Tried } from './channels/tried.ts';
import { failed, failedBy } from './channels/tried.ts';
import type { Channels } from './channels.ts';
import type { SnoozeLinks } from './snooze/links.ts';
import type { DeliveryRow, NotificationStore } from './store.ts';
import type { Rewording } from './templates/rewording.ts';

const firstBackOffMs = 15_000;
const longestBackOffMs = 3_600_000;
/** With the pauses between them some eight hours. */
const mostAttempts = 14;

export interface SenderParts {
  store: NotificationStore;
  channels: Channels;
  outbound: Outbound;
  clock: Clock;
  /** The address of a page; null where the program does not know its own address. */
  linkTo(path: string): string | null;
  rewording: Rewording;
  snoozeLinks: SnoozeLinks;
}

/** Sends single messages, and keeps what came of each: it counts as sent when the other side said so. */
export class Sender {
  readonly #parts: SenderParts;
  readonly #stopping = new AbortController();

  constructor(parts: SenderParts) {
    this.#parts = parts;
  }

  /** Ends what is under way: it is sent again after the next start. */
  stop(): void {
    this.#stopping.abort();
  }

  get isStopping(): boolean {
    return this.#stopping.signal.aborted;
  }

  /** @returns how long its channel wants to be left alone, milliseconds; 0: not at all */
  async send(row: DeliveryRow): Promise<number> {
    const { store, channels, clock, rewording } = this.#parts;
    if (!channels.isEnabled(row.channel_id)) {
      await store.settleTry(row, { state: 'failed', next_try_at: null, answer: 'the channel is switched off' });
      return 0;
    }
    const message = await rewording.of(row, await this.#messageOf(row));
    const tried = await this.try(row.channel_id, message);
    if (this.isStopping && !tried.ok) return 0;
    await store.settleTry(row, settledBy(tried, row.attempts + 1, clock.now()));
    return tried.pauseMs ?? 0;
  }

  /** Sends a message now, and tells what came of it in the other side's words. */
  async try(channelId: number, message: Message): Promise<Tried> {
    const { channels, outbound } = this.#parts;
    try {
      return await deliver(message, channels.targetOf(channelId), { outbound, signal: this.#stopping.signal });
    } catch (error) {
      const tried = failedBy(error);
      if (tried) return tried;
      if (this.isStopping) return failed('the program is stopping', true);
      throw error;
    }
  }

  async #messageOf(row: DeliveryRow): Promise<Message> {
    const { dedupe_key, round, title, body, severity, event, created_at, run_id, path } = row;
    const page = path ?? (run_id === null ? null : `/runs/${run_id}`);
    const url = page === null ? null : this.#parts.linkTo(page);
    return {
      // A message that is sent once more by hand is another one.
      id: round === 0 ? dedupe_key : `${dedupe_key}/${round}`,
      title,
      body,
      severity: severity as Message['severity'],
      event,
      at: created_at,
      sentAt: this.#parts.clock.now(),
      runId: run_id,
      url,
      snooze: await this.#parts.snoozeLinks.offer(row),
      request: null,
      facts: null,
    };
  }
}

const settledBy = (tried: Tried, attempts: number, nowMs: number): Partial<DeliveryRow> => {
  const { ok, answer, mayRetry } = tried;
  if (ok) return { state: 'sent', attempts, sent_at: nowMs, next_try_at: null, answer };
  if (!mayRetry || attempts >= mostAttempts) return { state: 'failed', attempts, next_try_at: null, answer };
  return { attempts, next_try_at: nowMs + (tried.pauseMs ?? backOffMs(attempts)), answer };
};

/** Doubles, and is spread by up to a fifth, so that many do not come back at once. */
const backOffMs = (attempts: number): number =>
  Math.min(longestBackOffMs, firstBackOffMs * 2 ** (attempts - 1)) * (1 + Math.random() / 5);
