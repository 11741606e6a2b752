import type { Actor, Container, Host, HostPatch, HostTest, TimeWindow } from '../../../contract/index.ts';
import type { Bus } from '../../bus/index.ts';
import type { Clock } from '../../clock/index.ts';
import type { Database } from '../../database/index.ts';
import type { Engine } from '../../engine/index.ts';
import { Picture } from '../../engine/index.ts';
import { ChrontainerError, notFound } from '../../errors/index.ts';
import type { Logger } from '../../log/index.ts';
import type { ActivityLog } from '../activity/index.ts';
import type { LinkedHost } from './linked-host.ts';
import { linkOf, presentHost, windowsOf } from './linked-host.ts';
import type { HostRow } from './store.ts';
import { HostStore } from './store.ts';
import { tryEngine } from './trial.ts';

interface Parts {
  db: Database;
  activity: Pick<ActivityLog, 'record'>;
  bus: Bus;
  clock: Clock;
  log: Logger;
  /** The address of the local host's engine, from the configuration. */
  localUrl: string;
  /** The ID of the container that Chrontainer runs in, or its beginning; null outside of one. */
  ownContainerId: string | null;
  /** What people said of a container: its tags and its address. */
  marksOf?: (container: Container, hostUrl: string) => Pick<Container, 'tags' | 'webUrl' | 'webUrlSource'>;
  /** @throws ChrontainerError when the address is of no known kind */
  connect: (host: { id: number; url: string }) => Engine;
}

/** The fleet: every host with its engine and its picture. What is asked here is answered from memory. */
export class Hosts {
  readonly #parts: Parts;
  readonly #store: HostStore;
  readonly #hosts = new Map<number, LinkedHost>();
  #saving: Promise<void> = Promise.resolve();

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#store = new HostStore(parts.db);
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
    for (const host of this.#hosts.values()) this.#saveLastSeen(host);
    await this.#saving;
  }

  /** Resolves when each enabled host has its first list, or is known to be out of reach. */
  async settled(): Promise<void> {
    await Promise.all([...this.#hosts.values()].map(({ link }) => link?.picture.settled()));
  }

  has(hostId: number): boolean {
    return this.#hosts.has(hostId);
  }

  list(): Host[] {
    return [...this.#hosts.values()].map(presentHost);
  }

  /** @throws ChrontainerError CHR_NOT_FOUND */
  get(hostId: number): Host {
    return presentHost(this.#host(hostId));
  }

  /** @throws ChrontainerError CHR_NOT_FOUND */
  nameOf(hostId: number): string {
    return this.#host(hostId).row.name;
  }

  /** @throws ChrontainerError CHR_NOT_FOUND */
  isEnabled(hostId: number): boolean {
    return this.#host(hostId).row.enabled === 1;
  }

  /** When schedules may act on it; none: always. @throws ChrontainerError CHR_NOT_FOUND */
  windowsOf(hostId: number): readonly TimeWindow[] {
    return windowsOf(this.#host(hostId).row);
  }

  /** Changes what is kept of a host. @throws ChrontainerError CHR_NOT_FOUND */
  async change(hostId: number, { windows }: HostPatch, actor: Actor): Promise<Host> {
    const linked = this.#host(hostId);
    const changed = windows === undefined ? {} : { windows: JSON.stringify(windows) };
    await this.#store.change(hostId, changed);
    Object.assign(linked.row, changed);
    const target = linked.row.name;
    await this.#parts.activity.record({ actor, action: 'host.update', target, result: 'ok', hostId });
    const host = presentHost(linked);
    this.#parts.bus.emit('host.changed', host);
    return host;
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

  /**
   * Tries the host's engine by a connection of its own.
   * @throws ChrontainerError CHR_NOT_FOUND
   */
  async test(hostId: number): Promise<HostTest> {
    const { row, link } = this.#host(hostId);
    const engine = this.#connect(row);
    if (engine instanceof ChrontainerError) {
      return { ok: false, steps: [{ name: 'Address', ok: false, message: engine.message }], latencyMs: null };
    }
    try {
      const result = await tryEngine(engine, this.#parts.clock);
      if (result.ok) link?.picture.retryNow();
      return result;
    } finally {
      engine.close();
    }
  }

  #host(hostId: number): LinkedHost {
    const host = this.#hosts.get(hostId);
    if (!host) throw notFound(`There is no host ${hostId}.`);
    return host;
  }

  #open(row: HostRow): LinkedHost {
    if (row.enabled !== 1) return { row, link: null, fault: 'It is disabled.' };
    const engine = this.#connect(row);
    if (engine instanceof ChrontainerError) return { row, link: null, fault: engine.message };
    const { bus, clock, ownContainerId, marksOf } = this.#parts;
    const picture = new Picture({
      hostId: row.id,
      engine,
      bus,
      clock,
      known: (container) => ({
        isSelf: ownContainerId !== null && container.id.startsWith(ownContainerId),
        ...marksOf?.(container, row.url),
      }),
      onStatus: () => this.#tellStatus(row.id),
    });
    return { row, link: { engine, picture }, fault: null };
  }

  /** An address that cannot be used is the host's fault, and must not keep the others from starting. */
  #connect(row: HostRow): Engine | ChrontainerError {
    try {
      return this.#parts.connect({ id: row.id, url: row.url });
    } catch (error) {
      if (error instanceof ChrontainerError) return error;
      throw error;
    }
  }

  #tellStatus(hostId: number): void {
    const { bus, log } = this.#parts;
    const linked = this.#host(hostId);
    const host = presentHost(linked);
    if (host.status === 'online') log.info({ hostId, host: host.name, engine: host.engine }, 'The host is online');
    else log.warn({ hostId, host: host.name, reason: host.reason }, 'The host cannot be reached');
    bus.emit('host.changed', host);
    this.#saveLastSeen(linked);
  }

  /** One write after another, and only when something changed: a sign of life alone is not worth a write. */
  #saveLastSeen({ row, link }: LinkedHost): void {
    const lastSeenAt = link?.picture.status().lastSeenAt ?? null;
    if (lastSeenAt === null || lastSeenAt === row.last_seen_at) return;
    row.last_seen_at = lastSeenAt;
    const save = () => this.#store.saveLastSeen(row.id, lastSeenAt);
    this.#saving = this.#saving.then(save).catch((error: unknown) => {
      this.#parts.log.error({ hostId: row.id, error }, 'When the host was seen last could not be saved');
    });
  }
}
