import type { MessageTemplate, TemplatePreview } from '../../../contract/templates.ts';
import type { Api } from '../../api/client.ts';
import { reasonOf } from '../../api/problem.ts';

/** Typing has to rest this long before the server is asked. */
const restMs = 250;

/** What a template makes of an example, asked while it is typed. */
export class TemplateTrial {
  preview = $state.raw<TemplatePreview | null>(null);
  failure = $state<string | null>(null);
  readonly #api: Api;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #abort = new AbortController();

  constructor(api: Api) {
    this.#api = api;
  }

  ask(template: MessageTemplate, event: string): void {
    this.stop();
    this.#abort = new AbortController();
    const { signal } = this.#abort;
    this.#timer = setTimeout(() => void this.#ask(template, event, signal), restMs);
  }

  stop(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#abort.abort();
  }

  async #ask(template: MessageTemplate, event: string, signal: AbortSignal): Promise<void> {
    try {
      const preview = await this.#api.post<TemplatePreview>(
        '/notifications/templates/preview',
        { template, event },
        signal,
      );
      if (signal.aborted) return;
      this.preview = preview;
      this.failure = null;
    } catch (error) {
      if (!signal.aborted) this.failure = reasonOf(error);
    }
  }
}
