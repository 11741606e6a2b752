import type { Page } from '../../../contract/common.ts';
import type { Registry, RegistryPatch, RegistryTest } from '../../../contract/updates.ts';
import type { Api } from '../../api/client.ts';

const path = '/registries';

/** What is sent for a registry that is made; the host stays as it is afterwards. */
export type RegistryDraft = RegistryPatch & { host: string };

/** What is stored of registries, as it was when the page was opened or changed it. */
export class Registries {
  items = $state.raw<Registry[]>([]);
  state = $state<'loading' | 'ready' | 'failed'>('loading');
  error = $state.raw<unknown>(null);
  readonly #api: Api;

  constructor(api: Api) {
    this.#api = api;
  }

  async load(): Promise<void> {
    try {
      this.items = (await this.#api.get<Page<Registry>>(path)).items;
      this.state = 'ready';
    } catch (error) {
      this.error = error;
      this.state = 'failed';
    }
  }

  async add(draft: RegistryDraft): Promise<void> {
    await this.#api.post(path, draft);
    await this.load();
  }

  async change({ id }: Registry, patch: RegistryPatch): Promise<void> {
    await this.#api.patch(`${path}/${id}`, patch);
    await this.load();
  }

  async remove({ id }: Registry): Promise<void> {
    await this.#api.delete(`${path}/${id}`);
    await this.load();
  }

  test({ id }: Registry, image: string): Promise<RegistryTest> {
    return this.#api.post<RegistryTest>(`${path}/${id}/test`, { image });
  }
}
