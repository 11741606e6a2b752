import { randomBytes } from 'node:crypto';
import type { Schedule, ServerEventName, ServerEvents } from '../../../contract/index.ts';
import type { Bus } from '../../bus/index.ts';
import type { Clock } from '../../clock/index.ts';
import type { EventSink } from '../../http/index.ts';
import type { Logger } from '../../log/index.ts';
import type { Message } from './backlog.ts';
import { Backlog } from './backlog.ts';
import { Reader } from './reader.ts';

/** A browser that comes back within this time finds what it missed; a reload of the page takes no longer. */
const keepAfterLastReaderMs = 5 * 60_000;

interface Parts {
  bus: Bus;
  clock: Clock;
  log: Logger;
  version: string;
  /** The schedule as the API shows it; null when it is gone. */
  findSchedule(id: number): Promise<Schedule | null>;
}

/**
 * Passes on what happens, to everybody who listens. While nobody does, and for a while nobody has, facts are only
 * counted: nothing is written down or kept.
 */
export class EventFeed {
  readonly #parts: Parts;
  /** Tells the messages of this start from those of an earlier one. */
  readonly #start = randomBytes(4).toString('hex');
  readonly #readers = new Set<Reader>();
  readonly #stops: (() => void)[];
  #sequence = 0;
  #backlog: Backlog | null = null;
  #cancelForgetting: (() => void) | null = null;

  constructor(parts: Parts) {
    this.#parts = parts;
    const { bus } = parts;
    this.#stops = [
      bus.on('container.changed', (it) => this.#tell('container', `container ${it.hostId} ${it.id}`, it)),
      bus.on('container.removed', (it) => this.#tell('container.removed', `container ${it.hostId} ${it.id}`, it)),
      bus.on('host.changed', (it) => this.#tell('host', `host ${it.id}`, it)),
      bus.on('run.changed', (it) => this.#tell('run', `run ${it.id}`, it)),
      bus.on('schedule.changed', ({ id }) => void this.#tellSchedule(id)),
      bus.on('schedule.removed', (it) => this.#tell('schedule.removed', `schedule ${it.id}`, it)),
      bus.on('activity.recorded', (it) => this.#tell('activity', `activity ${it.id}`, it)),
    ];
  }

  /** Writes to one reader until it leaves: first what it missed since `lastEventId`, or that it missed too much. */
  async follow(sink: EventSink, lastEventId: string | undefined): Promise<void> {
    this.#cancelForgetting?.();
    this.#backlog ??= new Backlog(this.#sequence);
    const missed = this.#missedSince(lastEventId);
    const reader = new Reader(sink, (message) => this.#idOf(message), missed ?? [this.#resetMessage()]);
    this.#readers.add(reader);
    try {
      await reader.run();
    } finally {
      this.#readers.delete(reader);
      if (this.#readers.size === 0) this.#forgetLater();
    }
  }

  /** Listens no more. */
  close(): void {
    for (const stop of this.#stops) stop();
    this.#cancelForgetting?.();
  }

  #tell<N extends ServerEventName>(event: N, subject: string, body: ServerEvents[N]): void {
    this.#sequence += 1;
    if (!this.#backlog) return;
    const message = { sequence: this.#sequence, event, data: JSON.stringify(body) };
    this.#backlog.add(subject, message);
    for (const reader of this.#readers) reader.offer(message);
  }

  async #tellSchedule(id: number): Promise<void> {
    if (!this.#backlog) {
      this.#sequence += 1;
      return;
    }
    try {
      const schedule = await this.#parts.findSchedule(id);
      if (schedule) this.#tell('schedule', `schedule ${id}`, schedule);
    } catch (error) {
      this.#parts.log.error({ error, scheduleId: id }, 'a change of a schedule could not be told');
    }
  }

  #missedSince(lastEventId: string | undefined): Message[] | null {
    const [start, sequence = ''] = (lastEventId ?? '').split('-');
    if (start !== this.#start || !/^\d{1,15}$/.test(sequence)) return null;
    return this.#backlog?.since(Number(sequence)) ?? null;
  }

  #resetMessage(): Message {
    return { sequence: this.#sequence, event: 'reset', data: JSON.stringify({ version: this.#parts.version }) };
  }

  #idOf(message: Message): string {
    return `${this.#start}-${message.sequence}`;
  }

  #forgetLater(): void {
    this.#cancelForgetting = this.#parts.clock.after(keepAfterLastReaderMs, () => {
      this.#backlog = null;
    });
  }
}
