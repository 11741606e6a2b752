import type { Me, MePatch } from '../../../contract/accounts.ts';
import type { Api } from '../../api/client.ts';
import { ProblemError, reasonOf } from '../../api/problem.ts';
import type { Prefs, Theme } from '../../live/prefs.svelte.ts';
import type { Instance } from '../settings/instance.svelte.ts';

const linkKey = 'chrontainer.email-link';

/** What the account likes, wherever it is signed in. What it leaves open the browser decides. */
export class Profile {
  me = $state.raw<Me | null>(null);
  /** What came of a link that was mailed to verify the address; without a reason the link itself was bad. */
  proof = $state.raw<{ isGood: boolean; reason: string | null } | null>(null);
  /** The token of a link that was mailed to verify the address, until somebody is signed in. */
  link = $state<string | null>(null);
  readonly #api: Api;
  readonly #prefs: Prefs;
  readonly #instance: Instance;

  readonly #storage: Storage | null;

  /** @param storage the tab's: a provider that signs somebody in is another page */
  constructor(api: Api, prefs: Prefs, instance: Instance, storage: Storage | null) {
    this.#api = api;
    this.#prefs = prefs;
    this.#instance = instance;
    this.#storage = storage;
    this.link = storage?.getItem(linkKey) ?? null;
  }

  /** A profile that cannot be read changes nothing: the page that shows it says why. */
  async load(): Promise<void> {
    const [answer] = await Promise.allSettled([this.#api.get<Me>('/me')]);
    if (answer.status === 'fulfilled') this.#take(answer.value);
  }

  async change(patch: MePatch): Promise<void> {
    this.#take(await this.#api.patch<Me>('/me', patch));
  }

  async changeEmail(email: string | null): Promise<void> {
    this.#take(await this.#api.put<Me>('/me/email', { email }));
  }

  noteLink(token: string): void {
    this.link = token;
    this.#storage?.setItem(linkKey, token);
  }

  /** By the link that was mailed, once. */
  async verifyEmail(token: string): Promise<void> {
    this.link = null;
    this.#storage?.removeItem(linkKey);
    try {
      this.#take(await this.#api.post<Me>('/me/email/verification', { token }));
      this.proof = { isGood: true, reason: null };
    } catch (error) {
      const isSpent = error instanceof ProblemError && error.fields.has('token');
      this.proof = { isGood: false, reason: isSpent ? null : reasonOf(error) };
    }
  }

  /** In this browser, and for the account if it has chosen one before. */
  setTheme(theme: Theme): void {
    this.#prefs.theme = theme;
    if (this.me?.theme != null) void Promise.allSettled([this.change({ theme })]);
  }

  forget(): void {
    this.me = null;
    this.proof = null;
    this.#instance.ownZone = null;
  }

  #take(me: Me): void {
    this.me = me;
    this.#instance.ownZone = me.timeZone;
    if (me.theme !== null && me.theme !== this.#prefs.theme) this.#prefs.theme = me.theme;
  }
}
