import type { Bus } from '../../bus/index.ts';
import type { Clock } from '../../clock/index.ts';
import type { Database, GroupCommit } from '../../database/index.ts';
import type { Logger } from '../../log/index.ts';
import type { Hosts } from '../hosts/index.ts';
import type { Happening, Notices } from '../notifications/index.ts';
import { Troubles } from './troubles.ts';

export interface SentinelParts {
  db: Database;
  commits: GroupCommit;
  bus: Bus;
  clock: Clock;
  log: Logger;
  fleet: Pick<Hosts, 'byName' | 'containersOf' | 'engine' | 'has' | 'get' | 'nameOf'>;
  notices: Pick<Notices, 'tell'>;
  /** Where the database is; null: nobody looks at its disk. */
  dataDir: string | null;
  /** How long a host may be away, or finish nothing, before anybody is told; left out: half a minute. */
  hostPatienceMs?: number | undefined;
  /** An instant as people read it, in the instance's zone. */
  localTime(ms: number): string;
}

/** What all watches stand on: what is wrong now, a way to tell, and timers that end with the program. */
export class Desk {
  readonly parts: SentinelParts;
  readonly troubles: Troubles;
  readonly stops: (() => void)[] = [];
  readonly #timers = new Set<() => void>();
  #isStopped = false;

  constructor(parts: SentinelParts) {
    this.parts = parts;
    this.troubles = new Troubles(parts.db);
  }

  stop(): void {
    this.#isStopped = true;
    for (const stop of this.stops) stop();
    for (const cancel of this.#timers) cancel();
  }

  /** Watching must not harm what is watched: a fault is logged, and the next event is looked at all the same. */
  do(work: () => Promise<void>): void {
    if (this.#isStopped) return;
    work().catch((error: unknown) => {
      if (!this.#isStopped) this.parts.log.error({ error }, 'what happened could not be told');
    });
  }

  later(ms: number, work: () => Promise<void>): void {
    const cancel = this.parts.clock.after(ms, () => {
      this.#timers.delete(cancel);
      this.do(work);
    });
    this.#timers.add(cancel);
  }

  hostName(hostId: number): string {
    return this.parts.fleet.has(hostId) ? this.parts.fleet.nameOf(hostId) : `host ${hostId}`;
  }

  /** In one commit with what it begins or ends, so that after a crash neither is told twice, or the end never. */
  async tell(happening: Happening, { begins, ends }: { begins?: string; ends?: string } = {}): Promise<void> {
    const { commits, notices } = this.parts;
    await commits.write(async (trx) => {
      await notices.tell(trx, happening);
      if (begins !== undefined) await this.troubles.begin(trx, begins, { kind: happening.event, since: happening.at });
      if (ends !== undefined) await this.troubles.end(trx, ends);
    });
  }
}
