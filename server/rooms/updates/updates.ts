import type { Container, ContainerUpdate, Selector, Settings, UpdateCheck } from '../../../contract/index.ts';
import type { Bus, ContainerUpdated } from '../../bus/index.ts';
import type { Clock } from '../../clock/index.ts';
import { ChrontainerError, notFound } from '../../errors/index.ts';
import type { Logger } from '../../log/index.ts';
import type { Outbound } from '../../outbound/index.ts';
import type { Rights } from '../../policy/index.ts';
import { fullName, parseReference, RegistryClient, RegistryError } from '../../registry/index.ts';
import type { Hosts } from '../hosts/index.ts';
import { resolveTargets } from '../runs/index.ts';
import type { UpdateBook } from './book.ts';
import { CheckProgress } from './check-progress.ts';
import type { User } from './checker.ts';
import { Checker } from './checker.ts';
import { ImageWatch } from './image-watch.ts';
import type { Registries } from './registries.ts';
import { Runner } from './runner.ts';
import type { CheckRecord } from './verdict.ts';
import { wordsFor } from './words.ts';

interface Parts {
  bus: Bus;
  clock: Clock;
  log: Logger;
  hosts: Pick<Hosts, 'containers' | 'containersOf' | 'findContainer' | 'engine' | 'has' | 'list' | 'relearn'>;
  outbound: Outbound;
  settings: { readonly document: Settings };
  book: UpdateBook;
  registries: Registries;
  /** Told of each container with a newer image whenever it is looked at. */
  onUpdate?: (container: Container, digest: string) => void;
  /** Between the two answers that make an update; default: ten seconds. */
  confirmAfterMs?: number;
}

/** The first look after a start, when hosts had time to connect. */
const firstLookMs = 60_000;
const lookEveryMs = 5 * 60_000;
/** What nobody has any more is forgotten after this. */
const forgetAfterMs = 30 * 86_400_000;

/** Knows for which containers there is a newer image, by asking registries now and then. */
export class Updates {
  readonly registries: Registries;
  readonly progress: CheckProgress;
  /** How registries are asked. */
  readonly client: RegistryClient;
  readonly #parts: Parts;
  readonly #runner: Runner;
  readonly #images: ImageWatch;
  readonly #checker: Checker;
  readonly #stopping = new AbortController();
  readonly #stopListening: () => void;
  #cancelLook: () => void = () => undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.registries = parts.registries;
    const { clock, outbound, book, hosts } = parts;
    this.progress = new CheckProgress(parts);
    this.client = new RegistryClient({
      ...{ clock, outbound, placeOf: this.#placeOf },
      onPause: (registry, untilMs) => this.#inBackground(() => book.store.savePause(registry, untilMs)),
    });
    this.#stopListening = parts.bus.on('container.updated', (updated) =>
      this.#inBackground(() => this.#learn(updated)),
    );
    parts.registries.onChange = (host) => this.client.forget(host);
    this.#checker = new Checker({
      ...{ book, client: this.client, clock, chance: Math.random },
      engine: (hostId) => hosts.engine(hostId),
      everyMs: () => parts.settings.document.checkUpdatesEveryMs,
    });
    this.#runner = new Runner({
      clock,
      confirmAfterMs: parts.confirmAfterMs ?? 10_000,
      signal: this.#stopping.signal,
      check: (name) => this.#check(name),
    });
    this.#images = new ImageWatch({
      ...parts,
      fleet: hosts,
      onRead: (hostId) => this.#show(hosts.containersOf(hostId)),
    });
  }

  async start(): Promise<void> {
    for (const { registry, untilMs } of await this.#parts.book.store.pauses()) {
      this.client.budget.recall(registry, untilMs);
    }
    this.#lookLater(firstLookMs);
  }

  stop(): void {
    this.#stopping.abort();
    this.#cancelLook();
    this.#stopListening();
    this.#images.stop();
  }

  /** What is known of those that the caller sees. */
  list(rights: Rights): ContainerUpdate[] {
    return this.#parts.hosts
      .containers()
      .filter((one) => rights.can('view', one))
      .map((one) => this.updateOf(one));
  }

  /** @throws ChrontainerError CHR_NOT_FOUND or CHR_AMBIGUOUS */
  get(hostId: number, nameOrId: string): ContainerUpdate {
    return this.updateOf(this.#parts.hosts.findContainer(hostId, nameOrId));
  }

  readonly updateOf = (container: Container): ContainerUpdate => {
    const { book, settings } = this.#parts;
    const subject = book.images.subjectOf(container);
    const { available, reason, newest } = book.verdictOf(container);
    const asked = subject.kind === 'asked' ? subject : null;
    const record = asked ? book.recordOf(asked.name) : undefined;
    const seen = asked && newest !== null ? book.seenOf(asked.name, newest) : undefined;
    return {
      hostId: container.hostId,
      container: container.name,
      image: container.image,
      available,
      pulled: available === true && newest !== null && book.images.digestsOfName(container).includes(newest),
      currentDigest: asked?.digests.find((digest) => digest === newest) ?? asked?.digests[0] ?? null,
      newestDigest: newest,
      since: instant(seen?.firstSeenAt),
      checkedAt: instant(record?.checkedAt),
      nextCheckAt: settings.document.checkUpdates ? instant(record?.nextAt) : null,
      reason,
      message: wordsFor(reason, record?.message ?? null),
    };
  };

  /** By its names, and by the containers that were made of it: one whose name went to a newer image has none left. */
  ofImage({ hostId, id, names }: { hostId: number; id: string; names: readonly string[] }): boolean | null {
    const { book, hosts } = this.#parts;
    const known = [
      ...names.map((image) => book.verdictOf({ hostId, image, imageId: id }).available),
      ...hosts.containersOf(hostId).map((one) => (one.imageId === id ? one.updateAvailable : null)),
    ];
    return known.find((one) => one === true) ?? known.find((one) => one === false) ?? null;
  }

  /**
   * Begins to ask for the images of containers that the caller may operate.
   * @throws ChrontainerError CHR_NOT_FOUND where targets are named and none is his
   */
  checkByHand(targets: readonly Selector[] | undefined, rights: Rights): UpdateCheck {
    const all = this.#parts.hosts.containers().filter((one) => rights.can('view', one) && rights.can('operate', one));
    const named = targets && new Set(resolveTargets(targets, all).map((one) => `${one.hostId}/${one.container}`));
    const chosen = named ? all.filter((one) => named.has(`${one.hostId}/${one.name}`)) : all;
    if (targets && chosen.length === 0) throw notFound('There is no container of these that you may check.');
    this.progress.begin(chosen);
    this.#inBackground(() => this.#checkAll(chosen));
    return this.progress.seenBy(rights);
  }

  /** Asks a registry for one image, and tells what came of it. */
  async test(id: number, image: string): Promise<{ ok: boolean; message: string; realm: string | null }> {
    const { host } = this.registries.get(id);
    const reference = parseReference(image.startsWith(`${host}/`) ? image : `${host}/${image}`);
    if (!reference || reference.registry !== host) {
      return { ok: false, message: `${image} is no name of an image at ${host}.`, realm: null };
    }
    try {
      const digest = await this.client.digest(reference);
      return { ok: true, message: `${host} answered: ${reference.repository} is ${digest}.`, realm: null };
    } catch (error) {
      if (error instanceof RegistryError) return { ok: false, message: error.message, realm: error.realm };
      throw error;
    }
  }

  /** What a host has fetched is what the registry has; and then its images are others. */
  async #learn({ hostId, image, toDigest }: ContainerUpdated): Promise<void> {
    const reference = parseReference(image);
    if (reference && toDigest !== null) await this.#parts.book.fetched(fullName(reference), toDigest);
    if (!this.#stopping.signal.aborted) await this.#images.read(hostId);
  }

  async #checkAll(containers: readonly Container[]): Promise<void> {
    const hosts = new Set(containers.map(({ hostId }) => hostId));
    const online = this.#parts.hosts.list().filter(({ id, status }) => hosts.has(id) && status === 'online');
    await Promise.all(online.map(({ id }) => this.#images.read(id)));
    const byName = Map.groupBy(containers, (one) => this.#nameOf(one));
    const hasUpdate = (one: Container) => this.#parts.book.verdictOf(one).available === true;
    this.progress.done(byName.get(null) ?? [], hasUpdate);
    const names = [...byName.keys()].filter((name) => name !== null);
    await this.#runner.run(names, (name) => this.progress.done(byName.get(name) ?? [], hasUpdate));
  }

  #nameOf(container: Container): string | null {
    const subject = this.#parts.book.images.subjectOf(container);
    return subject.kind === 'asked' ? subject.name : null;
  }

  /** One question for all of the fleet. */
  async #check(name: string): Promise<boolean> {
    const { book, hosts } = this.#parts;
    const containers = hosts.containers().filter((one) => this.#nameOf(one) === name);
    const users = new Map<string, User>();
    for (const one of containers) {
      const asked = book.images.subjectOf(one);
      if (asked.kind === 'asked') users.set(`${one.hostId} ${one.imageId}`, { hostId: one.hostId, asked });
    }
    const isUnsure = await this.#checker.check(name, [...users.values()]);
    this.#show(containers);
    return isUnsure;
  }

  /** What is due by itself: images whose time has come, and those that were never asked for. */
  async #look(): Promise<void> {
    const { book, clock, hosts, settings } = this.#parts;
    const now = clock.now();
    const names = new Set<string>();
    const due = new Set<string>();
    for (const container of hosts.containers()) {
      const name = this.#nameOf(container);
      if (name === null) continue;
      names.add(name);
      const record = book.recordOf(name);
      const isOpen = record?.fault === null && book.verdictOf(container).reason === 'unsure';
      if (!record || this.#dueAt(record) <= now || isOpen) due.add(name);
    }
    for (const { name, checkedAt } of book.records()) {
      if (!names.has(name) && checkedAt < now - forgetAfterMs) await book.forget(name);
    }
    if (settings.document.checkUpdates) await this.#runner.run([...due]);
  }

  /** Sooner than was planned, where it was planned under a setting that made it rarer. */
  #dueAt({ checkedAt, nextAt, fault }: CheckRecord): number {
    const latest = checkedAt + this.#parts.settings.document.checkUpdatesEveryMs * 1.1;
    return fault === 'limited' ? nextAt : Math.min(nextAt, latest);
  }

  #lookLater(ms: number): void {
    this.#cancelLook = this.#parts.clock.after(ms, () => {
      this.#inBackground(async () => {
        await this.#look().finally(() => {
          if (!this.#stopping.signal.aborted) this.#lookLater(lookEveryMs);
        });
      });
    });
  }

  /** Lets the lists know what has changed. */
  #show(containers: readonly Container[]): void {
    for (const container of containers) {
      const verdict = this.#parts.book.verdictOf(container);
      if (verdict.available !== container.updateAvailable) {
        this.#parts.hosts.relearn({ hostId: container.hostId, container: container.name });
      }
      if (verdict.available && verdict.newest !== null) this.#parts.onUpdate?.(container, verdict.newest);
    }
  }

  readonly #placeOf = (host: string) => {
    try {
      return this.registries.placeOf(host);
    } catch (error) {
      if (error instanceof ChrontainerError) throw new RegistryError('denied', error.message, { cause: error });
      throw error;
    }
  };

  #inBackground(work: () => Promise<void>): void {
    work().catch((error: unknown) => {
      if (!this.#stopping.signal.aborted) this.#parts.log.error({ error }, 'a check for updates failed');
    });
  }
}

const instant = (ms: number | undefined): string | null => (ms === undefined ? null : new Date(ms).toISOString());
