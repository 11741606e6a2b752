import type { Silence, SilenceInput, SilencePatch } from '../../../contract/silences.ts';
import type { Api } from '../../api/client.ts';
import { StoredList } from '../../live/stored-list.svelte.ts';

/** When nothing is told. */
export class Silences extends StoredList<Silence, SilenceInput, SilencePatch> {
  constructor(api: Api) {
    super(api, '/notifications/silences');
  }

  /** No more of what this message told, for a while. */
  async snooze(deliveryId: number, forMs: number): Promise<Silence> {
    const silence = await this.api.post<Silence>(`/notifications/deliveries/${deliveryId}/snooze`, { forMs });
    await this.load();
    return silence;
  }
}
