import type { EngineFacts, HostReach } from '../../contract/index.ts';
import { negotiate } from './api-version.ts';
import { Changes } from './changes.ts';
import { deadlines } from './deadlines.ts';
import { EngineError } from './error.ts';
import { readEvents } from './event-stream.ts';
import type { Answer, Question } from './exchange.ts';
import { exchange, openStream } from './exchange.ts';
import type { Fields } from './fields.ts';
import { fieldsOf, isFields, listOf, textOf } from './fields.ts';
import { HangWatch } from './hang-watch.ts';
import { readInspectedContainer } from './inspection.ts';
import type { Line } from './jobs.ts';
import { Jobs } from './jobs.ts';
import { readListedContainer } from './list-row.ts';
import { Logs } from './logs.ts';
import { Looks } from './looks.ts';
import { machineFacts } from './machine-facts.ts';
import { containerPath } from './paths.ts';
import { reachOf } from './reach.ts';
import { Stats } from './stats.ts';
import { Stock } from './stock.ts';
import { Successors } from './successors.ts';
import type { Destination, Transport } from './transports/index.ts';
import { transportTo } from './transports/index.ts';
import type { Engine, EngineEvent, EventOptions, InspectedContainer, ListedContainer, StopOptions } from './types.ts';
import { engineEventActions } from './types.ts';

type Purpose = Pick<Question, 'purpose' | 'deadlineMs' | 'expectedMs' | 'body' | 'showsInState'>;

/**
 * The engine at an address. Nothing is sent before the first call.
 * @throws ChrontainerError CHR_INVALID_INPUT when the address is of no known kind
 */
export const connectEngine = (host: Destination & { id: number }): Engine => new HttpEngine(host.id, transportTo(host));

class HttpEngine implements Engine {
  readonly hostId: number;
  readonly isLocal: boolean;
  readonly jobs: Jobs;
  readonly stats: Stats;
  readonly logs: Logs;
  readonly looks: Looks;
  readonly stock: Stock;
  readonly changes: Changes;
  readonly successors: Successors;
  readonly hangWatch: HangWatch;
  readonly #transport: Transport;
  readonly #closing = new AbortController();
  #apiVersion: string | null = null;
  /** Null as long as nothing told: not every proxy lets the names of its server through. */
  #kind: EngineFacts['kind'] | null = null;

  constructor(hostId: number, transport: Transport) {
    this.hostId = hostId;
    this.isLocal = transport.isLocal;
    this.#transport = transport;
    const line: Line = {
      ask: async (question) => {
        const { text } = await this.#ask(question.method, question.path, question);
        return text.trim() === '' ? {} : this.#parseObject(text);
      },
      tell: async (question) => {
        await this.#ask(question.method, question.path, question);
      },
      list: async (question) => {
        const rows = this.#parse((await this.#ask(question.method, question.path, question)).text);
        return listOf(rows).filter(isFields);
      },
      stream: async (question, signal) => {
        const whole = { ...question, path: `/v${await this.#version()}${question.path}` };
        const ended = AbortSignal.any([signal, this.#closing.signal]);
        return this.hangWatch.during(whole, () => openStream(this.#transport, whole, ended));
      },
    };
    const kind = () => this.#kind ?? 'docker';
    this.jobs = new Jobs(line);
    this.logs = new Logs(line, kind);
    this.looks = new Looks(line);
    this.stock = new Stock(line, kind);
    this.changes = new Changes(line);
    this.successors = new Successors(line, kind);
    this.stats = new Stats(line, kind);
    this.hangWatch = new HangWatch({ ping: () => this.ping(), reachThrough: (ms) => this.#tellVersion(ms) });
  }

  async facts(): Promise<EngineFacts> {
    const version = this.#parseObject(await this.#tellVersion(deadlines.version));
    const names = listOf(version['Components']).map((component) => textOf(fieldsOf(component)['Name']));
    const kind = names.some((name) => name.startsWith('Podman')) ? 'podman' : 'docker';
    this.#kind = kind;
    const sentAtMs = Date.now();
    const info = await this.#info();
    return {
      kind,
      version: textOf(version['Version']),
      apiVersion: this.#apiVersion ?? '',
      operatingSystem: textOf(version['Os']),
      architecture: textOf(version['Arch']),
      ...machineFacts(info, sentAtMs, Date.now()),
    };
  }

  /** Many proxies keep it back, and nothing depends on it. */
  async #info(): Promise<Fields> {
    try {
      const purpose = { purpose: 'tell of its machine', deadlineMs: deadlines.version };
      return this.#parseObject((await this.#exchange('GET', '/info', purpose)).text);
    } catch (error) {
      if (error instanceof EngineError) return {};
      throw error;
    }
  }

  async #tellVersion(deadlineMs: number): Promise<string> {
    return (await this.#exchange('GET', '/version', { purpose: 'tell its version', deadlineMs })).text;
  }

  async ping(): Promise<void> {
    await this.#negotiate();
  }

  reach(): Promise<HostReach> {
    return reachOf(({ method, path, ...purpose }) => this.#exchange(method, path, purpose), Date.now());
  }

  async listContainers(): Promise<ListedContainer[]> {
    const purpose = { purpose: 'list its containers', deadlineMs: deadlines.list };
    const { text } = await this.#ask('GET', '/containers/json?all=true', purpose);
    const rows: unknown = this.#parse(text);
    if (!Array.isArray(rows)) throw notUnderstood();
    return rows.filter(isFields).map(readListedContainer);
  }

  async inspectContainer(container: string): Promise<InspectedContainer> {
    return readInspectedContainer(await this.inspectRaw(container));
  }

  async inspectRaw(container: string): Promise<Fields> {
    const purpose = { purpose: `describe the container ${container}`, deadlineMs: deadlines.inspect };
    const { text } = await this.#ask('GET', `${containerPath(container)}/json`, purpose);
    const document = this.#parseObject(text);
    if (textOf(document['Id']) === '') throw notUnderstood();
    return document;
  }

  startContainer(id: string): Promise<void> {
    return this.#act(id, 'start', { deadlineMs: deadlines.start });
  }

  stopContainer(id: string, options: StopOptions): Promise<void> {
    return this.#act(id, 'stop', stopTimes(options), stopQuery(options));
  }

  restartContainer(id: string, options: StopOptions): Promise<void> {
    const { deadlineMs } = stopTimes(options);
    // How long a start takes nobody can tell: volumes across the network are part of it.
    return this.#act(id, 'restart', { deadlineMs: deadlineMs + deadlines.start }, stopQuery(options));
  }

  killContainer(id: string, { signal }: { signal?: string }): Promise<void> {
    return this.#act(id, 'kill', { deadlineMs: deadlines.kill, expectedMs: 0 }, signal === undefined ? {} : { signal });
  }

  pauseContainer(id: string): Promise<void> {
    return this.#act(id, 'pause', { deadlineMs: deadlines.pause, expectedMs: 0 });
  }

  unpauseContainer(id: string): Promise<void> {
    return this.#act(id, 'unpause', { deadlineMs: deadlines.pause, expectedMs: 0 });
  }

  async *events({ sinceNs, signal, onOpen }: EventOptions): AsyncGenerator<EngineEvent> {
    const ended = AbortSignal.any([signal, this.#closing.signal]);
    try {
      const stream = await openStream(this.#transport, await this.#subscription(sinceNs), ended);
      onOpen?.();
      for await (const event of readEvents(stream)) {
        if (signal.aborted) return;
        yield event;
      }
    } catch (error) {
      if (signal.aborted) return;
      throw error instanceof EngineError ? error : streamEnded(error);
    }
    if (!signal.aborted) throw streamEnded();
  }

  close(): void {
    this.#closing.abort();
    this.hangWatch.close();
    this.#transport.close();
  }

  async #subscription(sinceNs: bigint | string | undefined): Promise<Question> {
    // Health probes make three events each; Podman has other words, so there the reader alone sorts them out. It does
    // so too where the kind is not known yet.
    const filters = this.#kind === 'docker' ? thoseThatMatter : ofContainers;
    const since = sinceNs === undefined ? '' : `&since=${inSeconds(BigInt(sinceNs))}`;
    return {
      method: 'GET',
      path: `/v${await this.#version()}/events?${filters}${since}`,
      purpose: 'tell its events',
      deadlineMs: deadlines.subscribe,
    };
  }

  async #act(container: string, verb: string, times: Times, query: Record<string, string> = {}): Promise<void> {
    const parameters = new URLSearchParams(query).toString();
    const path = `${containerPath(container)}/${verb}${parameters && `?${parameters}`}`;
    await this.#ask('POST', path, { purpose: `${verb} the container ${container}`, showsInState: true, ...times });
  }

  #ask(method: Question['method'], path: string, purpose: Purpose) {
    return this.hangWatch.during({ ...purpose, method, path }, () => this.#exchange(method, path, purpose));
  }

  async #exchange(method: Question['method'], path: string, purpose: Purpose) {
    const version = await this.#version();
    return exchange(this.#transport, { ...purpose, method, path: `/v${version}${path}` });
  }

  async #version(): Promise<string> {
    return this.#apiVersion ?? this.#negotiate();
  }

  async #negotiate(): Promise<string> {
    const purpose = { purpose: 'show that it is alive', deadlineMs: deadlines.ping };
    const { headers } = await exchange(this.#transport, { method: 'GET', path: '/_ping', ...purpose });
    this.#kind = kindByHeaders(headers) ?? this.#kind;
    this.#apiVersion = negotiate(textOf(headers['api-version']));
    return this.#apiVersion;
  }

  #parse(text: string): unknown {
    try {
      return JSON.parse(text);
    } catch (error) {
      throw notUnderstood(error);
    }
  }

  #parseObject(text: string): Fields {
    const value = this.#parse(text);
    if (!isFields(value)) throw notUnderstood();
    return value;
  }
}

const filter = (filters: object) => new URLSearchParams({ filters: JSON.stringify(filters) }).toString();
const ofContainers = filter({ type: ['container'] });
const thoseThatMatter = filter({ type: ['container'], event: engineEventActions });

/** What the answer to a ping says by the way: only Podman has a version of Libpod, and Docker gives its name. */
const kindByHeaders = (headers: Answer['headers']): EngineFacts['kind'] | null => {
  if (headers['libpod-api-version'] !== undefined) return 'podman';
  return textOf(headers['server']).startsWith('Docker/') ? 'docker' : null;
};

type Times = Pick<Question, 'deadlineMs' | 'expectedMs'>;

const stopTimes = ({ timeoutMs, stopTimeoutMs }: StopOptions): Times & { expectedMs: number } => {
  const expectedMs = timeoutMs ?? stopTimeoutMs;
  return { expectedMs, deadlineMs: expectedMs + deadlines.stopMargin };
};

/** Whole seconds, rounded up: 0 would kill at once. */
const stopQuery = ({ timeoutMs }: StopOptions): Record<string, string> =>
  timeoutMs === undefined ? {} : { t: String(Math.ceil(timeoutMs / 1000)) };

/** `1790000000.000000001`, as the engine wants its `since`. */
const inSeconds = (nanoseconds: bigint): string =>
  `${nanoseconds / 1_000_000_000n}.${String(nanoseconds % 1_000_000_000n).padStart(9, '0')}`;

const notUnderstood = (cause?: unknown): EngineError =>
  new EngineError({ kind: 'server', message: 'The engine answered something that cannot be understood.', cause });

const streamEnded = (cause?: unknown): EngineError =>
  new EngineError({ kind: 'unreachable', message: 'The engine ended the connection; it may be restarting.', cause });
