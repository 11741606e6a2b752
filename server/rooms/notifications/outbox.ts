import type { Bus } from '../../bus/index.ts';
import type { Logger } from '../../log/index.ts';
import type { AfterSilence } from './after-silence.ts';
import type { Message } from './channels/channel.ts';
import type { Tried } from './channels/tried.ts';
import { join } from './gathering.ts';
import type { SenderParts } from './sender.ts';
import { Sender } from './sender.ts';
import { Turns } from './turns.ts';

/** How many of a channel are read in one go: what was taken back or switched off meanwhile is not sent. */
const perTurn = 10;
/** A storm changes the list a thousand times in a second: who looks at it is told less often. */
const tellEveryMs = 250;
const keptMs = 30 * 86_400_000;

interface Parts extends SenderParts {
  log: Logger;
  timeZone(): string;
  bus: Bus;
  afterSilence: AfterSilence;
}

/**
 * Sends what is queued in the database, each message at least once: it counts as sent when the other side said so and
 * that is on the disk. Each channel has a lane of its own, so that none waits for another, and no run waits for any.
 */
export class Outbox {
  readonly #parts: Parts;
  readonly #sender: Sender;
  readonly #turns: Turns;
  /** The channels that are being sent to. */
  readonly #lanes = new Map<number, Promise<void>>();
  /** Until when channels want to be left alone (HTTP's Retry-After), instants in milliseconds. */
  readonly #pauses = new Map<number, number>();
  #cancelTelling: (() => void) | null = null;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#sender = new Sender(parts);
    const onFault = (error: unknown) => parts.log.error({ error }, 'notifications could not be sent; trying again');
    this.#turns = new Turns({ clock: parts.clock, onFault, work: () => this.#work() });
  }

  start(): void {
    this.#turns.start();
  }

  async stop(): Promise<void> {
    this.#sender.stop();
    await this.#turns.stop();
    await Promise.all(this.#lanes.values());
    this.#cancelTelling?.();
  }

  /** Something was queued. */
  wake(): void {
    if (!this.#turns.isRunning) return;
    this.#tellSoon();
    this.#turns.wake();
  }

  /** Sends a message now, and tells what came of it in the other side's words. */
  try(channelId: number, message: Message): Promise<Tried> {
    return this.#sender.try(channelId, message);
  }

  #tellSoon(): void {
    this.#cancelTelling ??= this.#parts.clock.after(tellEveryMs, () => {
      this.#cancelTelling = null;
      this.#parts.bus.emit('deliveries.changed', {});
    });
  }

  /** @returns when the next message of a channel that is at rest is due, or the next pause or silence is over */
  async #work(): Promise<number | null> {
    const { clock, store, snoozeLinks, afterSilence } = this.#parts;
    const loudAt = await afterSilence.look();
    while (this.#turns.isRunning && (await this.#joinDue()));
    const due = await store.dueChannels(clock.now(), this.#taken());
    for (const channelId of due) this.#lanes.set(channelId, this.#drive(channelId));
    await store.forget(clock.now() - keptMs);
    await snoozeLinks.forget();
    const dueAt = await store.nextDueAt(this.#taken());
    const times = [loudAt, dueAt, ...this.#pauses.values()].filter((at) => at !== null);
    return times.length === 0 ? null : Math.min(...times);
  }

  /** The channels of which nothing is begun now. */
  #taken(): number[] {
    const nowMs = this.#parts.clock.now();
    for (const [id, untilMs] of this.#pauses) if (untilMs <= nowMs) this.#pauses.delete(id);
    return [...this.#lanes.keys(), ...this.#pauses.keys()];
  }

  /** What waited under one key becomes one message; answers whether there may be more. */
  async #joinDue(): Promise<boolean> {
    const { store, clock, timeZone } = this.#parts;
    const rows = await store.dueTogether(clock.now());
    const [first] = rows;
    if (!first) return false;
    if (rows.length === 1) await store.settle(first.id, { gather_key: null });
    else {
      const key = `${first.gather_key}/${rows.at(-1)?.id}`;
      const plain = { channel_id: first.channel_id, dedupe_key: key, subject: key, event: 'several', run_id: null };
      const nowMs = clock.now();
      const at = { created_at: nowMs, next_try_at: nowMs, sent_at: null, answer: null };
      const path = '/notifications';
      await store.replace(rows, { ...plain, ...join(rows, timeZone()), ...at, path, state: 'pending' });
    }
    return true;
  }

  /** What is due for a channel is sent beside what is due for others. */
  async #drive(channelId: number): Promise<void> {
    try {
      while (await this.#sendDue(channelId));
      this.#lanes.delete(channelId);
      this.#turns.wake();
    } catch (error) {
      this.#lanes.delete(channelId);
      // The next look is at its own time, a minute later at most: it would fail again at once.
      this.#parts.log.error({ error, channelId }, 'notifications could not be sent; trying again');
    }
  }

  /** @returns whether there may be more that can be sent now */
  async #sendDue(channelId: number): Promise<boolean> {
    const { store, clock } = this.#parts;
    const due = await store.due(channelId, clock.now(), perTurn);
    for (const row of due) {
      if (this.#sender.isStopping) return false;
      const pauseMs = await this.#sender.send(row);
      this.#tellSoon();
      if (pauseMs === 0) continue;
      this.#pauses.set(channelId, clock.now() + pauseMs);
      return false;
    }
    return due.length > 0;
  }
}
