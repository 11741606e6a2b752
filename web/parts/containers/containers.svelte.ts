import type { Page } from '../../../contract/common.ts';
import type { Container } from '../../../contract/containers.ts';
import type { ServerEvents } from '../../../contract/events.ts';
import type { Api } from '../../api/client.ts';
import { Collection } from '../../live/collection.svelte.ts';
import type { Runs } from '../runs/runs.svelte.ts';
import type { ContainerKey } from './identity.ts';
import { keyOf } from './identity.ts';
import { isPassing } from './passing.ts';

/** Every container of every host, live. */
export class Containers {
  readonly list: Collection<string, Container>;
  /** Without those that an update makes for its own sake. */
  readonly all: Container[] = $derived.by(() =>
    [...this.list.items.values()].filter(({ name }) => !isPassing(name, this.#runs.underWay)),
  );
  readonly byKey: Map<ContainerKey, Container> = $derived(
    new Map(this.all.map((container) => [keyOf(container.hostId, container.name), container])),
  );

  readonly #runs: Pick<Runs, 'underWay'>;

  constructor(api: Api, runs: Pick<Runs, 'underWay'>) {
    this.#runs = runs;
    this.list = new Collection(
      (container) => idOf(container.hostId, container.id),
      (cursor) => api.get<Page<Container>>('/containers', { limit: 1000, cursor }),
    );
  }

  find(hostId: number, name: string): Container | undefined {
    return this.byKey.get(keyOf(hostId, name));
  }

  remove(gone: ServerEvents['container.removed']): void {
    this.list.drop(idOf(gone.hostId, gone.id));
  }

  /** Of a host that is gone, or leads elsewhere, nothing is known. */
  forgetHost(hostId: number): void {
    for (const container of [...this.list.items.values()]) if (container.hostId === hostId) this.remove(container);
  }
}

/** The engine's identity: two containers that follow each other under one name stay apart while both are known. */
export function idOf(hostId: number, id: string): string {
  return `${hostId}:${id}`;
}
