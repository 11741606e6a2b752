import { deadlines } from './deadlines.ts';
import { EngineError } from './error.ts';
import type { Question } from './exchange.ts';
import type { Fields } from './fields.ts';
import { numberOf, textOf } from './fields.ts';
import type { OutputPiece } from './output-frames.ts';
import { readFrames } from './output-frames.ts';
import { containerPath, execPath } from './paths.ts';
import type { PullNews } from './progress.ts';
import { readProgress } from './progress.ts';
import type { Pruned, Waste } from './prune.ts';
import { prune } from './prune.ts';
import type { RegistryLogin } from './registry-login.ts';
import { loginHeaders } from './registry-login.ts';

/** A command to run in a container: an argv array, never a line for a shell. */
export interface Command {
  command: readonly string[];
  user?: string | undefined;
  workingDir?: string | undefined;
  env?: Readonly<Record<string, string>> | undefined;
}

/** A container for one job. */
export interface JobContainer {
  image: string;
  command?: readonly string[] | undefined;
  entrypoint?: readonly string[] | undefined;
  env?: Readonly<Record<string, string>> | undefined;
  user?: string | undefined;
  workingDir?: string | undefined;
  binds?: readonly string[] | undefined;
  network?: string | undefined;
  labels: Readonly<Record<string, string>>;
}

/** What the engine says of a command. */
export interface CommandState {
  isRunning: boolean;
  /** Null before it has ended. */
  exitCode: number | null;
}

interface PullOptions {
  signal: AbortSignal;
  /** Left out: as nobody. */
  login?: RegistryLogin | undefined;
  tell?: ((news: PullNews) => void) | undefined;
}

/** How the calls of jobs reach the engine. */
export interface Line {
  /** The answer's JSON object; empty where there is no body. */
  ask(question: Question): Promise<Fields>;
  /** For what is done without an answer that says anything: Podman's is then no object. */
  tell(question: Question): Promise<void>;
  /** The objects of an answer that is a list. */
  list(question: Question): Promise<Fields[]>;
  stream(question: Question, signal: AbortSignal): Promise<AsyncIterable<Buffer>>;
}

/**
 * Processes that an engine runs for us, with their output.
 * @throws EngineError from every method
 */
export class Jobs {
  readonly #line: Line;

  constructor(line: Line) {
    this.#line = line;
  }

  /** Prepares a command in a container; nothing happens before it is started. Resolves to its ID. */
  async createCommand(containerId: string, { command, user, workingDir, env }: Command): Promise<string> {
    const answer = await this.#line.ask({
      method: 'POST',
      path: `${containerPath(containerId)}/exec`,
      body: {
        AttachStdout: true,
        AttachStderr: true,
        Tty: false,
        Cmd: command,
        ...(user === undefined ? {} : { User: user }),
        ...(workingDir === undefined ? {} : { WorkingDir: workingDir }),
        ...(env === undefined ? {} : { Env: pairsOf(env) }),
      },
      purpose: 'prepare a command',
      deadlineMs: deadlines.create,
    });
    return createdId(answer);
  }

  /**
   * Starts a prepared command and gives what it writes. A second start is refused by the engine (409), so that it runs
   * at most once. The command goes on when nobody reads.
   */
  async startCommand(id: string, signal: AbortSignal): Promise<AsyncIterable<OutputPiece>> {
    const question = { purpose: 'start a command', deadlineMs: deadlines.start };
    const path = `${execPath(id)}/start`;
    const body = { Detach: false, Tty: false };
    return readFrames(await this.#line.stream({ method: 'POST', path, body, ...question }, signal));
  }

  async commandState(id: string): Promise<CommandState> {
    const question = { purpose: 'describe a command', deadlineMs: deadlines.inspect };
    const answer = await this.#line.ask({ method: 'GET', path: `${execPath(id)}/json`, ...question });
    const isRunning = answer['Running'] === true;
    // Podman gives one that never started the exit code 0; what tells it apart is that it has no process.
    const hasNotEnded = isRunning || answer['ExitCode'] === null || !(answer['ExitCode'] || answer['Pid']);
    return { isRunning, exitCode: hasNotEnded ? null : numberOf(answer['ExitCode']) };
  }

  /**
   * Makes a container and does not start it. Resolves to its ID.
   * @throws EngineError `conflict` when the name is taken, `not_found` when the image is not there
   */
  async createContainer(name: string, wanted: JobContainer): Promise<string> {
    const path = `/containers/create?${new URLSearchParams({ name })}`;
    const question = { purpose: `make the container ${name}`, deadlineMs: deadlines.create };
    return createdId(await this.#line.ask({ method: 'POST', path, body: documentOf(wanted), ...question }));
  }

  /**
   * Removes a container, running or not, with the volumes that nobody named. No error is one that is not there, or
   * that is being removed already (409, as it is forced).
   */
  async removeContainer(id: string): Promise<void> {
    const path = `${containerPath(id)}?force=true&v=true`;
    const question = { purpose: `remove the container ${id}`, deadlineMs: deadlines.remove };
    try {
      await this.#line.ask({ method: 'DELETE', path, ...question });
    } catch (error) {
      if (!(error instanceof EngineError) || !['not_found', 'conflict'].includes(error.kind)) throw error;
    }
  }

  /** What a container wrote and writes, from its start to its end. */
  async followLogs(id: string, signal: AbortSignal): Promise<AsyncIterable<OutputPiece>> {
    const path = `${containerPath(id)}/logs?follow=true&stdout=true&stderr=true`;
    const question = { purpose: 'show the output of a container', deadlineMs: deadlines.subscribe };
    return readFrames(await this.#line.stream({ method: 'GET', path, ...question }, signal));
  }

  /** Removes what nothing uses; see prune.ts for what that is. */
  prune(what: Waste): Promise<Pruned> {
    return prune(this.#line, what);
  }

  /** Fetches an image from its registry; `latest` where no tag is named. */
  async pullImage(image: string, { signal, login, tell }: PullOptions): Promise<void> {
    const hasVersion = /[:@]/.test(image.slice(image.lastIndexOf('/') + 1));
    const query = new URLSearchParams({ fromImage: hasVersion ? image : `${image}:latest` });
    const headers = login && loginHeaders(login);
    const question = { purpose: `fetch the image ${image}`, headers, deadlineMs: deadlines.pull };
    await readProgress(
      await this.#line.stream({ method: 'POST', path: `/images/create?${query}`, ...question }, signal),
      tell,
    );
  }
}

/** As engines take it. The output is kept where it can be read back, and bounded, whatever the engine does by default. */
const documentOf = (wanted: JobContainer): Fields => ({
  Image: wanted.image,
  Labels: wanted.labels,
  ...(wanted.command && { Cmd: wanted.command }),
  ...(wanted.entrypoint && { Entrypoint: wanted.entrypoint }),
  ...(wanted.env && { Env: pairsOf(wanted.env) }),
  ...(wanted.user !== undefined && { User: wanted.user }),
  ...(wanted.workingDir !== undefined && { WorkingDir: wanted.workingDir }),
  HostConfig: {
    ...(wanted.binds && { Binds: wanted.binds }),
    ...(wanted.network !== undefined && { NetworkMode: wanted.network }),
    LogConfig: { Type: 'json-file', Config: { 'max-size': '10m', 'max-file': '2' } },
  },
});

/** `NAME=value`, as engines take an environment. */
const pairsOf = (env: Readonly<Record<string, string>>): string[] =>
  Object.entries(env).map(([name, value]) => `${name}=${value}`);

const createdId = (answer: Fields): string => {
  const id = textOf(answer['Id']);
  if (id !== '') return id;
  throw new EngineError({ kind: 'server', message: 'The engine answered something that cannot be understood.' });
};
