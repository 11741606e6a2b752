import type { HostFault, Image, Network, StockQuery, Volume } from '../../../contract/index.ts';
import type { Clock } from '../../clock/index.ts';
import { settlesWithin } from '../../clock/index.ts';
import { ChrontainerError, notFound } from '../../errors/index.ts';
import type { Rights } from '../../policy/index.ts';
import type { Hosts } from '../hosts/index.ts';
import { readImages, readNetworks, readVolumes } from './reading.ts';

/** A list of all hosts waits so long for each: one that hangs must not keep the others' from being shown. */
const patienceMs = 8_000;

/** A list of what several hosts keep. */
export interface StockList<T> {
  items: T[];
  nextCursor: null;
  faults: HostFault[];
}

type Fleet = Pick<Hosts, 'list' | 'engine' | 'has'>;
type Read<T> = (engine: ReturnType<Fleet['engine']>, isMeasured: boolean) => Promise<T[]>;

/** What is needed of the checks for updates. */
interface UpdateNews {
  ofImage(image: Pick<Image, 'hostId' | 'id' | 'names'>): boolean | null;
}

/** What the hosts keep beside containers, asked of their engines, all at the same time. */
export class Stores {
  readonly #hosts: Fleet;
  readonly #clock: Clock;
  readonly #updates: UpdateNews;

  constructor(hosts: Fleet, clock: Clock, updates: UpdateNews) {
    this.#updates = updates;
    this.#hosts = hosts;
    this.#clock = clock;
  }

  async images(query: StockQuery, rights: Rights): Promise<StockList<Image>> {
    const { items, ...more } = await this.#ask(query, rights, readImages);
    return { items: items.map((image) => ({ ...image, updateAvailable: this.#updates.ofImage(image) })), ...more };
  }

  volumes(query: StockQuery, rights: Rights): Promise<StockList<Volume>> {
    return this.#ask(query, rights, readVolumes);
  }

  networks(query: StockQuery, rights: Rights): Promise<StockList<Network>> {
    return this.#ask(query, rights, readNetworks);
  }

  /**
   * The engine of a host that is the caller's as a whole: who sees some of its containers does not see what it keeps.
   * @throws ChrontainerError CHR_NOT_FOUND
   */
  engineFor(hostId: number, rights: Rights): ReturnType<Fleet['engine']> {
    if (!this.#hosts.has(hostId) || !rights.can('view', { hostId })) throw notFound(`There is no host ${hostId}.`);
    return this.#hosts.engine(hostId);
  }

  async #ask<T>({ host, measure }: StockQuery, rights: Rights, read: Read<T>): Promise<StockList<T>> {
    if (host !== undefined) this.engineFor(host, rights);
    const hosts = this.#hosts
      .list()
      .filter(({ id, enabled }) => (host === undefined ? enabled : id === host) && rights.can('view', { hostId: id }));
    const isMeasured = measure === 'true';
    const answers = await Promise.all(hosts.map((one) => this.#askOne(one, isMeasured, read)));
    return {
      items: answers.flatMap(({ items }) => items),
      nextCursor: null,
      faults: answers.flatMap(({ fault }) => fault ?? []),
    };
  }

  /** One that is known to be away is not asked. */
  async #askOne<T>(
    { id, status, reason }: ReturnType<Fleet['list']>[number],
    isMeasured: boolean,
    read: Read<T>,
  ): Promise<{ items: T[]; fault?: HostFault }> {
    const failed = (message: string) => ({ items: [], fault: { hostId: id, message } });
    if (status === 'offline') return failed(reason ?? 'The host cannot be reached.');
    try {
      const reading = read(this.#hosts.engine(id), isMeasured);
      if (!isMeasured && !(await settlesWithin(this.#clock, reading, patienceMs))) {
        // What comes of it later is nobody's any more.
        reading.catch(() => undefined);
        return failed(`The engine did not answer within ${patienceMs / 1000} s. It may be overloaded or hung.`);
      }
      return { items: await reading };
    } catch (error) {
      if (error instanceof ChrontainerError) return failed(error.message);
      throw error;
    }
  }
}
