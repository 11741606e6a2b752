import type { OidcProviderAnswer, OidcProviderInput } from '../../../contract/oidc.ts';
import type { Api } from '../../api/client.ts';

const path = '/sign-in-provider';

/** The OpenID provider as it was when the page was opened or changed it. */
export class Provider {
  answer = $state.raw<OidcProviderAnswer | null>(null);
  error = $state.raw<unknown>(null);
  readonly #api: Api;

  constructor(api: Api) {
    this.#api = api;
  }

  async load(): Promise<void> {
    try {
      this.answer = await this.#api.get<OidcProviderAnswer>(path);
      this.error = null;
    } catch (error) {
      this.error = error;
    }
  }

  async save(input: OidcProviderInput): Promise<void> {
    await this.#api.put(path, input);
    await this.load();
  }

  async remove(): Promise<void> {
    await this.#api.delete(path);
    await this.load();
  }
}
