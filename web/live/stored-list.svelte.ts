import type { Page } from '../../contract/common.ts';
import type { Api } from '../api/client.ts';

/** A short list that the server keeps, as it was when the page was opened or changed it. */
export class StoredList<Item, Draft extends object, Patch extends object> {
  items = $state.raw<Item[]>([]);
  state = $state<'loading' | 'ready' | 'failed'>('loading');
  error = $state.raw<unknown>(null);
  protected readonly api: Api;
  protected readonly path: string;

  /** @param path of the list, below the API's own */
  constructor(api: Api, path: string) {
    this.api = api;
    this.path = path;
  }

  async load(): Promise<void> {
    try {
      this.items = (await this.api.get<Page<Item>>(this.path)).items;
      this.error = null;
      this.state = 'ready';
    } catch (error) {
      this.error = error;
      this.state = 'failed';
    }
  }

  /** @throws ProblemError */
  async add(draft: Draft): Promise<void> {
    await this.api.post(this.path, draft);
    await this.load();
  }

  /** @throws ProblemError */
  async change(id: number, patch: Patch): Promise<void> {
    await this.api.patch(`${this.path}/${id}`, patch);
    await this.load();
  }

  /** @throws ProblemError */
  async remove(id: number): Promise<void> {
    await this.api.delete(`${this.path}/${id}`);
    await this.load();
  }
}
