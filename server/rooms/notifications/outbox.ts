import type { Bus } from '../../bus/index.ts';
import type { Clock } from '../../clock/index.ts';
import type { Logger } from '../../log/index.ts';
import type { Outbound } from '../../outbound/index.ts';
import type { Message } from './channels/channel.ts';
import { deliver } from './channels/registry.ts';
import type { Tried } from './channels/tried.ts';
import { failed, failedBy } from './channels/tried.ts';
import type { Channels } from './channels.ts';
import { join } from './gathering.ts';
import type { SnoozeLinks } from './snooze/links.ts';
import type { DeliveryRow, NotificationStore } from './store.ts';
import type { Rewording } from './templates/rewording.ts';

/** How many of a channel are read in one go: what was taken back or switched off meanwhile is not sent. */
const perTurn = 10;
const firstBackOffMs = 15_000;
const longestBackOffMs = 3_600_000;
/** With the pauses between them some eight hours. */
const mostAttempts = 14;
const idleMs = 60_000;
/** A storm changes the list a thousand times in a second: who looks at it is told less often. */
const tellEveryMs = 250;
const keptMs = 30 * 86_400_000;

interface Parts {
  store: NotificationStore;
  channels: Channels;
  outbound: Outbound;
  clock: Clock;
  log: Logger;
  /** The address of a page; null where the program does not know its own address. */
  linkTo(path: string): string | null;
  timeZone(): string;
  rewording: Rewording;
  snoozeLinks: SnoozeLinks;
  bus: Bus;
}

/**
 * Sends what is queued in the database, each message at least once: it counts as sent when the other side said so and
 * that is on the disk. Channels do not wait for each other, and nothing waits for them.
 */
export class Outbox {
  readonly #parts: Parts;
  readonly #stopping = new AbortController();
  #cancel: (() => void) | undefined;
  /** Each look at the queue is over before the next one. */
  #turn: Promise<void> = Promise.resolve();
  /** What is being sent, by its channel: each goes at its own pace. */
  readonly #underWay = new Map<number, Promise<void>>();
  #isRunning = false;
  #isAskedAgain = false;
  #cancelTelling: (() => void) | null = null;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  start(): void {
    this.#isRunning = true;
    this.wake();
  }

  async stop(): Promise<void> {
    this.#isRunning = false;
    this.#cancel?.();
    this.#cancelTelling?.();
    this.#stopping.abort();
    await this.#turn;
    await Promise.all(this.#underWay.values());
  }

  /** Something was queued: it is sent at once, unless its channel is at another, and goes on with it then. */
  wake(): void {
    if (!this.#isRunning) return;
    this.#tellSoon();
    this.#goOn();
  }

  #tellSoon(): void {
    this.#cancelTelling ??= this.#parts.clock.after(tellEveryMs, () => {
      this.#cancelTelling = null;
      this.#parts.bus.emit('deliveries.changed', {});
    });
  }

  #goOn(): void {
    if (!this.#isRunning) return;
    this.#isAskedAgain = true;
    this.#cancel?.();
    this.#turn = this.#turn.then(() => this.#work());
  }

  async #work(): Promise<void> {
    const { log, clock, store } = this.#parts;
    if (!this.#isRunning || !this.#isAskedAgain) return;
    this.#isAskedAgain = false;
    try {
      while (this.#isRunning && (await this.#joinDue()));
      const due = await store.dueChannels(clock.now(), [...this.#underWay.keys()]);
      for (const channelId of due) this.#begin(channelId);
      await store.forget(clock.now() - keptMs);
      await this.#parts.snoozeLinks.forget();
      await this.#arm();
    } catch (error) {
      log.error({ error }, 'notifications could not be sent; trying again');
      this.#wakeAfter(idleMs);
    }
  }

  async #arm(): Promise<void> {
    const nextAt = await this.#parts.store.nextDueAt([...this.#underWay.keys()]);
    const leftMs = nextAt === null ? idleMs : nextAt - this.#parts.clock.now();
    this.#wakeAfter(Math.min(idleMs, Math.max(100, leftMs)));
  }

  #wakeAfter(ms: number): void {
    if (this.#isRunning) this.#cancel = this.#parts.clock.after(ms, () => this.#goOn());
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
  #begin(channelId: number): void {
    const { log } = this.#parts;
    const sending = this.#sendDue(channelId)
      .then(
        () => true,
        (error: unknown) => {
          log.error({ error, channelId }, 'notifications could not be sent; trying again');
          return false;
        },
      )
      .then((isDone) => {
        this.#underWay.delete(channelId);
        // Otherwise at the next look, a minute later at most: it would fail again at once.
        if (isDone) this.#goOn();
      });
    this.#underWay.set(channelId, sending);
  }

  async #sendDue(channelId: number): Promise<void> {
    const { store, clock } = this.#parts;
    for (;;) {
      const due = await store.due(channelId, clock.now(), perTurn);
      if (due.length === 0) return;
      for (const row of due) {
        if (this.#stopping.signal.aborted) return;
        await this.#send(row);
      }
      this.#tellSoon();
    }
  }

  async #send(row: DeliveryRow): Promise<void> {
    const { store, channels, clock } = this.#parts;
    if (!channels.isEnabled(row.channel_id)) {
      return store.settle(row.id, { state: 'failed', next_try_at: null, answer: 'the channel is switched off' });
    }
    const message = await this.#parts.rewording.of(row, await this.#messageOf(row));
    const tried = await this.try(row.channel_id, message);
    if (this.#stopping.signal.aborted && !tried.ok) return;
    const attempts = row.attempts + 1;
    const answer = tried.answer;
    if (tried.ok)
      return store.settle(row.id, { state: 'sent', attempts, sent_at: clock.now(), next_try_at: null, answer });
    const isOver = !tried.mayRetry || attempts >= mostAttempts;
    if (isOver) return store.settle(row.id, { state: 'failed', attempts, next_try_at: null, answer });
    return store.settle(row.id, { attempts, next_try_at: clock.now() + backOffMs(attempts), answer });
  }

  /** Sends a message now, and tells what came of it in the other side's words. */
  async try(channelId: number, message: Message): Promise<Tried> {
    const { channels, outbound } = this.#parts;
    try {
      return await deliver(message, channels.targetOf(channelId), { outbound, signal: this.#stopping.signal });
    } catch (error) {
      const tried = failedBy(error);
      if (tried) return tried;
      if (this.#stopping.signal.aborted) return failed('the program is stopping', true);
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

/** Doubles, and is spread by up to a fifth, so that many do not come back at once. */
const backOffMs = (attempts: number): number =>
  Math.min(longestBackOffMs, firstBackOffMs * 2 ** (attempts - 1)) * (1 + Math.random() / 5);
