import { StringDecoder } from 'node:string_decoder';
import type { OutputPiece } from '../../engine/index.ts';

/** A piece of output as it is kept; `seq` counts across all targets of a run. */
export interface Chunk {
  seq: number;
  stream: OutputPiece['stream'];
  /** Epoch milliseconds. */
  at: number;
  text: string;
  bytes: number;
}

/** What is to be written to the disk. */
export interface Unsaved {
  chunks: Chunk[];
  /** Chunks behind the first and up to the second are to be removed: they were too much to be kept. */
  removed: { after: number; upTo: number } | null;
  droppedBytes: number;
}

/** Of a target's output the first and the last are kept; in the middle lies what nobody reads. */
export const keptBytes = { head: 64 * 1024, tail: 192 * 1024 };
const chunkBytes = 8 * 1024;
/** What a chunk costs beside its text: it bounds how many there are when a process writes byte by byte. */
const overheadBytes = 128;

const costOf = ({ bytes }: Pick<Chunk, 'bytes'>): number => bytes + overheadBytes;

/** One target's output: bounded, whatever the process writes, and hostile text all along. */
export class Tape {
  readonly #nextSeq: () => number;
  readonly #now: () => number;
  readonly #decoders = { stdout: new StringDecoder('utf8'), stderr: new StringDecoder('utf8') };
  #headCost = 0;
  #headEndSeq = 0;
  #tail: Chunk[] = [];
  #tailCost = 0;
  #droppedUpToSeq = 0;
  #droppedBytes: number;
  #unsaved: Chunk[] = [];

  /** @param kept what an earlier life of the program kept of this target, in order */
  constructor(parts: { nextSeq: () => number; now: () => number; kept: Chunk[]; droppedBytes: number }) {
    this.#nextSeq = parts.nextSeq;
    this.#now = parts.now;
    this.#droppedBytes = parts.droppedBytes;
    for (const chunk of parts.kept) this.#place({ ...chunk, text: '' });
  }

  write({ stream, bytes }: OutputPiece): void {
    const text = this.#decoders[stream].write(bytes);
    for (let i = 0; i < text.length; i += chunkBytes) this.#append(stream, text.slice(i, i + chunkBytes));
  }

  get hasUnsaved(): boolean {
    return this.#unsaved.length > 0;
  }

  /** Hands over what is not on the disk yet. */
  take(): Unsaved {
    const chunks = this.#unsaved.filter((chunk) => chunk.text !== '');
    this.#unsaved = [];
    const removed = this.#droppedUpToSeq > 0 ? { after: this.#headEndSeq, upTo: this.#droppedUpToSeq } : null;
    return { chunks, removed, droppedBytes: this.#droppedBytes };
  }

  /** Takes back what could not be written. */
  putBack(chunks: readonly Chunk[]): void {
    this.#unsaved.unshift(...chunks);
  }

  #append(stream: OutputPiece['stream'], text: string): void {
    const bytes = Buffer.byteLength(text);
    const last = this.#unsaved.at(-1);
    if (last?.stream === stream && last.text !== '' && last.bytes + bytes <= chunkBytes) {
      last.text += text;
      last.bytes += bytes;
      if (this.#tail.length > 0) this.#tailCost += bytes;
      else this.#headCost += bytes;
      return this.#trim();
    }
    const chunk = { seq: this.#nextSeq(), stream, at: this.#now(), text, bytes };
    this.#unsaved.push(chunk);
    this.#place(chunk);
  }

  #place(chunk: Chunk): void {
    if (this.#tail.length === 0 && this.#headCost + costOf(chunk) <= keptBytes.head) {
      this.#headCost += costOf(chunk);
      this.#headEndSeq = chunk.seq;
      return;
    }
    this.#tail.push(chunk);
    this.#tailCost += costOf(chunk);
    this.#trim();
  }

  #trim(): void {
    while (this.#tailCost > keptBytes.tail) {
      const oldest = this.#tail.shift();
      if (!oldest) return;
      this.#tailCost -= costOf(oldest);
      this.#droppedBytes += oldest.bytes;
      this.#droppedUpToSeq = oldest.seq;
      oldest.text = '';
    }
  }
}
