import type { RecoveryCodes, SecondFactor, TotpStart } from '../../../contract/second-factor.ts';
import type { Api } from '../../api/client.ts';

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

  async renewCodes(): Promise<void> {
    this.#tell(await this.#api.post<RecoveryCodes>(`${base}/recovery-codes`));
    await this.load();
  }

  #tell({ recoveryCodes }: RecoveryCodes): void {
    if (recoveryCodes.length > 0) this.codes = recoveryCodes;
  }
}
