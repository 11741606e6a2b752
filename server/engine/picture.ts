import type { Container, EngineFacts, HostStatus } from '../../contract/index.ts';
import type { Bus } from '../bus/index.ts';
import type { Clock } from '../clock/index.ts';
import { Connection } from './connection.ts';
import type { EngineError } from './error.ts';
import type { Hang } from './hang-watch.ts';
import type { Peace } from './peace.ts';
import { rowOfInspection, rowOfList } from './picture-row.ts';
import type { Complete } from './picture-rows.ts';
import { PictureRows } from './picture-rows.ts';
import type { Found } from './refresher.ts';
import { Refresher } from './refresher.ts';
import type { Engine, EngineEvent } from './types.ts';

const lookAgainMs = 1000;

export interface PictureOptions {
  hostId: number;
  engine: Engine;
  bus: Bus;
  clock: Clock;
  /** Shared by all pictures: where the closer looks at containers wait for their turn. */
  peace: Peace;
  /** Adds tags, the address, whether there is a newer image, and which container is Chrontainer's own. */
  complete?: Complete;
  /** Called after each change of the status. */
  onStatus?: () => void;
}

export interface PictureStatus {
  status: HostStatus;
  /** Why the host is not online, in words; null when it is. */
  reason: string | null;
  /** Epoch milliseconds of the last sign of life. */
  lastSeenAt: number | null;
  /** Why it is online and of no use: it does not finish what it is told. */
  hang: Hang | null;
  /** The last that was known. */
  engine: EngineFacts | null;
}

/**
 * What is known of one host's containers, kept up to date by the engine's events, so that nobody has to ask the
 * engine. While it cannot be reached the rows stay, marked stale.
 */
export class Picture {
  readonly #options: PictureOptions;
  readonly #rows: PictureRows;
  readonly #refresher: Refresher;
  readonly #connection: Connection;
  /** The number of the question that last told of each container: the answer to an older one must not undo it. */
  readonly #toldBy = new Map<string, number>();
  #questions = 0;
  /** True from a complete list to the end of its connection. */
  #isLive = false;
  #status: PictureStatus = { status: 'connecting', reason: null, lastSeenAt: null, hang: null, engine: null };
  readonly #settled = Promise.withResolvers<void>();

  constructor(options: PictureOptions) {
    this.#options = options;
    this.#rows = new PictureRows(options.bus, options.complete ?? (() => undefined));
    this.#refresher = new Refresher({
      engine: options.engine,
      clock: options.clock,
      nextQuestion: () => ++this.#questions,
      found: this.#take,
      peace: options.peace,
    });
    this.#connection = new Connection({
      engine: options.engine,
      clock: options.clock,
      peace: options.peace,
      list: (signal) => this.#list(signal),
      heed: (event, signal) => this.#heed(event, signal),
      met: (facts) => this.#goOnline(facts),
      seen: () => this.#markSeen(),
      ended: (error, isStopped) => this.#endLive(error, isStopped),
    });
    options.engine.hangWatch.onChange(() => this.#seeHang());
  }

  /** Connects, and again after each break, until it is stopped. */
  start(): void {
    this.#connection.start();
  }

  /** Ends the connection; the rows stay as they are. */
  async stop(): Promise<void> {
    await this.#connection.stop();
    this.#settled.resolve();
  }

  /** Ends the pause before the next try to connect: somebody knows that it is worth it. */
  retryNow(): void {
    this.#connection.retryNow();
  }

  /** Resolves when the first list was taken in, or the host is known to be out of reach. */
  settled(): Promise<void> {
    return this.#settled.promise;
  }

  status(): PictureStatus {
    return { ...this.#status };
  }

  /** All rows by name, as they are now. */
  containers(): Container[] {
    return [...this.#rows.all()];
  }

  /** The same, to be looked at right now: not a copy. */
  glance(): readonly Container[] {
    return this.#rows.all();
  }

  /** How many containers there are, and how many of them run. */
  count(): { total: number; running: number } {
    return this.#rows.count();
  }

  /** Something is known anew that the engine does not say; of the container of that name, or of all. */
  relearn(name?: string): void {
    this.#rows.relearn(name);
  }

  byName(name: string): Container | undefined {
    return this.#rows.byName(name);
  }

  /**
   * By exact name, whole ID, or the beginning of one, four digits at least.
   * @throws ChrontainerError CHR_AMBIGUOUS when several IDs begin so
   */
  find(nameOrId: string): Container | undefined {
    return this.#rows.find(nameOrId);
  }

  /**
   * Asks the engine for one container, by its whole ID, and takes in what it says; undefined when it is gone.
   * @throws EngineError
   */
  async refresh(id: string): Promise<Container | undefined> {
    await this.#refresher.askAndWait(id);
    return this.#rows.byId(id);
  }

  #heed(event: EngineEvent, signal: AbortSignal): void {
    this.#options.bus.emit('container.event', { hostId: this.#options.hostId, ...event });
    // A signal by itself changes nothing that is shown; what comes of it is told by the next event.
    if (event.action !== 'kill') this.#refresher.ask(event.containerId);
    if (event.action === 'health_status' && event.health === null) this.#lookAgain(event.containerId, signal);
  }

  /** Podman may tell of a probe before it has written down what came of it. */
  #lookAgain(containerId: string, signal: AbortSignal): void {
    const { clock } = this.#options;
    clock.sleep(lookAgainMs, signal).then(
      () => this.#refresher.ask(containerId),
      () => undefined,
    );
  }

  /** Takes in all containers at once, and asks for each in peace, since a list does not tell everything. */
  async #list(signal: AbortSignal): Promise<void> {
    const question = ++this.#questions;
    const rows = await this.#options.engine.listContainers();
    if (signal.aborted) return;
    this.#markSeen();
    this.#isLive = true;
    this.#refresher.resume();
    const isNewer = (id: string) => (this.#toldBy.get(id) ?? 0) > question;
    const present = new Set(rows.map((row) => row.id));
    for (const { id } of this.#rows.all()) if (!present.has(id) && !isNewer(id)) this.#remove(id);
    for (const row of rows) {
      const stale = this.#status.hang !== null;
      if (!isNewer(row.id)) this.#rows.put(rowOfList(this.#options.hostId, row, this.#rows.byId(row.id), stale));
      this.#refresher.askInPeace(row.id);
    }
  }

  readonly #take: Found = (id, container, question) => {
    this.#markSeen();
    if (!container) return this.#remove(id);
    this.#toldBy.set(id, question);
    const row = rowOfInspection(this.#options.hostId, container, this.#options.clock.now());
    const before = this.#rows.byId(id)?.health ?? null;
    this.#rows.put({ ...row, stale: !this.#isLive || this.#status.hang !== null });
    if (this.#status.engine?.kind === 'podman') this.#tellHealth(row, before);
    if (!this.#isLive) this.retryNow();
  };

  /** Podman's events say that there is news of a container's health, and not what: only a closer look tells. */
  #tellHealth({ id, name, health }: Container, before: Container['health']): void {
    if (before === null || health === null || before === health) return;
    const what = { action: 'health_status', containerId: id, name, health, exitCode: null, attributes: {} } as const;
    const { hostId, bus } = this.#options;
    bus.emit('container.event', { hostId, ...what });
  }

  #remove(id: string): void {
    this.#toldBy.delete(id);
    this.#rows.remove(id);
  }

  #markSeen(): void {
    this.#connection.noteLife();
    this.#status.lastSeenAt = this.#options.clock.now();
  }

  #goOnline(engine: EngineFacts): void {
    const { hostId, bus } = this.#options;
    this.#setStatus({ status: 'online', reason: null, engine });
    bus.emit('host.synced', { hostId });
  }

  /** What hangs tells nothing of its containers either: one that ends is not seen to. */
  #seeHang(): void {
    const { hang } = this.#options.engine.hangWatch;
    if (hang && !this.#isLive) return;
    if (hang) this.#rows.markStale();
    this.#setStatus({ hang });
    if (hang || !this.#isLive) return;
    this.#rows.markFresh();
    for (const { id } of this.#rows.all()) this.#refresher.askInPeace(id);
  }

  #endLive(error: EngineError, isStopped: boolean): void {
    this.#refresher.pause();
    if (!isStopped) this.#goOffline(error);
  }

  #goOffline(error: EngineError): void {
    if (this.#isLive) this.#rows.markStale();
    this.#isLive = false;
    this.#options.engine.hangWatch.forget();
    const isNews = this.#status.status !== 'offline' || this.#status.reason !== error.message;
    if (isNews) this.#setStatus({ status: 'offline', reason: error.message });
  }

  #setStatus(change: Partial<PictureStatus>): void {
    this.#status = { ...this.#status, ...change };
    this.#settled.resolve();
    this.#options.onStatus?.();
  }
}
