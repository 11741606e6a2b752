import type { Settings } from '../../../contract/service.ts';
import type { Api } from '../../api/client.ts';
import { TimeFormat } from '../../time/format.ts';

/** The settings of the instance, and the time format that follows from its zone. */
export class Instance {
  settings = $state.raw<Settings | null>(null);
  error = $state.raw<unknown>(null);
  /** True when the server was upgraded under this tab. */
  isOutdated = $state(false);
  readonly timeZone: string = $derived(this.settings?.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone);
  /** The zone in which the reader wants to see times; null: the instance's. */
  ownZone = $state<string | null>(null);
  readonly format: TimeFormat = $derived(new TimeFormat(this.ownZone ?? this.timeZone));
  /** True while nothing fires. */
  readonly isPaused: boolean = $derived(this.settings?.isPaused ?? false);
  #version: string | null = null;
  readonly #api: Api;

  constructor(api: Api) {
    this.#api = api;
  }

  async load(): Promise<void> {
    try {
      this.settings = await this.#api.get<Settings>('/settings');
      this.error = null;
    } catch (error) {
      this.error = error;
    }
  }

  async change(changes: Partial<Settings>): Promise<void> {
    this.settings = await this.#api.patch<Settings>('/settings', changes);
  }

  /** Remembers the first version seen; another one later means an upgrade. */
  noteVersion(version: string): void {
    this.#version ??= version;
    this.isOutdated = this.#version !== version;
  }
}
