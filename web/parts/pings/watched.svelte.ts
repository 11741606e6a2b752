import type { ChannelTest } from '../../../contract/notifications.ts';
import type { Ping, PingAnswer, PingKind } from '../../../contract/pings.ts';
import type { Api } from '../../api/client.ts';

/** A ping as the form sends it; an address that is left out stays. */
export interface PingBody {
  kind: PingKind;
  url?: string;
  enabled: boolean;
  everyMs?: number;
}

/** Who watches a schedule, or the instance, from outside: as it was when it was asked for, or changed. */
export class Watched {
  ping = $state.raw<Ping | null>(null);
  isLoaded = $state(false);
  error = $state.raw<unknown>(null);
  readonly #api: Api;
  readonly #path: string;

  constructor(api: Api, path: string) {
    this.#api = api;
    this.#path = path;
  }

  async load(): Promise<void> {
    try {
      this.ping = (await this.#api.get<PingAnswer>(this.#path)).ping;
      this.error = null;
      this.isLoaded = true;
    } catch (error) {
      this.error = error;
    }
  }

  async set(body: PingBody): Promise<void> {
    this.ping = await this.#api.put<Ping>(this.#path, body);
  }

  async remove(): Promise<void> {
    await this.#api.delete(this.#path);
    this.ping = null;
  }

  async test(): Promise<ChannelTest> {
    const told = await this.#api.post<ChannelTest>(`${this.#path}/test`);
    await this.load();
    return told;
  }
}
