import type { Container, Host, HostGrant, HostReach, TimeWindow } from '../../../contract/index.ts';
import type { Bus } from '../../bus/index.ts';
import type { Clock } from '../../clock/index.ts';
import type { Database } from '../../database/index.ts';
import type { Destination, Engine } from '../../engine/index.ts';
import { Peace, Picture } from '../../engine/index.ts';
import { ChrontainerError, notFound } from '../../errors/index.ts';
import type { Logger } from '../../log/index.ts';
import type { Secrets } from '../../secrets/index.ts';
import { destinationOf, grantsOf } from './connection.ts';
import { LastSeen } from './last-seen.ts';
import type { LinkedHost } from './linked-host.ts';
import { linkOf, presentHost, windowsOf } from './linked-host.ts';
import type { HostRow } from './store.ts';
import { HostStore } from './store.ts';

interface Parts {
  db: Database;
  bus: Bus;
  clock: Clock;
  log: Logger;
  secrets: Secrets;
  /** The address of the local host's engine, from the configuration. */
  localUrl: string;
  /** The ID of the container that Chrontainer runs in, or its beginning; null outside of one. */
  ownContainerId: string | null;
  /** What people said of a host's containers: their tags and addresses. */
  marksOf?: (hostUrl: string) => (container: Container) => Pick<Container, 'tags' | 'webUrl' | 'webUrlSource'>;
  /** Whether there is a newer image for a container; null: nobody knows. */
  updateOf?: (container: Container) => boolean | null;
  /** @throws ChrontainerError when the address is of no known kind */
  connect: (host: Destination & { id: number }) => Engine;
}

/** The fleet: every host with its engine and its picture. What is asked here is answered from memory. */
export class Hosts {
  readonly #parts: Parts;
  readonly #store: HostStore;
  readonly #hosts = new Map<number, LinkedHost>();
  readonly #peace = new Peace();
  readonly #lastSeen: LastSeen;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#store = new HostStore(parts.db);
    this.#lastSeen = new LastSeen({ ...parts, store: this.#store });
  }

  /** Reads the hosts and begins to connect; does not wait for any of them. */
  async start(): Promise<void> {
    await this.#store.ensureLocal(this.#parts.localUrl, this.#parts.clock.now());
    for (const row of await this.#store.all()) {
      const host = this.#open(row);
      this.#hosts.set(row.id, host);
      host.link?.picture.start();
    }
  }

  /** Ends all connections. */
  async stop(): Promise<void> {
    const links = [...this.#hosts.values()].flatMap(({ link }) => link ?? []);
    await Promise.all(links.map(({ picture }) => picture.stop()));
    for (const { engine } of links) engine.close();
    for (const { row, link } of this.#hosts.values())
      this.#lastSeen.note(row, link?.picture.status().lastSeenAt ?? null);
    await this.#lastSeen.save();
  }

  /** Resolves when each enabled host has its first list, or is known to be out of reach. */
  async settled(): Promise<void> {
    await Promise.all([...this.#hosts.values()].map(({ link }) => link?.picture.settled()));
  }

  has(hostId: number): boolean {
    return this.#hosts.has(hostId);
  }

  list(): Host[] {
    return this.#inOrder().map(presentHost);
  }

  /** @throws ChrontainerError CHR_NOT_FOUND */
  get(hostId: number): Host {
    return presentHost(this.#host(hostId));
  }

  /** Of a host that was deleted only its number is left. */
  nameOf(hostId: number): string {
    return this.#hosts.get(hostId)?.row.name ?? `host ${hostId}`;
  }

  /** @throws ChrontainerError CHR_NOT_FOUND */
  isEnabled(hostId: number): boolean {
    return this.#host(hostId).row.enabled === 1;
  }

  /** What it allows, without the rest of it. @throws ChrontainerError CHR_NOT_FOUND */
  grantsOf(hostId: number): readonly HostGrant[] {
    return grantsOf(this.#host(hostId).row);
  }

  /** When schedules may act on it; none: always. */
  windowsOf(hostId: number): readonly TimeWindow[] {
    const host = this.#hosts.get(hostId);
    return host ? windowsOf(host.row) : [];
  }

  /** What is kept of a host. @throws ChrontainerError CHR_NOT_FOUND */
  rowOf(hostId: number): Readonly<HostRow> {
    return this.#host(hostId).row;
  }

  /** What is kept of all hosts, in their order. */
  rows(): readonly Readonly<HostRow>[] {
    return this.#inOrder().map(({ row }) => row);
  }

  /** Takes in a host that is new, or is reached in another way from now on; what was open to it ends. */
  async connectTo(row: HostRow): Promise<void> {
    const before = this.#hosts.get(row.id);
    const host = this.#open(row);
    this.#hosts.set(row.id, host);
    if (before) await letGo(before);
    host.link?.picture.start();
    this.#parts.bus.emit('host.changed', presentHost(host));
  }

  /** Something is kept anew of a host that changes nothing on the way to it. @throws ChrontainerError CHR_NOT_FOUND */
  update(row: HostRow): void {
    const host = this.#host(row.id);
    Object.assign(host.row, row);
    this.#parts.bus.emit('host.changed', presentHost(host));
  }

  /** The host is there no more. */
  async drop(hostId: number): Promise<void> {
    const host = this.#host(hostId);
    this.#hosts.delete(hostId);
    await letGo(host);
    this.#parts.bus.emit('host.removed', { id: hostId });
  }

  /** Somebody knows that a host can be reached. */
  retryNow(hostId: number): void {
    this.#hosts.get(hostId)?.link?.picture.retryNow();
  }

  /** A test found out what the connection may be used for. */
  keepReach(hostId: number, reach: HostReach): void {
    const host = this.#host(hostId);
    host.reach = reach;
    this.#parts.bus.emit('host.changed', presentHost(host));
  }

  /** @throws ChrontainerError CHR_NOT_FOUND, or CHR_CONFLICT when the host is disabled */
  engine(hostId: number): Engine {
    return linkOf(this.#host(hostId)).engine;
  }

  /** @throws ChrontainerError CHR_NOT_FOUND, or CHR_CONFLICT when the host is disabled */
  picture(hostId: number): Picture {
    return linkOf(this.#host(hostId)).picture;
  }

  /** The containers of all hosts, by host and name. */
  containers(): Container[] {
    return [...this.#hosts.values()].flatMap(({ link }) => link?.picture.containers() ?? []);
  }

  /** The containers of each host by name, the hosts by number; to be looked at right now. */
  containersByHost(): (readonly Container[])[] {
    const hosts = [...this.#hosts.values()].sort((a, b) => a.row.id - b.row.id);
    return hosts.map(({ link }) => link?.picture.glance() ?? []);
  }

  /** Those of one host; none for a host that is not there. */
  containersOf(hostId: number): Container[] {
    return this.#hosts.get(hostId)?.link?.picture.containers() ?? [];
  }

  /** What people said has changed: of the container of that name, or of all. */
  relearn(of?: { hostId: number; container: string }): void {
    if (of) this.#hosts.get(of.hostId)?.link?.picture.relearn(of.container);
    else for (const { link } of this.#hosts.values()) link?.picture.relearn();
  }

  /** The container of exactly that name. */
  byName(hostId: number, name: string): Container | undefined {
    return this.#hosts.get(hostId)?.link?.picture.byName(name);
  }

  /**
   * The container that a name, an ID or the beginning of one means.
   * @throws ChrontainerError CHR_NOT_FOUND, or CHR_AMBIGUOUS when it means several
   */
  findContainer(hostId: number, nameOrId: string): Container {
    const { row, link } = this.#host(hostId);
    const found = link?.picture.find(nameOrId);
    if (found) return found;
    throw notFound(`There is no container ${nameOrId} on the host ${row.name}.`);
  }

  #inOrder(): LinkedHost[] {
    return [...this.#hosts.values()].sort((a, b) => a.row.position - b.row.position || a.row.id - b.row.id);
  }

  #host(hostId: number): LinkedHost {
    const host = this.#hosts.get(hostId);
    if (!host) throw notFound(`There is no host ${hostId}.`);
    return host;
  }

  #open(row: HostRow): LinkedHost {
    if (row.enabled !== 1) return { row, link: null, reach: null, fault: 'It is disabled.' };
    const engine = this.#connect(row);
    if (engine instanceof ChrontainerError) return { row, link: null, reach: null, fault: engine.message };
    const { bus, clock } = this.#parts;
    const picture: Picture = new Picture({
      hostId: row.id,
      engine,
      bus,
      clock,
      peace: this.#peace,
      complete: this.#completeFor(row.url),
      onStatus: () => this.#tellStatus(row.id, picture),
    });
    return { row, link: { engine, picture }, reach: null, fault: null };
  }

  #completeFor(hostUrl: string): (container: Container) => void {
    const { ownContainerId, updateOf } = this.#parts;
    const marksOf = this.#parts.marksOf?.(hostUrl);
    return (container) => {
      container.isSelf = ownContainerId !== null && container.id.startsWith(ownContainerId);
      const marks = marksOf?.(container);
      if (marks) {
        container.tags = marks.tags;
        container.webUrl = marks.webUrl;
        container.webUrlSource = marks.webUrlSource;
      }
      container.updateAvailable = updateOf?.(container) ?? null;
    };
  }

  /** An address that cannot be used is the host's fault, and must not keep the others from starting. */
  #connect(row: HostRow): Engine | ChrontainerError {
    try {
      return this.#parts.connect({ id: row.id, ...destinationOf(row, this.#parts.secrets) });
    } catch (error) {
      if (error instanceof ChrontainerError) return error;
      throw error;
    }
  }

  #tellStatus(hostId: number, picture: Picture): void {
    const { bus, log } = this.#parts;
    const linked = this.#hosts.get(hostId);
    // A connection that was given up may still have a last word.
    if (linked?.link?.picture !== picture) return;
    const host = presentHost(linked);
    if (host.hang) log.warn({ hostId, host: host.name, reason: host.hang.reason }, 'The host does not finish actions');
    else if (host.status === 'online') log.info({ hostId, host: host.name, engine: host.engine }, 'The host is online');
    else log.warn({ hostId, host: host.name, reason: host.reason }, 'The host cannot be reached');
    bus.emit('host.changed', host);
    this.#lastSeen.note(linked.row, picture.status().lastSeenAt);
  }
}

/** First nothing more is begun, then what is under way ends. */
const letGo = async ({ link }: LinkedHost): Promise<void> => {
  const stopped = link?.picture.stop();
  link?.engine.close();
  await stopped;
};
