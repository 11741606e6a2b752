import type { Clock } from '../../clock/index.ts';
import type { Database } from '../../database/index.ts';
import type { Channels } from './channels.ts';
import { loudAt, silenceKey } from './fate.ts';
import { matterOf } from './happening.ts';
import type { Rules } from './rules.ts';
import { failsStill, wellAt } from './run-events.ts';
import type { Silences } from './silences.ts';
import type { DeliveryRow, NotificationStore } from './store.ts';

interface Parts {
  db: Database;
  store: NotificationStore;
  channels: Channels;
  silences: Silences;
  rules: Rules;
  clock: Clock;
  /** The instance's. */
  timeZone(): string;
  /** Whether a container, a host or the like is still in the trouble that an event told of. */
  isTrouble(event: string, subject: string): boolean;
}

/** When a silence is over: what began in it and still holds is told then, since nobody would hear of it otherwise. */
export class AfterSilence {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /**
   * Looks at those that are over; also at those that ended while the program was not running.
   * @returns when the next one is over
   */
  async look(): Promise<number | null> {
    const { silences } = this.#parts;
    for (const { id, reason } of silences.over()) {
      await this.#tell(silenceKey({ id }), reason);
      await silences.forget(id);
    }
    const ends = silences.list().map(({ until }) => Date.parse(until));
    return ends.length === 0 ? null : Math.min(...ends);
  }

  async #tell(key: string, reason: string): Promise<void> {
    const { store, clock, channels, rules, timeZone } = this.#parts;
    const nowMs = clock.now();
    const newest = new Map<string, DeliveryRow>();
    for (const row of await store.leftOut(key)) {
      const about = `${row.channel_id}/${matterOf(row)?.good ?? row.subject}`;
      if (!newest.has(about)) newest.set(about, row);
    }
    for (const row of newest.values()) {
      if (!(await this.#holds(row))) continue;
      const rule = rules.all().find(({ id }) => id === row.rule_id);
      const dueAt = rule ? loudAt(rule, row.severity, nowMs, timeZone()) : nowMs;
      const gather_key = channels.isForMachines(row.channel_id) ? null : `after-${key}/${dueAt}`;
      const body = `${row.body}\n\nIt is still so after: ${reason}`;
      await store.settle(row.id, { state: 'pending', next_try_at: dueAt, gather_key, answer: null, body });
    }
  }

  /** Not where it ended meanwhile, or where the channel knows: what is snoozed was told before. */
  async #holds({ channel_id, event, subject, created_at }: DeliveryRow): Promise<boolean> {
    const { db, store, isTrouble } = this.#parts;
    const toldAt = (await store.toldAt(db, channel_id, matterOf({ event, subject })?.bad ?? [subject])) ?? 0;
    const [, schedule = ''] = /^run\.(?:failed|missed)\/(\d+)$/.exec(subject) ?? [];
    if (schedule === '') return toldAt < created_at && isTrouble(event, subject);
    return (await failsStill(db, Number(schedule))) && toldAt <= (await wellAt(db, Number(schedule)));
  }
}
