import { statfs } from 'node:fs/promises';
import { noFacts } from '../notifications/index.ts';
import type { Desk } from './desk.ts';

const everyMs = 5 * 60_000;
const lowShare = 0.05;
const lowBytes = 500 * 2 ** 20;
const subject = 'disk';

/** Tells when the disk of the database runs low: on a full one nothing can be written down any more. */
export class DiskWatch {
  readonly #desk: Desk;
  readonly #directory: string;

  constructor(desk: Desk, directory: string) {
    this.#desk = desk;
    this.#directory = directory;
  }

  /** Looks now, and from then on every five minutes. */
  async look(): Promise<void> {
    this.#desk.later(everyMs, () => this.look());
    const { bavail, blocks, bsize } = await statfs(this.#directory);
    const [freeBytes, share] = [bavail * bsize, bavail / Math.max(1, blocks)];
    const isLow = share < lowShare || freeBytes < lowBytes;
    const isTold = this.#desk.troubles.get(subject) !== undefined;
    // Half as much again before it counts as mended: at the edge it would be told again and again.
    if (isTold && share > lowShare * 1.5 && freeBytes > lowBytes * 1.5) await this.#desk.troubles.forget(subject);
    if (isLow && !isTold) await this.#tell(freeBytes, share);
  }

  async #tell(freeBytes: number, share: number): Promise<void> {
    const at = this.#desk.parts.clock.now();
    const reason = `${Math.round(freeBytes / 2 ** 20)} MB are free where the database is, ${Math.floor(share * 100)} %.`;
    await this.#desk.tell(
      {
        ...{ event: 'disk.low', severity: 'warning', at, key: `disk.low/${at}`, subject: 'disk.low' },
        title: 'The disk of Chrontainer is nearly full',
        body: `${reason}\nWhen it is full, nothing can be written down: make room, or keep runs and output for less long.`,
        places: [],
        path: '/settings',
        run: null,
        facts: JSON.stringify({ ...noFacts, reason }),
      },
      { begins: subject },
    );
  }
}
