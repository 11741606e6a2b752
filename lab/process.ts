import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { get } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitUntil } from './wait.ts';

export interface ProgramOptions {
  /** The engine to work with, for example a private engine's `url`; default: one that is not there. */
  dockerHost?: string;
  /** Default: a directory of its own, which goes with the program. Give one to start again with the same data. */
  dataDirectory?: string;
  /** Default: a free one. */
  port?: number;
  /** What to run; default: the bundle where it is built, else the sources. */
  main?: string;
  /** The Node to run it with; default: the one that runs this. */
  runtime?: string;
  env?: Record<string, string>;
}

/** Chrontainer itself, as a process of its own. It dies with the test, also when that is killed. */
export interface Program {
  url: string;
  port: number;
  dataDirectory: string;
  pid: number;
  /** Everything it has written so far, errors too. */
  output(): string;
  /** Asks it to end, and resolves to its exit code; null when it had to be killed. */
  stop(): Promise<number | null>;
  kill9(): Promise<void>;
  /** Kills it where it still runs, and removes its data directory unless that was given. */
  close(): Promise<void>;
}

const startDeadlineMs = 30_000;
const root = join(import.meta.dirname, '..');

/** Starts the program on loopback and waits until it answers /health; rejects with its output when it ends before. */
export const startProgram = async (options: ProgramOptions = {}): Promise<Program> => {
  const dataDirectory = options.dataDirectory ?? mkdtempSync(join(tmpdir(), 'chr-data-'));
  const port = options.port ?? (await freePort());
  const child = spawnBound([options.runtime ?? process.execPath, options.main ?? mainFile()], {
    PORT: String(port),
    HOST: '127.0.0.1',
    DATA_DIR: dataDirectory,
    // Tests ask again and again until something is so, far more often than anybody else.
    RATE_LIMIT: 'off',
    DOCKER_HOST: options.dockerHost ?? `unix://${join(dataDirectory, 'no-engine.sock')}`,
    ...options.env,
  });
  const program = programOf(child, port, dataDirectory, options.dataDirectory === undefined);
  try {
    await waitUntil('the program to answer', startDeadlineMs, 20, () => {
      if (hasEnded(child)) throw new Error('The program ended');
      return answers(`${program.url}/health`);
    });
  } catch (error) {
    await program.close();
    throw new Error(`The program did not start; it said:\n${program.output()}`, { cause: error });
  }
  return program;
};

const mainFile = (): string => {
  const bundle = join(root, 'dist/server/main.js');
  return existsSync(bundle) ? bundle : join(root, 'server/main.ts');
};

/** On Linux the kernel ends the program when the test goes, whatever ended that. */
const spawnBound = (command: string[], env: Record<string, string>): ChildProcess => {
  const bound = process.platform === 'linux' ? ['setpriv', '--pdeathsig', 'KILL', ...command] : command;
  const [file = '', ...rest] = bound;
  return spawn(file, rest, { cwd: root, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
};

const programOf = (child: ChildProcess, port: number, dataDirectory: string, ownsData: boolean): Program => {
  const output: string[] = [];
  child.stdout?.setEncoding('utf8').on('data', (text: string) => output.push(text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => output.push(text));
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const end = async (signal: NodeJS.Signals) => {
    if (!hasEnded(child)) child.kill(signal);
    await closed;
  };
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    dataDirectory,
    pid: child.pid ?? 0,
    output: () => output.join(''),
    stop: async () => {
      await end('SIGTERM');
      return child.exitCode;
    },
    kill9: () => end('SIGKILL'),
    close: async () => {
      await end('SIGKILL');
      if (ownsData) rmSync(dataDirectory, { recursive: true, force: true });
    },
  };
};

const hasEnded = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null;

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject).listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });

const answers = (url: string): Promise<boolean> =>
  new Promise((resolve, reject) => {
    const call = get(url, { agent: false }, (answer) => {
      answer.resume();
      resolve(answer.statusCode === 200);
    });
    call.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNREFUSED' || error.code === 'ECONNRESET') resolve(false);
      else reject(error);
    });
  });
