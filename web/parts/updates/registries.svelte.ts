import type { Registry, RegistryPatch, RegistryTest } from '../../../contract/updates.ts';
import type { Api } from '../../api/client.ts';
import { StoredList } from '../../live/stored-list.svelte.ts';

/** What is sent for a registry that is made; the host stays as it is afterwards. */
export type RegistryDraft = RegistryPatch & { host: string };

/** What is stored of registries. */
export class Registries extends StoredList<Registry, RegistryDraft, RegistryPatch> {
  constructor(api: Api) {
    super(api, '/registries');
  }

  test({ id }: Registry, image: string): Promise<RegistryTest> {
    return this.api.post<RegistryTest>(`${this.path}/${id}/test`, { image });
  }
}
