import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { callEngine } from './engine-api.ts';
import { waitUntil } from './wait.ts';

const startDeadlineMs = 30_000;

export interface EngineSettings {
  /** A loopback of its own. */
  network: boolean;
  /** Shares the machine's network. */
  port: boolean;
  /** A bridge of this name in the machine's network, for this engine alone. */
  bridge?: string;
  arguments: string[];
  /** More for its environment. */
  env?: Record<string, string>;
}

/** The process of a private engine, held by its keeper: see engine-keeper.sh. */
export class EngineProcess {
  readonly #directory: string;
  readonly #keeper: ChildProcess;
  #state: 'stopped' | 'running' = 'stopped';
  #ended: Promise<void> = Promise.resolve();
  #reportEnd: () => void = () => undefined;
  #orders: ((isDone: boolean) => void)[] = [];

  constructor(directory: string, cgroup: string, settings: EngineSettings) {
    this.#directory = directory;
    const keeper = join(import.meta.dirname, 'engine-keeper.sh');
    this.#keeper = spawn('sh', [keeper, directory, cgroup, ...settings.arguments], {
      // A session of its own: Ctrl-C in the terminal must not kill the keeper before it has cleaned up.
      detached: true,
      stdio: ['pipe', 'pipe', 'inherit'],
      env: {
        ...process.env,
        ...settings.env,
        CHRONTAINER_LAB_NETWORK: settings.network ? '1' : '',
        CHRONTAINER_LAB_SHARED_NETWORK: settings.port ? '1' : '',
        CHRONTAINER_LAB_BRIDGE: settings.bridge ?? '',
      },
    });
    this.#keeper.stdin?.on('error', () => this.#markEnded());
    this.#keeper.once('exit', () => this.#markEnded());
    if (this.#keeper.stdout) createInterface(this.#keeper.stdout).on('line', (line) => this.#hear(line));
    this.#letTestEnd();
  }

  /** Resolves when the engine answers; rejects with the end of its log when it gives up. */
  async start(): Promise<void> {
    if (this.#state === 'running') return;
    this.#state = 'running';
    this.#ended = new Promise((resolve) => {
      this.#reportEnd = resolve;
    });
    this.#order('start');
    await waitUntil('the engine to answer', startDeadlineMs, 5, async () => {
      if (this.#state === 'stopped') throw new Error(`The engine did not start:\n${this.#lastLines()}`);
      return this.#answers();
    });
  }

  /** Sends a signal to the engine's process only, and resolves when it has taken effect, for TERM and KILL: ended it. */
  signal(name: 'TERM' | 'KILL' | 'STOP' | 'CONT'): Promise<void> {
    return this.#send(name, name === 'TERM' || name === 'KILL');
  }

  /** The same for the engine's containerd, which keeps the containers. */
  signalContainerd(name: 'STOP' | 'CONT'): Promise<void> {
    return this.#send(`${name} containerd`, false);
  }

  /** The same for what stands between the engine and the container of an ID: Docker's shim, Podman's conmon. */
  signalMinder(name: 'STOP' | 'CONT', containerId: string): Promise<void> {
    return this.#send(`${name} ${containerId}`, false);
  }

  /** Gives Podman a command, whose words have no spaces, and resolves when it has succeeded. */
  async podman(...words: string[]): Promise<void> {
    if (!(await this.#obeyed(`podman ${words.join(' ')}`))) {
      throw new Error(`podman ${words.join(' ')} failed:\n${this.#lastLines()}`);
    }
  }

  async #send(signal: string, isLast: boolean): Promise<void> {
    if (this.#state === 'stopped') return;
    const sent = this.#obeyed(`signal ${signal}`);
    this.#keeper.ref();
    await (isLast ? this.#ended : sent);
    this.#keeper.unref();
  }

  /** Whether the keeper could do what it was ordered to do. */
  async #obeyed(order: string): Promise<boolean> {
    this.#keeper.ref();
    const done = new Promise<boolean>((resolve) => this.#orders.push(resolve));
    this.#order(order);
    const isDone = await done;
    this.#keeper.unref();
    return isDone;
  }

  /** Ends everything, as the death of the test would, and waits until all traces are gone. */
  async close(): Promise<void> {
    if (this.#keeper.exitCode !== null || this.#keeper.signalCode !== null) return;
    this.#keeper.ref();
    const gone = once(this.#keeper, 'exit');
    this.#keeper.stdin?.end();
    await gone;
  }

  #order(line: string): void {
    this.#keeper.stdin?.write(`${line}\n`);
  }

  #hear(line: string): void {
    if (line === 'sent' || line === 'refused') this.#orders.shift()?.(line === 'sent');
    if (line === 'ended') this.#markEnded();
  }

  #markEnded(): void {
    this.#state = 'stopped';
    this.#reportEnd();
    for (const resolve of this.#orders.splice(0)) resolve(false);
  }

  async #answers(): Promise<boolean> {
    try {
      return (await callEngine(join(this.#directory, 'docker.sock'), 'GET', '/_ping')).status === 200;
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      if (code === 'ENOENT' || code === 'ECONNREFUSED') return false;
      throw error;
    }
  }

  #lastLines(): string {
    const log = join(this.#directory, 'log');
    if (!existsSync(log)) return 'Its namespaces could not be made; unshare says why on standard error.';
    return readFileSync(log, 'utf8').trimEnd().split('\n').slice(-20).join('\n');
  }

  /** A test that forgets to close its engine still ends, and the engine with it. */
  #letTestEnd(): void {
    this.#keeper.unref();
    for (const pipe of [this.#keeper.stdin, this.#keeper.stdout]) {
      if (pipe && 'unref' in pipe && typeof pipe.unref === 'function') pipe.unref();
    }
  }
}
