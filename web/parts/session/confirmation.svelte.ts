import type { Api } from '../../api/client.ts';
import { showPasskey } from './passkeys.ts';

/** The password again, for what reaches far: whoever was refused for its lack waits here until it was typed. */
export class Confirmation {
  isAsked = $state(false);
  readonly #api: Api;
  #waiting: ((isConfirmed: boolean) => void)[] = [];

  constructor(api: Api) {
    this.#api = api;
  }

  /** Resolves once the password was typed, or to false when it will not be. */
  ask(): Promise<boolean> {
    this.isAsked = true;
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** @throws ProblemError when it is wrong */
  async confirm(password: string): Promise<void> {
    await this.#api.post('/session/confirm', { password });
    this.#end(true);
  }

  /** A passkey of the account does as well: whoever signs in by one may have no password. @throws ProblemError */
  async confirmByPasskey(): Promise<void> {
    await this.#api.post('/session/confirm', { passkey: await showPasskey(this.#api) });
    this.#end(true);
  }

  cancel(): void {
    this.#end(false);
  }

  #end(isConfirmed: boolean): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    this.isAsked = false;
    for (const resolve of waiting) resolve(isConfirmed);
  }
}
