const newline = 0x0a;
const carriageReturn = 0x0d;
const headEnd = '\r\n\r\n';
/** Node refuses longer heads, too. */
const longestHead = 16 * 1024;
const longestSize = 8;
const isMergeable = /^HTTP\/1\.1 200 .*\r\ntransfer-encoding: *chunked\r\n/is;
const nothing = Buffer.alloc(0);

/**
 * Makes a few large chunks of the many small ones that an HTTP answer comes in (RFC 9112, 7.1): a parser works for each.
 * What is no such answer, or not understood, passes as it is from there on, so that the parser judges it.
 */
export class MergedChunks {
  #isHead = true;
  #isPassing = false;
  /** What is to be passed on, and the chunks' content that comes behind it. */
  #ready: Buffer[] = [];
  #content: Buffer[] = [];
  #contentSize = 0;
  /** Of the chunk that is being read. */
  #left = 0;
  /** The beginning of a head or of a chunk, too little to tell. */
  #begun: Buffer = nothing;

  /** How much waits to be taken. */
  size = 0;

  /** Reads on; the bytes are changed in place. */
  push(bytes: Buffer): void {
    const all = this.#begun.length > 0 ? Buffer.concat([this.#begun, bytes]) : bytes;
    this.#begun = nothing;
    if (this.#isPassing) this.#pass(all);
    else if (this.#isHead) this.#readHead(all);
    else this.#readChunks(all);
  }

  /** All that was read so far, as far as it can be told. */
  take(): Buffer {
    this.#seal();
    const taken = Buffer.concat(this.#ready);
    this.#ready = [];
    this.size = 0;
    return taken;
  }

  /** The same when nothing comes any more. */
  end(): Buffer {
    if (this.#isHead) this.#pass(this.#begun);
    else this.#passEnd(this.#begun);
    this.#begun = nothing;
    return this.take();
  }

  #readHead(bytes: Buffer): void {
    const end = bytes.indexOf(headEnd);
    if (end < 0 && bytes.length <= longestHead) {
      this.#begun = bytes;
      return;
    }
    const head = Buffer.from(bytes.subarray(0, end + headEnd.length));
    this.#isHead = false;
    this.#isPassing = end < 0 || !isMergeable.test(head.toString('latin1'));
    if (this.#isPassing) return this.#pass(bytes);
    this.#pass(head);
    // The end of a chunk is read with the size of the next: the head's own stands for that of none.
    this.#readChunks(bytes.subarray(end + 2));
  }

  /** Moves the content of all chunks together, to the beginning of the bytes that they came in. */
  #readChunks(bytes: Buffer): void {
    let from = 0;
    let to = 0;
    for (;;) {
      const end = Math.min(from + this.#left, bytes.length);
      if (from > to) bytes.copyWithin(to, from, end);
      to += end - from;
      this.#left -= end - from;
      from = end;
      if (this.#left > 0) break;
      const next = this.#readSize(bytes, from);
      if (next < 0) break;
      from = next;
    }
    this.#keep(bytes.subarray(0, to));
    if (this.#left > 0) return;
    const rest = Buffer.from(bytes.subarray(from));
    if (this.#isPassing) this.#passEnd(rest);
    else this.#begun = rest;
  }

  /** Where the next chunk's content begins; -1 where it is not all there, or passes as it is. */
  #readSize(bytes: Buffer, from: number): number {
    const begin = from + 2;
    let size = 0;
    let at = begin;
    for (let digit = digitAt(bytes, at); digit >= 0 && at < begin + longestSize; digit = digitAt(bytes, at)) {
      size = size * 16 + digit;
      at += 1;
    }
    if (at + 2 > bytes.length) return -1;
    this.#isPassing = size === 0 || !isLineEnd(bytes, at) || !isLineEnd(bytes, from);
    if (this.#isPassing) return -1;
    this.#left = size;
    return at + 2;
  }

  #keep(content: Buffer): void {
    if (content.length === 0) return;
    this.#content.push(content);
    this.#contentSize += content.length;
    this.size += content.length;
  }

  #pass(bytes: Buffer): void {
    this.#ready.push(bytes);
    this.size += bytes.length;
  }

  /** The end of the last chunk is written already. */
  #passEnd(rest: Buffer): void {
    this.#seal();
    this.#pass(isLineEnd(rest, 0) ? rest.subarray(2) : rest);
  }

  #seal(): void {
    if (this.#contentSize === 0) return;
    this.#ready.push(Buffer.from(`${this.#contentSize.toString(16)}\r\n`), ...this.#content, Buffer.from('\r\n'));
    this.#content = [];
    this.#contentSize = 0;
  }
}

const isLineEnd = (bytes: Buffer, at: number): boolean => bytes[at] === carriageReturn && bytes[at + 1] === newline;

/** The value of a hexadecimal digit; -1 for anything else. */
const digitAt = (bytes: Buffer, at: number): number => {
  const byte = bytes[at] ?? 0;
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
};
