import type { Clock } from '../../../clock/index.ts';
import type { Database } from '../../../database/index.ts';
import type { Logger } from '../../../log/index.ts';
import type { Outbound } from '../../../outbound/index.ts';
import type { Secrets } from '../../../secrets/index.ts';
import type { ActivityLog } from '../../activity/index.ts';
import type { Pulse } from './heartbeat.ts';
import { Heartbeat } from './heartbeat.ts';
import { Pings } from './pings.ts';
import { PingSender } from './sender.ts';
import { PingStore } from './store.ts';

interface Parts {
  db: Database;
  clock: Clock;
  log: Logger;
  secrets: Secrets;
  activity: ActivityLog;
  outbound: Outbound;
  hostName(hostId: number): string;
  /** Undefined where there is no such schedule. */
  scheduleName(scheduleId: number): string | undefined;
}

/** Everything of dead man's switches: who watches, what is signalled, and the heartbeat. */
export class Watch {
  readonly pings: Pings;
  readonly scheduleName: Parts['scheduleName'];
  readonly #sender: PingSender;
  readonly #heartbeat: Heartbeat;
  #pulse: () => Pulse = () => ({ isAwake: false, trouble: null });

  constructor(parts: Parts) {
    const store = new PingStore(parts.db);
    this.scheduleName = parts.scheduleName;
    this.#sender = new PingSender({ ...parts, store, rowOf: (id) => this.pings.byId(id) });
    this.pings = new Pings({ ...parts, store, sender: this.#sender });
    const row = () => this.pings.row(null);
    this.#heartbeat = new Heartbeat({
      ...parts,
      row,
      pulse: () => this.#pulse(),
      send: (of, signalled) => this.#sender.signal(of, signalled),
    });
  }

  /** @param pulse how the scheduler is: the heartbeat begins with it */
  start(pulse: () => Pulse): void {
    this.#pulse = pulse;
    this.#sender.start();
    this.#heartbeat.start();
  }

  /** The heartbeat was changed: it beats anew. */
  beatAnew(): Promise<void> {
    this.#heartbeat.start();
    return this.#heartbeat.settled();
  }

  async stop(): Promise<void> {
    this.#heartbeat.stop();
    await this.#sender.stop();
    await this.#heartbeat.settled();
  }
}
