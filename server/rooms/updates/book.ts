import type { Container } from '../../../contract/index.ts';
import type { Database, GroupCommit } from '../../database/index.ts';
import type { UpdateBlocks } from './blocks.ts';
import { LocalImages } from './local-images.ts';
import type { SeenDigest } from './store.ts';
import { CheckStore } from './store.ts';
import type { Asked, CheckRecord, Contents, Verdict } from './verdict.ts';
import { standingOf, verdictOf } from './verdict.ts';

type Named = Pick<Container, 'hostId' | 'image' | 'imageId'> & Partial<Pick<Container, 'name'>>;

interface Parts {
  db: Database;
  commits: GroupCommit;
  /** Whether images are asked for by themselves. */
  isOn(): boolean;
  blocks: Pick<UpdateBlocks, 'reasonFor'>;
}

/** What registries said and what hosts have, side by side, in memory: lists are answered from it. */
export class UpdateBook {
  readonly images = new LocalImages();
  readonly store: CheckStore;
  readonly #isOn: () => boolean;
  readonly #blocks: Parts['blocks'];
  readonly #records = new Map<string, CheckRecord>();
  /** By name and digest. */
  readonly #seen = new Map<string, SeenDigest>();

  private constructor({ db, commits, isOn, blocks }: Parts) {
    this.store = new CheckStore(db, commits);
    this.#isOn = isOn;
    this.#blocks = blocks;
  }

  static async open(parts: Parts): Promise<UpdateBook> {
    const book = new UpdateBook(parts);
    for (const record of await book.store.all()) book.#records.set(record.name, record);
    for (const { name, digest, seen } of await book.store.currentDigests()) book.#seen.set(`${name} ${digest}`, seen);
    return book;
  }

  /** True when there is, or was, anything to compare with. */
  get hasRecords(): boolean {
    return this.#records.size > 0;
  }

  records(): CheckRecord[] {
    return [...this.#records.values()];
  }

  recordOf(name: string): CheckRecord | undefined {
    return this.#records.get(name);
  }

  seenOf(name: string, digest: string): SeenDigest | undefined {
    return this.#seen.get(`${name} ${digest}`);
  }

  /** Whether there is a newer image; null: nobody knows. */
  availableOf(container: Named): boolean | null {
    // After a start ten thousand are looked at before any host was asked.
    return this.images.hasAsked(container.hostId) ? this.verdictOf(container).available : null;
  }

  verdictOf(container: Named): Verdict {
    const subject = this.images.subjectOf(container);
    if (subject.kind === 'silent') return { available: null, reason: subject.reason, newest: null };
    const record = this.#records.get(subject.name);
    const verdict = verdictOf({ record, isOn: this.#isOn(), standing: (digest) => this.standingOf(subject, digest) });
    return this.#blockOf(container, verdict) === null ? verdict : { ...verdict, available: false, reason: 'blocked' };
  }

  /** Why what is newer is not offered; null: it is, or nothing is newer. What was rolled back need not be looked into first. */
  #blockOf({ hostId, name }: Named, { available, newest }: Verdict): string | null {
    if (available === false || newest === null || name === undefined) return null;
    return this.#blocks.reasonFor(hostId, name, [newest]);
  }

  /** A host has fetched this under a name: what was known before of the name is older. */
  async fetched(name: string, digest: string): Promise<void> {
    const record = this.#records.get(name);
    if (!record || record.confirmedDigest === digest) return;
    if (!this.seenOf(name, digest))
      this.note(name, digest, await this.firstSeenOf(name, digest, record.checkedAt), undefined);
    await this.save({ ...record, digest, confirmedDigest: digest });
  }

  standingOf(asked: Asked, digest: string): ReturnType<typeof standingOf> {
    const contents = this.seenOf(asked.name, digest)?.contents;
    return standingOf(asked, digest, { contents, platform: this.images.platformOf(asked.imageId) });
  }

  /** When a digest was seen first under a name; `nowMs` where it is seen now. */
  async firstSeenOf(name: string, digest: string, nowMs: number): Promise<number> {
    return this.seenOf(name, digest)?.firstSeenAt ?? (await this.store.firstSeen(name, digest)) ?? nowMs;
  }

  /** Takes what is under a digest, before anything is decided by it. */
  note(name: string, digest: string, firstSeenAt: number, contents: Contents | undefined): void {
    this.#seen.set(`${name} ${digest}`, { firstSeenAt, contents });
  }

  async save(record: CheckRecord): Promise<void> {
    const before = this.#records.get(record.name);
    this.#records.set(record.name, record);
    for (const digest of [before?.digest, before?.confirmedDigest]) {
      if (digest && digest !== record.digest && digest !== record.confirmedDigest) {
        this.#seen.delete(`${record.name} ${digest}`);
      }
    }
    await this.store.save(record, record.digest === null ? undefined : this.seenOf(record.name, record.digest));
  }

  async forget(name: string): Promise<void> {
    const record = this.#records.get(name);
    this.#records.delete(name);
    for (const digest of [record?.digest, record?.confirmedDigest]) this.#seen.delete(`${name} ${digest}`);
    await this.store.forget(name);
  }
}
