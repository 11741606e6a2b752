import type { RecoveryCodes, SecondFactor, TotpStart } from '../../../contract/second-factor.ts';
import type { Api } from '../../api/client.ts';
import { makePasskey } from '../session/passkeys.ts';

const base = '/me/second-factor';

/** What my account asks for beside the password, as it was when the page was opened or changed it. */
export class SecondFactors {
  state = $state.raw<SecondFactor | null>(null);
  error = $state.raw<unknown>(null);
  /** The secret of an app that is being set up. */
  start = $state.raw<TotpStart | null>(null);
  /** Codes that were just made, told this once. */
  codes = $state.raw<string[] | null>(null);
  readonly #api: Api;

  constructor(api: Api) {
    this.#api = api;
  }

  async load(): Promise<void> {
    try {
      this.state = await this.#api.get<SecondFactor>(base);
      this.error = null;
    } catch (error) {
      this.error = error;
    }
  }

  async begin(): Promise<void> {
    this.start = await this.#api.post<TotpStart>(`${base}/totp`);
  }

  async confirm(code: string): Promise<void> {
    this.#tell(await this.#api.post<RecoveryCodes>(`${base}/totp/confirm`, { code }));
    this.start = null;
    await this.load();
  }

  async disable(): Promise<void> {
    await this.#api.delete(`${base}/totp`);
    this.codes = null;
    await this.load();
  }

  /** The browser asks its owner. @throws ProblemError when it makes none */
  async addPasskey(name: string): Promise<void> {
    const made = await makePasskey(this.#api);
    this.#tell(await this.#api.post<RecoveryCodes>(`${base}/passkeys`, { name, made }));
    await this.load();
  }

  async renamePasskey(id: number, name: string): Promise<void> {
    await this.#api.patch(`${base}/passkeys/${id}`, { name });
    await this.load();
  }

  async removePasskey(id: number): Promise<void> {
    await this.#api.delete(`${base}/passkeys/${id}`);
    await this.load();
  }

  async renewCodes(): Promise<void> {
    this.#tell(await this.#api.post<RecoveryCodes>(`${base}/recovery-codes`));
    await this.load();
  }

  #tell({ recoveryCodes }: RecoveryCodes): void {
    if (recoveryCodes.length > 0) this.codes = recoveryCodes;
  }
}
