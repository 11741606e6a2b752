import { AccountWatch } from './account-watch.ts';
import { BackupWatch } from './backup-watch.ts';
import { ContainerWatch } from './container-watch.ts';
import type { SentinelParts } from './desk.ts';
import { Desk } from './desk.ts';
import { DiskWatch } from './disk-watch.ts';
import { HostWatch } from './host-watch.ts';

/** Watches what is not a run, and has it told: containers, hosts, the disk, its copies, accounts. */
export class Sentinel {
  readonly #desk: Desk;
  readonly #accounts: AccountWatch;
  readonly #disk: DiskWatch | null;

  constructor(parts: SentinelParts) {
    this.#desk = new Desk(parts);
    new ContainerWatch(this.#desk);
    new HostWatch(this.#desk);
    new BackupWatch(this.#desk);
    this.#accounts = new AccountWatch(this.#desk);
    this.#disk = parts.dataDir === null ? null : new DiskWatch(this.#desk, parts.dataDir);
  }

  /** To be called before the hosts connect: what they say first is compared with what was told. */
  async start(): Promise<void> {
    await this.#desk.troubles.load();
    this.#desk.do(() => this.#accounts.look());
    const disk = this.#disk;
    if (disk) this.#desk.do(() => disk.look());
  }

  /** Whether what an event told of is still wrong. */
  isTrouble(event: string, subject: string): boolean {
    // A trouble is kept under the subject of its messages, without what happened: `host/1` of `host.offline/1`.
    return this.#desk.troubles.get(subject.replace(event, event.split('.')[0] ?? ''))?.kind === event;
  }

  stop(): void {
    this.#desk.stop();
  }
}
