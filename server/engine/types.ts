import type { Container, ContainerState, EngineFacts, HostReach } from '../../contract/index.ts';
import type { Changes } from './changes.ts';
import type { HangWatch } from './hang-watch.ts';
import type { Jobs } from './jobs.ts';
import type { Logs } from './logs.ts';
import type { Looks } from './looks.ts';
import type { Stats } from './stats.ts';
import type { Stock } from './stock.ts';
import type { Successors } from './successors.ts';

export type Health = NonNullable<Container['health']>;
export type Port = Container['ports'][number];

/** The events of a container that change what the picture shows; health probes' `exec_*` events are not among them, nor `kill`, which is any signal. */
export const engineEventActions = [
  'create',
  'start',
  'restart',
  'stop',
  'die',
  'kill',
  'oom',
  'pause',
  'unpause',
  'rename',
  'update',
  'destroy',
  'health_status',
] as const;
export type EngineEventAction = (typeof engineEventActions)[number];

/** Something that happened to a container, as the engine told it. */
export interface EngineEvent {
  action: EngineEventAction;
  containerId: string;
  /** The name at the time of the event; empty where the engine did not say. */
  name: string;
  /** Only of `health_status`. */
  health: Health | null;
  /** Only of `die`. */
  exitCode: number | null;
  /** The engine's clock, epoch nanoseconds: more digits than a number can hold. */
  timeNano: bigint;
  /** The engine's attributes: labels, image, signal and so on. Hostile text. */
  attributes: Record<string, string>;
}

/** A row of the engine's list, read into one shape for Docker and Podman. */
export interface ListedContainer {
  id: string;
  /** Without the leading slash; the container's own name first, links to it left out. */
  name: string;
  image: string;
  imageId: string;
  state: ContainerState;
  /** The engine's own words, for example `Up 3 hours (healthy)`. */
  status: string;
  /** From the words in `status`; Podman does not say it there: null then means nothing. */
  health: Health | null;
  /** From the words in `status`. */
  exitCode: number | null;
  /** Epoch milliseconds. */
  createdAt: number;
  ipAddresses: string[];
  ports: Port[];
  labels: Record<string, string>;
  /** The container whose network it uses, by name or ID; what it shares beside that an inspection tells. */
  sharesWith: string[];
}

/** What `inspect` says of one container. */
export interface InspectedContainer {
  id: string;
  /** Without the leading slash. */
  name: string;
  /** As the user wrote it: `Config.Image`. */
  image: string;
  imageId: string;
  state: ContainerState;
  running: boolean;
  paused: boolean;
  restarting: boolean;
  /** Epoch milliseconds; null when it never started. */
  startedAt: number | null;
  /** The engine's own text with nanoseconds: two starts within one millisecond still differ. */
  startedAtText: string;
  finishedAt: number | null;
  /** Epoch milliseconds. */
  createdAt: number;
  exitCode: number;
  oomKilled: boolean;
  /** Null where there is no health check. */
  health: Health | null;
  hasHealthCheck: boolean;
  /** The container's own time to stop; null where the engine's default of ten seconds holds. */
  stopTimeoutMs: number | null;
  stopSignal: string | null;
  ipAddresses: string[];
  ports: Port[];
  labels: Record<string, string>;
  restartPolicy: string;
  /** The containers, by name or ID, whose network, process or IPC namespace it uses. */
  sharesWith: string[];
  /** Started with `--rm`: it vanishes when it stops. */
  autoRemove: boolean;
}

export interface StopOptions {
  /** Sent to the engine only when the user set it: otherwise the container's own time holds. */
  timeoutMs?: number;
  /** How long the container may take by its own configuration: the call's deadline rests on it. */
  stopTimeoutMs: number;
}

/**
 * One host's engine. Every call has a deadline.
 * @throws EngineError from every method
 */
export interface Engine {
  readonly hostId: number;
  /** True when the engine is on this machine: trying to reach it costs nothing. */
  readonly isLocal: boolean;
  /** Who the engine is. */
  facts(): Promise<EngineFacts>;
  /** A sign of life, and with it the API version to speak: ask for it again after every break. */
  ping(): Promise<void>;
  /** What the connection may be used for. Nothing is changed by asking. */
  reach(): Promise<HostReach>;
  /** All containers, running or not. */
  listContainers(): Promise<ListedContainer[]>;
  inspectContainer(idOrName: string): Promise<InspectedContainer>;
  /** The engine's own document, untouched. Its environment may hold secrets. */
  inspectRaw(idOrName: string): Promise<Record<string, unknown>>;
  /** Starting what runs already is no error. */
  startContainer(id: string): Promise<void>;
  /** Stopping what is stopped already is no error. */
  stopContainer(id: string, options: StopOptions): Promise<void>;
  restartContainer(id: string, options: StopOptions): Promise<void>;
  killContainer(id: string, options: { signal?: string }): Promise<void>;
  pauseContainer(id: string): Promise<void>;
  unpauseContainer(id: string): Promise<void>;
  /** Commands in containers, and containers for one job. */
  readonly jobs: Jobs;
  /** What containers use, as it changes. */
  readonly stats: Stats;
  /** What containers wrote. */
  readonly logs: Logs;
  /** What takes a closer look. */
  readonly looks: Looks;
  /** Images, volumes and networks. */
  readonly stock: Stock;
  /** What makes containers, ends them and names them. */
  readonly changes: Changes;
  /** What it takes to make a container anew of another image. */
  readonly successors: Successors;
  /**
   * What happens to containers from now on, or from `sinceNs` (epoch nanoseconds) on. Ends by an error when the
   * engine ends the stream, and quietly when the signal is aborted.
   */
  events(options: EventOptions): AsyncIterable<EngineEvent>;
  /** Whether it comes to the end of what it is told. */
  readonly hangWatch: Pick<HangWatch, 'hang' | 'onChange' | 'forget'>;
  /** Ends every connection; calls under way fail. */
  close(): void;
}

export interface EventOptions {
  sinceNs?: bigint | string;
  signal: AbortSignal;
  /** Called once when the engine has accepted the subscription: nothing later is missed. */
  onOpen?: () => void;
}
