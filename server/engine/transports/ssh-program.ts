import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';

/** The end of what a program says on standard error is what matters. */
const longestWords = 8000;

/** A program of OpenSSH that runs: no shell sees its arguments, and it gets nothing of our secrets in its environment. */
export class SshProgram {
  readonly child: ChildProcess;
  /** Resolves when it is over; what it said is in `words` by then. */
  readonly ended: Promise<void>;
  #words = '';

  constructor(program: 'ssh' | 'ssh-keyscan', args: readonly string[], stdio: 'alone' | 'piped') {
    const pipe = stdio === 'piped' ? 'pipe' : 'ignore';
    this.child = spawn(program, args, { stdio: [pipe, pipe, 'pipe'], env: environment() });
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#words = (this.#words + text).slice(-longestWords);
    });
    this.ended = new Promise((resolve) => {
      this.child.once('close', () => resolve());
      this.child.once('error', (error) => {
        this.#words += `${program}: ${'code' in error ? String(error.code) : error.message}`;
        resolve();
      });
    });
  }

  /** What it said on standard error so far. */
  get words(): string {
    return this.#words;
  }

  get isOver(): boolean {
    const { exitCode, signalCode, pid } = this.child;
    return pid === undefined || exitCode !== null || signalCode !== null;
  }

  end(): void {
    if (!this.isOver) this.child.kill('SIGTERM');
  }
}

/** What it needs to find programs, keys and an agent; and words in one language, since they are read. */
const environment = (): Record<string, string> => {
  const wanted = ['PATH', 'HOME', 'USER', 'LOGNAME', 'SSH_AUTH_SOCK'].map((name) => [name, process.env[name]]);
  return { ...Object.fromEntries(wanted.filter(([, value]) => value !== undefined)), LC_ALL: 'C' };
};
