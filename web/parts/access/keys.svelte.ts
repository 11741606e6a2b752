import type { ApiKey, ApiKeyInput, NewApiKey } from '../../../contract/api-keys.ts';
import type { Page } from '../../../contract/common.ts';
import type { Api } from '../../api/client.ts';

/** The API keys, as they were when the page was opened or changed them. */
export class Keys {
  items = $state.raw<ApiKey[]>([]);
  state = $state<'loading' | 'ready' | 'failed'>('loading');
  error = $state.raw<unknown>(null);
  /** The one that was just made, with what is told this once. */
  told = $state.raw<NewApiKey | null>(null);
  readonly #api: Api;

  constructor(api: Api) {
    this.#api = api;
  }

  async load(): Promise<void> {
    try {
      this.items = (await this.#api.get<Page<ApiKey>>('/api-keys')).items;
      this.state = 'ready';
    } catch (error) {
      this.error = error;
      this.state = 'failed';
    }
  }

  async add(input: ApiKeyInput): Promise<void> {
    this.told = await this.#api.post<NewApiKey>('/api-keys', input);
    await this.load();
  }

  async rotate({ id }: ApiKey): Promise<void> {
    this.told = await this.#api.post<NewApiKey>(`/api-keys/${id}/rotate`);
    await this.load();
  }

  async revoke({ id }: ApiKey): Promise<void> {
    await this.#api.delete(`/api-keys/${id}`);
    if (this.told?.id === id) this.told = null;
    await this.load();
  }
}
