import type { Clock } from '../../clock/index.ts';
import type { Engine } from '../../engine/index.ts';
import { EngineError } from '../../engine/index.ts';
import type { Platform, RegistryClient } from '../../registry/index.ts';
import { childFor, RegistryError } from '../../registry/index.ts';
import type { UpdateBook } from './book.ts';
import type { Asked, CheckRecord, Contents } from './verdict.ts';

/** A container's image, and the host that can be asked about it. */
export interface User {
  hostId: number;
  asked: Asked;
}

interface Parts {
  book: UpdateBook;
  client: RegistryClient;
  clock: Clock;
  engine(hostId: number): Engine;
  everyMs(): number;
  /** A number from 0 to 1. */
  chance(): number;
}

/** What does not answer is tried sooner than what answers. */
const sooner = new Set(['unreachable', 'odd']);
const soonMs = 30 * 60_000;
/** Images are not all asked for at the same time again and again. */
const spread = 0.2;

/** Asks for one image what its registry has now, once for all that use it, and compares. */
export class Checker {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** @returns true where a newer image was seen for the first time: it counts when it is seen once more */
  async check(name: string, users: readonly User[]): Promise<boolean> {
    const { book, clock } = this.#parts;
    const before = book.recordOf(name);
    const [first] = users;
    if (!first) return false;
    try {
      const { asked } = first;
      const digest = await this.#parts.client.digest(asked.reference);
      const firstSeenAt = await book.firstSeenOf(name, digest, clock.now());
      const seen = book.seenOf(name, digest);
      if (!seen) book.note(name, digest, firstSeenAt, undefined);
      for (const user of users) await this.#look(name, digest, firstSeenAt, user);
      const isNews = users.some(({ asked: one }) => book.standingOf(one, digest) === 'other');
      // Same answer twice: this one and the one before it.
      const isConfirmed = !isNews || before?.digest === digest;
      const confirmedDigest = isConfirmed ? digest : (before?.confirmedDigest ?? null);
      await book.save({ ...this.#answered(name), digest, confirmedDigest });
      return !isConfirmed;
    } catch (error) {
      if (!(error instanceof RegistryError)) throw error;
      await book.save(this.#failed(name, before, error));
      return false;
    }
  }

  /** Looks at what is under a digest as far as this user needs it to compare. */
  async #look(name: string, digest: string, firstSeenAt: number, { hostId, asked }: User): Promise<void> {
    const { book, client } = this.#parts;
    if (book.standingOf(asked, digest) !== 'unknown') return;
    let contents: Contents | undefined = book.seenOf(name, digest)?.contents;
    if (!contents) {
      contents = { manifest: await client.manifest(asked.reference, digest), configs: {} };
      book.note(name, digest, firstSeenAt, contents);
    }
    const { manifest } = contents;
    if (manifest.kind === 'image') return;
    const platform = await this.#platformOf(hostId, asked.imageId);
    const child = platform && childFor(manifest.children, platform);
    if (!child || book.standingOf(asked, digest) !== 'unknown') return;
    const under = await client.manifest(asked.reference, child.digest);
    const config = under.kind === 'image' ? under.configDigest : null;
    book.note(name, digest, firstSeenAt, {
      manifest,
      configs: { ...contents.configs, [child.digest]: config ?? 'none' },
    });
  }

  /** That of the image in use: one may run what is made for another machine. Undefined: its host does not tell. */
  async #platformOf(hostId: number, imageId: string): Promise<Platform | undefined> {
    const { images } = this.#parts.book;
    const known = images.platformOf(imageId);
    if (known) return known;
    try {
      const { os, architecture, variant } = await this.#parts.engine(hostId).stock.image(imageId);
      images.setPlatform(imageId, { os, architecture, variant });
      return { os, architecture, variant };
    } catch (error) {
      if (error instanceof EngineError) return undefined;
      throw error;
    }
  }

  #answered(name: string): Omit<CheckRecord, 'digest' | 'confirmedDigest'> {
    const now = this.#parts.clock.now();
    return { name, checkedAt: now, nextAt: now + this.#spaced(this.#parts.everyMs()), fault: null, message: null };
  }

  #failed(name: string, before: CheckRecord | undefined, error: RegistryError): CheckRecord {
    const { fault, message, untilMs } = error;
    const plain = this.#answered(name);
    const soonest = sooner.has(fault)
      ? plain.checkedAt + this.#spaced(Math.min(soonMs, this.#parts.everyMs()))
      : plain.nextAt;
    return {
      ...plain,
      // Whoever asked to be left alone is not asked by all at the moment when that ends.
      nextAt: untilMs === null ? soonest : untilMs + Math.round(this.#parts.chance() * 60_000),
      digest: before?.digest ?? null,
      confirmedDigest: before?.confirmedDigest ?? null,
      ...{ fault, message },
    };
  }

  #spaced(ms: number): number {
    return Math.round(ms * (1 - spread / 2 + this.#parts.chance() * spread));
  }
}
