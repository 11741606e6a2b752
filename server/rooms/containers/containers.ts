import type { Container, ContainerQuery, Page } from '../../../contract/index.ts';
import type { Clock } from '../../clock/index.ts';
import { statusWords } from '../../engine/index.ts';
import type { Rights } from '../../policy/index.ts';
import type { Hosts } from '../hosts/index.ts';
import { cursorAt, isBehind, positionOf } from './cursor.ts';
import { containerFilter } from './filter.ts';

/** What is needed of the hosts. */
type Fleet = Pick<Hosts, 'containersByHost' | 'findContainer' | 'engine'>;

/** The containers of all hosts, as the pictures have them: no engine is asked for a list. */
export class Containers {
  readonly #hosts: Fleet;
  readonly #clock: Clock;

  constructor(hosts: Fleet, clock: Clock) {
    this.#hosts = hosts;
    this.#clock = clock;
  }

  /**
   * One page, by host and name, of those that the caller may see.
   * @throws ChrontainerError CHR_INVALID_INPUT for a cursor or a status that is none
   */
  page(query: ContainerQuery, rights: Rights): Page<Container> {
    const isWanted = containerFilter(query);
    const from = query.cursor === undefined ? null : positionOf(query.cursor);
    const isMeant = (container: Container) =>
      (from === null || isBehind(container, from)) && isWanted(container) && rights.can('view', container);
    const items: Container[] = [];
    let last: Container | undefined;
    for (const rows of this.#hosts.containersByHost()) {
      for (const container of rows) {
        if (!isMeant(container)) continue;
        if (last && items.length === query.limit) return { items, nextCursor: cursorAt(last) };
        items.push(this.#present(container));
        last = container;
      }
    }
    return { items, nextCursor: null };
  }

  /** @throws ChrontainerError CHR_NOT_FOUND or CHR_AMBIGUOUS */
  get(hostId: number, nameOrId: string): Container {
    return this.#present(this.#hosts.findContainer(hostId, nameOrId));
  }

  /**
   * The engine's own document on a container.
   * @throws ChrontainerError CHR_NOT_FOUND or CHR_AMBIGUOUS, EngineError
   */
  inspect(hostId: number, nameOrId: string): Promise<Record<string, unknown>> {
    const { id } = this.#hosts.findContainer(hostId, nameOrId);
    return this.#hosts.engine(hostId).inspectRaw(id);
  }

  /** The picture's words tell how long the state lasted when it was seen last. */
  #present(container: Container): Container {
    return { ...container, status: statusWords(container, this.#clock.now()) };
  }
}
