import type { Page } from '../../../contract/common.ts';
import type { Silence, SilenceInput } from '../../../contract/silences.ts';
import type { Api } from '../../api/client.ts';

const base = '/notifications/silences';

/** When nothing is told, as it was when the page was opened or changed it. */
export class Silences {
  items = $state.raw<Silence[]>([]);
  state = $state<'loading' | 'ready' | 'failed'>('loading');
  error = $state.raw<unknown>(null);
  readonly #api: Api;

  constructor(api: Api) {
    this.#api = api;
  }

  async load(): Promise<void> {
    try {
      this.items = (await this.#api.get<Page<Silence>>(base)).items;
      this.error = null;
      this.state = 'ready';
    } catch (error) {
      this.error = error;
      this.state = 'failed';
    }
  }

  async add(input: SilenceInput): Promise<void> {
    await this.#api.post(base, input);
    await this.load();
  }

  /** No more of what this message told, for a while. */
  async snooze(deliveryId: number, forMs: number): Promise<Silence> {
    const silence = await this.#api.post<Silence>(`/notifications/deliveries/${deliveryId}/snooze`, { forMs });
    await this.load();
    return silence;
  }

  async end(id: number): Promise<void> {
    await this.#api.delete(`${base}/${id}`);
    await this.load();
  }
}
