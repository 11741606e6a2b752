import { Duplex } from 'node:stream';
import type { SshProgram } from './ssh-program.ts';

/** A connection whose two ends are the standard input and output of a program. */
export class StdioConnection extends Duplex {
  readonly #program: SshProgram;

  constructor(program: SshProgram) {
    super({ allowHalfOpen: false });
    this.#program = program;
    const { stdin, stdout } = program.child;
    stdout?.on('data', (chunk: Buffer) => {
      if (!this.push(chunk)) stdout.pause();
    });
    stdout?.on('end', () => this.push(null));
    stdin?.on('error', (error) => this.destroy(error));
    program.child.once('error', (error) => this.destroy(error));
    // An error of the connection ends the program, not Chrontainer; whoever reads is told by the end.
    this.on('error', () => undefined);
  }

  /** What the program complained about. */
  get words(): string {
    return this.#program.words;
  }

  override _read(): void {
    this.#program.child.stdout?.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#program.child.stdin?.write(chunk, done);
  }

  override _final(done: () => void): void {
    this.#program.child.stdin?.end();
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#program.end();
    done(error);
  }

  /** What node:http asks of a socket and a pipe has no use for. */
  setKeepAlive = (): this => this;
  setNoDelay = (): this => this;
  setTimeout = (): this => this;
  ref = (): this => this;
  unref = (): this => this;
}
