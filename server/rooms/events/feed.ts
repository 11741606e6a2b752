import { randomBytes } from 'node:crypto';
import type { Permission, Schedule, ServerEventName, ServerEvents } from '../../../contract/index.ts';
import type { Bus } from '../../bus/index.ts';
import type { Clock } from '../../clock/index.ts';
import type { EventSink } from '../../http/index.ts';
import type { Logger } from '../../log/index.ts';
import type { Onlooker, Place, Sight } from '../../policy/index.ts';
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
  sight: Sight;
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
    const { bus, sight } = parts;
    const isSeen = (it: Place, { rights }: Onlooker) => rights.can('view', it);
    this.#stops = [
      bus.on('container.changed', (it) =>
        this.#tell('container', `container ${it.hostId} ${it.id}`, it, (who) => (isSeen(it, who) ? it : null)),
      ),
      bus.on('container.removed', (it) => {
        const { hostId, id, name } = it;
        const body = { hostId, id, name };
        this.#tell('container.removed', `container ${hostId} ${id}`, body, (who) => (isSeen(it, who) ? body : null));
      }),
      bus.on('host.changed', (it) => this.#tell('host', `host ${it.id}`, it, ({ rights }) => sight.host(rights, it))),
      bus.on('host.removed', (it) => this.#tell('host.removed', `host ${it.id}`, it, () => it)),
      bus.on('run.changed', (it) => this.#tell('run', `run ${it.id}`, it, (who) => sight.run(who, it))),
      bus.on('schedule.changed', ({ id }) => void this.#tellSchedule(id)),
      bus.on('schedule.removed', (it) => this.#tell('schedule.removed', `schedule ${it.id}`, it, () => it)),
      bus.on('deliveries.changed', (it) => this.#tell('deliveries', 'deliveries', it, () => it, 'notifications')),
      bus.on('updates.progress', ({ whole, seenBy }) => {
        this.#tell('updates', 'updates', whole, ({ rights }) => seenBy(rights));
      }),
      bus.on('activity.recorded', (it) =>
        this.#tell('activity', `activity ${it.id}`, it, (who) => sight.activity(who, it)),
      ),
    ];
  }

  /** Writes to one reader until it leaves: first what it missed since `lastEventId`, or that it missed too much. */
  async follow(sink: EventSink, lastEventId: string | undefined, onlooker: Onlooker): Promise<void> {
    this.#cancelForgetting?.();
    this.#backlog ??= new Backlog(this.#sequence);
    const missed = this.#missedSince(lastEventId);
    const reader = new Reader({
      sink,
      onlooker,
      idOf: (message) => this.#idOf(message),
      missed: missed ?? [this.#resetMessage()],
    });
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

  /** @param see what of it somebody may see who is limited to some places; null: nothing */
  #tell<N extends ServerEventName>(
    event: N,
    subject: string,
    body: ServerEvents[N],
    see: (onlooker: Onlooker) => ServerEvents[N] | null,
    needs: Permission | null = null,
  ): void {
    this.#sequence += 1;
    if (!this.#backlog) return;
    const data = JSON.stringify(body);
    const dataFor = (onlooker: Onlooker) => {
      const seen = see(onlooker);
      return seen === body ? data : seen && JSON.stringify(seen);
    };
    const message = { sequence: this.#sequence, event, data, needs, dataFor };
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
      if (schedule) this.#tell('schedule', `schedule ${id}`, schedule, (who) => this.#seenSchedule(who, schedule));
    } catch (error) {
      this.#parts.log.error({ error, scheduleId: id }, 'a change of a schedule could not be told');
    }
  }

  #seenSchedule({ rights }: Onlooker, schedule: Schedule): Schedule | null {
    return this.#parts.sight.seesSchedule(rights, schedule) ? schedule : null;
  }

  #missedSince(lastEventId: string | undefined): Message[] | null {
    const [start, sequence = ''] = (lastEventId ?? '').split('-');
    if (start !== this.#start || !/^\d{1,15}$/.test(sequence)) return null;
    return this.#backlog?.since(Number(sequence)) ?? null;
  }

  #resetMessage(): Message {
    const data = JSON.stringify({ version: this.#parts.version });
    return { sequence: this.#sequence, event: 'reset', data, needs: null, dataFor: () => data };
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
