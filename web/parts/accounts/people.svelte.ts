import type {
  RoleAnswer,
  RoleInput,
  SignInLink,
  UserAccount,
  UserInput,
  UserPatch,
} from '../../../contract/accounts.ts';
import type { Page } from '../../../contract/common.ts';
import type { Api } from '../../api/client.ts';

/** Accounts and roles, as they were when the page was opened or changed them. */
export class People {
  users = $state.raw<UserAccount[]>([]);
  roles = $state.raw<RoleAnswer[]>([]);
  state = $state<'loading' | 'ready' | 'failed'>('loading');
  error = $state.raw<unknown>(null);
  readonly #api: Api;

  constructor(api: Api) {
    this.#api = api;
  }

  async load(): Promise<void> {
    try {
      const [users, roles] = await Promise.all([
        this.#api.get<Page<UserAccount>>('/users'),
        this.#api.get<Page<RoleAnswer>>('/roles'),
      ]);
      this.users = users.items;
      this.roles = roles.items;
      this.state = 'ready';
    } catch (error) {
      this.error = error;
      this.state = 'failed';
    }
  }

  addUser(input: UserInput): Promise<void> {
    return this.#then(this.#api.post('/users', input));
  }

  changeUser({ id }: UserAccount, patch: UserPatch): Promise<void> {
    return this.#then(this.#api.patch(`/users/${id}`, patch));
  }

  async setPassword({ id }: UserAccount, password: string): Promise<void> {
    await this.#api.post(`/users/${id}/password`, { password });
  }

  resetSecondFactor({ id }: UserAccount): Promise<void> {
    return this.#then(this.#api.delete(`/users/${id}/second-factor`));
  }

  unlink({ id }: UserAccount, link: SignInLink): Promise<void> {
    return this.#then(this.#api.delete(`/users/${id}/sign-in-links/${link.id}`));
  }

  removeUser({ id }: UserAccount): Promise<void> {
    return this.#then(this.#api.delete(`/users/${id}`));
  }

  /** Makes a role, or changes the one of this ID. */
  saveRole(id: number | null, input: RoleInput): Promise<void> {
    return this.#then(id === null ? this.#api.post('/roles', input) : this.#api.put(`/roles/${id}`, input));
  }

  removeRole(id: number): Promise<void> {
    return this.#then(this.#api.delete(`/roles/${id}`));
  }

  /** Reads anew, also when the change was refused: then the page shows how things are. */
  async #then(change: Promise<unknown>): Promise<void> {
    try {
      await change;
    } finally {
      await this.load();
    }
  }
}
