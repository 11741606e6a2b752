import type { ContainerMarks } from '../../../contract/tags.ts';
import type { Api } from '../../api/client.ts';

/** What people wrote on one container. */
export class Marks {
  written = $state.raw<ContainerMarks | null>(null);
  error = $state.raw<unknown>(null);
  readonly #api: Api;
  readonly #path: string;

  constructor(api: Api, hostId: number, name: string) {
    this.#api = api;
    this.#path = `/hosts/${hostId}/containers/${encodeURIComponent(name)}`;
  }

  async load(): Promise<void> {
    try {
      this.written = await this.#api.get<ContainerMarks>(`${this.#path}/marks`);
      this.error = null;
    } catch (error) {
      this.error = error;
    }
  }

  /** Sends what differs from what is written. */
  async save(wanted: ContainerMarks): Promise<void> {
    const now = this.written;
    const differs = (key: keyof ContainerMarks) => JSON.stringify(now?.[key]) !== JSON.stringify(wanted[key]);
    if (differs('webUrl')) {
      this.written = await this.#api.put(`${this.#path}/web-url`, { webUrl: wanted.webUrl });
    }
    if (differs('tags')) this.written = await this.#api.put(`${this.#path}/tags`, { tags: wanted.tags });
    if (differs('notes')) this.written = await this.#api.put(`${this.#path}/notes`, { notes: wanted.notes });
  }
}
