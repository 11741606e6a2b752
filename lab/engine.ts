import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { EngineAnswer } from './engine-api.ts';
import { callEngine } from './engine-api.ts';
import type { EngineEvent } from './engine-events.ts';
import { readEvents } from './engine-events.ts';
import { EngineProcess } from './engine-process.ts';
import { importTinyImage, tinyImage } from './tiny-image.ts';

export interface EngineOptions {
  /** With a bridge, addresses and ports, inside a network of the engine's own. Default: containers have none. */
  network?: boolean;
  /** The engine listens on this port of 127.0.0.1, too, in the network of the machine. */
  port?: number;
  /** More arguments for `dockerd`. */
  arguments?: string[];
}

/** What a container of the lab is made of; it runs the tiny image, and by default sleeps until it is told to end. */
export interface ContainerOptions {
  cmd?: string[];
  env?: Record<string, string>;
  labels?: Record<string, string>;
  /** As the engine's API takes it: `Test`, and `Interval`, `Timeout`, `StartPeriod` in nanoseconds, `Retries`. */
  healthcheck?: object;
  /** As the engine's API takes it, for example `{ RestartPolicy: { Name: 'always' } }`. */
  hostConfig?: object;
  /** Any other field of the engine's API. */
  more?: object;
  /** Default: true. */
  start?: boolean;
}

/**
 * A real Docker engine for one test (file), which shares nothing with any other on the machine. It ends with the test,
 * also when that is killed. Needs root on Linux and Docker's programs, which `npm test` installs on Debian.
 */
export interface LabEngine {
  socket: string;
  /** The same for DOCKER_HOST: `unix:///…`. */
  url: string;
  /** One call to the API, for example `request('GET', '/containers/json')`; rejects only when no answer comes. */
  request(method: string, path: string, body?: unknown): Promise<EngineAnswer>;
  /** Creates a container and starts it; resolves to its ID. */
  run(name: string, options?: ContainerOptions): Promise<string>;
  /** Removes a container, running or not. */
  remove(name: string): Promise<void>;
  /** What the engine says has happened to its containers, oldest first; it keeps the last 256 events since its start. */
  events(sinceMs?: number): Promise<EngineEvent[]>;
  /** Ends the engine as an administrator would: its containers stop. Thaw it first. */
  stop(): Promise<void>;
  /** Ends the engine as a crash would: its containers live on until the next start. */
  kill9(): Promise<void>;
  /** Starts it again after a stop or a kill. */
  start(): Promise<void>;
  /** The engine hangs: it accepts connections and answers nothing. */
  freeze(): Promise<void>;
  thaw(): Promise<void>;
  /** What keeps its containers hangs: the engine answers, but nothing that it is to do with one comes to an end. */
  freezeContainerd(): Promise<void>;
  thawContainerd(): Promise<void>;
  /** What minds one container, by its ID, hangs: the engine is well, and nothing that it is to do with that one ends. */
  freezeMinder(containerId: string): Promise<void>;
  thawMinder(containerId: string): Promise<void>;
  /** Takes everything away, and resolves when nothing is left. */
  close(): Promise<void>;
}

/** Brings up a private engine with the tiny image, in about a third of a second. */
export const privateEngine = async (options: EngineOptions = {}): Promise<LabEngine> => {
  // The name of the test run is in all that the engine makes, so that the run can see what it left.
  const directory = mkdtempSync(join(tmpdir(), `chr-lab-${process.env['CHRONTAINER_TEST_RUN'] ?? 'alone'}-`));
  writeFileSync(join(directory, 'daemon.json'), '{}');
  const hasPort = options.port !== undefined;
  const bridge = options.network && hasPort ? `lab-${directory.slice(-6)}` : undefined;
  const listening = hasPort ? [`--host=tcp://127.0.0.1:${options.port}`] : [];
  const engine = new EngineProcess(directory, basename(directory), {
    network: options.network ?? false,
    port: hasPort,
    ...(bridge === undefined ? {} : { bridge }),
    arguments: [...networkArguments(options, bridge), ...listening, ...(options.arguments ?? [])],
  });
  const socket = join(directory, 'docker.sock');
  try {
    await engine.start();
    await importTinyImage(socket);
  } catch (error) {
    await engine.close();
    throw error;
  }
  return labEngine(socket, engine);
};

/** Only in a network of its own an engine may write rules for packets, which would stay behind in the machine's. */
const networkArguments = ({ network, port }: EngineOptions, bridge: string | undefined): string[] => {
  if (network && port === undefined) return [];
  return [`--bridge=${bridge ?? 'none'}`, '--iptables=false', '--ip-forward=false'];
};

const labEngine = (socket: string, engine: EngineProcess): LabEngine => {
  const request: LabEngine['request'] = (method, path, body) => callEngine(socket, method, path, body);
  return {
    socket,
    url: `unix://${socket}`,
    request,
    run: (name, container = {}) => runContainer(request, name, container),
    remove: async (name) => {
      expectStatus(204, `remove ${name}`, await request('DELETE', `/containers/${name}?force=true&v=true`));
    },
    events: (sinceMs = 0) => readEvents(request, sinceMs),
    stop: () => engine.signal('TERM'),
    kill9: () => engine.signal('KILL'),
    start: () => engine.start(),
    freeze: () => engine.signal('STOP'),
    thaw: () => engine.signal('CONT'),
    freezeContainerd: () => engine.signalContainerd('STOP'),
    thawContainerd: () => engine.signalContainerd('CONT'),
    freezeMinder: (id) => engine.signalMinder('STOP', id),
    thawMinder: (id) => engine.signalMinder('CONT', id),
    close: () => engine.close(),
  };
};

const runContainer = async (request: LabEngine['request'], name: string, options: ContainerOptions) => {
  const created = await request('POST', `/containers/create?name=${encodeURIComponent(name)}`, {
    Image: tinyImage,
    ...(options.cmd && { Cmd: options.cmd }),
    ...(options.env && { Env: Object.entries(options.env).map(([key, value]) => `${key}=${value}`) }),
    ...(options.labels && { Labels: options.labels }),
    ...(options.healthcheck && { Healthcheck: options.healthcheck }),
    ...(options.hostConfig && { HostConfig: options.hostConfig }),
    ...options.more,
  });
  const id = createdId(expectStatus(201, `create ${name}`, created));
  if (options.start ?? true) expectStatus(204, `start ${name}`, await request('POST', `/containers/${id}/start`));
  return id;
};

const createdId = (json: unknown): string => {
  if (typeof json === 'object' && json !== null && 'Id' in json && typeof json.Id === 'string') return json.Id;
  throw new Error(`The engine gave no ID: ${JSON.stringify(json)}`);
};

const expectStatus = (status: number, what: string, answer: EngineAnswer): unknown => {
  if (answer.status === status) return answer.json;
  throw new Error(`The engine did not ${what}: ${answer.status} ${JSON.stringify(answer.json)}`);
};
