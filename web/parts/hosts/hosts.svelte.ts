import type { Page } from '../../../contract/common.ts';
import type { Host } from '../../../contract/hosts.ts';
import type { Api } from '../../api/client.ts';
import { Collection } from '../../live/collection.svelte.ts';
import { t } from '../../text/t.ts';

/** The Docker hosts, live. */
export class Hosts {
  readonly list: Collection<number, Host>;
  readonly all: Host[] = $derived.by(() => [...this.list.items.values()].sort((a, b) => a.id - b.id));

  constructor(api: Api) {
    this.list = new Collection(
      (host) => host.id,
      () => api.get<Page<Host>>('/hosts'),
    );
  }

  find(id: number): Host | undefined {
    return this.list.items.get(id);
  }

  nameOf(id: number): string {
    return this.find(id)?.name ?? t('hosts.unknown', { id: String(id) });
  }
}
