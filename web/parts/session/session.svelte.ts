import type { Permission, SessionAnswer, SetupState, SignInRequest } from '../../../contract/accounts.ts';
import type { SignInWays } from '../../../contract/oidc.ts';
import type { PasskeyShown } from '../../../contract/passkeys.ts';
import type { Api } from '../../api/client.ts';
import { ProblemError } from '../../api/problem.ts';
import { showPasskey } from './passkeys.ts';

/** What is given beside the password. */
export type GivenFactor = Omit<SignInRequest, 'username' | 'password'>;
export type SessionState = 'unknown' | 'needsSetup' | 'signedOut' | 'signedIn' | 'unreachable';

/** Who is signed in, and what they may do. */
export class Session {
  state = $state<SessionState>('unknown');
  answer = $state.raw<SessionAnswer | null>(null);
  setup = $state.raw<SetupState | null>(null);
  /** What leads in, as far as is known. */
  ways = $state.raw<SignInWays>({ passwords: true, provider: null, providerConfirms: false, passwordLinks: false });
  error = $state.raw<unknown>(null);
  readonly #api: Api;

  constructor(api: Api) {
    this.#api = api;
  }

  can(permission: Permission): boolean {
    return this.answer?.permissions.includes(permission) ?? false;
  }

  /** Asks the server who is here. */
  async check(): Promise<void> {
    try {
      this.#enter(await this.#api.get<SessionAnswer>('/session'));
    } catch (error) {
      if (error instanceof ProblemError && error.status === 401) return this.#checkSetup();
      this.#fail(error);
    }
  }

  async signIn(typed: SignInRequest): Promise<void> {
    await this.#api.post('/session', typed);
    this.#enter(await this.#api.get<SessionAnswer>('/session'));
  }

  async signInByPasskey(): Promise<void> {
    await this.#api.post('/session/passkey', { passkey: await showPasskey(this.#api) });
    this.#enter(await this.#api.get<SessionAnswer>('/session'));
  }

  /** The second factor of whom the provider has named. */
  async finishAfterProvider(given: GivenFactor): Promise<void> {
    await this.#api.post('/session/oidc/second-factor', given);
    this.#enter(await this.#api.get<SessionAnswer>('/session'));
  }

  /** Without an answer the ways stay as they were: the sign-in itself will tell what is wrong. */
  async loadWays(): Promise<void> {
    try {
      this.ways = await this.#api.get<SignInWays>('/session/ways');
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
    }
  }

  /** The answer is the same where there is no such account. */
  async askForPasswordLink(name: string): Promise<void> {
    await this.#api.post('/session/password-link', { name });
  }

  /** Every session of the account ends, also this one where it is its. */
  async setPasswordByLink(token: string, newPassword: string): Promise<void> {
    await this.#api.post('/session/password', { token, newPassword });
    await this.check();
  }

  /** A passkey beside the password. */
  showPasskey(): Promise<PasskeyShown> {
    return showPasskey(this.#api);
  }

  /** Makes the owner account and signs it in. */
  async createOwner(username: string, password: string): Promise<void> {
    await this.#api.post('/setup', { username, password });
    await this.check();
    if (this.state !== 'signedIn') await this.signIn({ username, password });
  }

  async signOut(): Promise<void> {
    await this.#api.delete('/session');
    this.end();
  }

  /** The server no longer knows the session. */
  end(): void {
    this.answer = null;
    this.setup = null;
    this.state = 'signedOut';
  }

  #enter(answer: SessionAnswer): void {
    this.answer = answer;
    this.error = null;
    this.state = 'signedIn';
  }

  async #checkSetup(): Promise<void> {
    try {
      [this.setup] = await Promise.all([this.#api.get<SetupState>('/setup'), this.loadWays()]);
      this.state = this.setup.needed ? 'needsSetup' : 'signedOut';
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    this.error = error;
    if (this.state !== 'signedIn') this.state = 'unreachable';
  }
}
