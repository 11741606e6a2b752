import type { ActionName } from '../../../contract/actions.ts';
import type { Page } from '../../../contract/common.ts';
import type {
  Host,
  HostDependent,
  HostGrant,
  HostInput,
  HostPatch,
  HostRecipe,
  HostTest,
  HostTrial,
} from '../../../contract/hosts.ts';
import { hostGrant } from '../../../contract/hosts.ts';
import { lackedGrants } from '../../../contract/step-grants.ts';
import type { Api } from '../../api/client.ts';
import { Collection } from '../../live/collection.svelte.ts';
import { t } from '../../text/t.ts';

/** The Docker hosts, live, in their order. */
export class Hosts {
  readonly list: Collection<number, Host>;
  readonly all: Host[] = $derived.by(() =>
    [...this.list.items.values()].sort((a, b) => a.position - b.position || a.id - b.id),
  );
  readonly #api: Api;

  constructor(api: Api) {
    this.#api = api;
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

  /** Whether anything of the kind may be asked of the host; a host that is not known yet hides nothing. */
  allows(id: number, grant: HostGrant): boolean {
    return this.find(id)?.grants.includes(grant) ?? true;
  }

  /** Whether its grants cover an action of a step; a host that is not known yet hides nothing. */
  covers(id: number, action: ActionName): boolean {
    return lackedGrants(action, this.find(id)?.grants ?? hostGrant.options) === null;
  }

  async add(input: HostInput): Promise<void> {
    this.list.put(await this.#api.post<Host>('/hosts', input));
  }

  async change(id: number, patch: HostPatch): Promise<void> {
    if (Object.keys(patch).length > 0) this.list.put(await this.#api.patch<Host>(`/hosts/${id}`, patch));
  }

  async remove(id: number): Promise<void> {
    await this.#api.delete(`/hosts/${id}`);
    this.list.drop(id);
  }

  /** Changes places with the neighbour above or below. */
  async move(id: number, by: -1 | 1): Promise<void> {
    const hostIds = this.all.map((host) => host.id);
    const from = hostIds.indexOf(id);
    const other = hostIds[from + by];
    if (other === undefined) return;
    hostIds[from + by] = id;
    hostIds[from] = other;
    await this.#api.put('/host-order', { hostIds });
  }

  tryOut(trial: HostTrial): Promise<HostTest> {
    return this.#api.post<HostTest>('/host-trials', trial);
  }

  /** A socket proxy that is enough for its grants. */
  proxyRecipe(id: number): Promise<HostRecipe> {
    return this.#api.get<HostRecipe>(`/hosts/${id}/proxy-recipe`);
  }

  /** What names the host. */
  async dependents(id: number): Promise<HostDependent[]> {
    return (await this.#api.get<Page<HostDependent>>(`/hosts/${id}/dependents`)).items;
  }
}
