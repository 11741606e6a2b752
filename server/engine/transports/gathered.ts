import { Duplex } from 'node:stream';
import { MergedChunks } from './merged-chunks.ts';

/** What comes within this time after something was passed on, waits for the rest of it. */
const gatherMs = 4;
/** No more than this is held back. */
const mostHeld = 64 * 1024;

/**
 * A connection to an engine that writes many small pieces, as it does with each line of a log: they are taken together,
 * so that all the work on them is done for many at once. What comes after a pause is passed on at once.
 */
export class Gathered extends Duplex {
  readonly #inner: Duplex;
  readonly #chunks = new MergedChunks();
  #passedAtMs = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(inner: Duplex) {
    super();
    this.#inner = inner;
    inner.on('data', (bytes: Buffer) => this.#take(bytes));
    inner.once('end', () => {
      this.#passOn(this.#chunks.end());
      this.push(null);
    });
    inner.once('error', (error) => this.destroy(error));
    inner.once('close', () => {
      if (!inner.readableEnded) this.destroy();
    });
  }

  override _read(): void {
    this.#inner.resume();
  }

  override _write(bytes: Buffer, encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#inner.write(bytes, encoding, done);
  }

  override _final(done: () => void): void {
    this.#inner.end(done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    clearTimeout(this.#timer);
    this.#inner.destroy();
    done(error);
  }

  #take(bytes: Buffer): void {
    this.#chunks.push(bytes);
    const isDue = this.#chunks.size >= mostHeld || performance.now() - this.#passedAtMs >= gatherMs;
    if (isDue) return this.#passOn(this.#chunks.take());
    this.#timer ??= setTimeout(() => this.#passOn(this.#chunks.take()), gatherMs);
  }

  #passOn(bytes: Buffer): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#passedAtMs = performance.now();
    if (bytes.length > 0 && !this.push(bytes)) this.#inner.pause();
  }
}
