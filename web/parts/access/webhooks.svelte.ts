import type { Page } from '../../../contract/common.ts';
import type { NewWebhook, Webhook, WebhookCall, WebhookInput, WebhookPatch } from '../../../contract/webhooks.ts';
import type { Api } from '../../api/client.ts';

/** The webhooks, as they were when the page was opened or changed them. */
export class Webhooks {
  items = $state.raw<Webhook[]>([]);
  state = $state<'loading' | 'ready' | 'failed'>('loading');
  error = $state.raw<unknown>(null);
  /** The one that was just made, with what is told this once. */
  told = $state.raw<NewWebhook | null>(null);
  readonly #api: Api;

  constructor(api: Api) {
    this.#api = api;
  }

  async load(): Promise<void> {
    try {
      this.items = (await this.#api.get<Page<Webhook>>('/webhooks')).items;
      this.state = 'ready';
    } catch (error) {
      this.error = error;
      this.state = 'failed';
    }
  }

  async add(input: WebhookInput): Promise<void> {
    this.told = await this.#api.post<NewWebhook>('/webhooks', input);
    await this.load();
  }

  async change(id: number, patch: WebhookPatch): Promise<void> {
    await this.#api.patch(`/webhooks/${id}`, patch);
    await this.load();
  }

  async rotate({ id }: Webhook): Promise<void> {
    this.told = await this.#api.post<NewWebhook>(`/webhooks/${id}/rotate`);
    await this.load();
  }

  async remove({ id }: Webhook): Promise<void> {
    await this.#api.delete(`/webhooks/${id}`);
    if (this.told?.id === id) this.told = null;
    await this.load();
  }

  async calls({ id }: Webhook): Promise<WebhookCall[]> {
    return (await this.#api.get<Page<WebhookCall>>(`/webhooks/${id}/calls`)).items;
  }
}
