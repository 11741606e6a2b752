import type { Actor, SetupState } from '../../../contract/index.ts';
import type { Clock } from '../../clock/index.ts';
import type { Database } from '../../database/index.ts';
import { ChrontainerError, invalidInput } from '../../errors/index.ts';
import type { ActivityLog } from '../activity/index.ts';
import type { PasswordHasher } from './password-hash.ts';
import { findPasswordFault } from './password-rules.ts';
import type { User, Users } from './users.ts';

/** Whoever finds an instance without an account first would own it: the door is open only while its owner stands at it. */
export const openMs = 15 * 60_000;

export interface SetupParts {
  db: Database;
  clock: Clock;
  activity: ActivityLog;
  users: Users;
  hasher: PasswordHasher;
}

/** Makes the first account, an admin's. */
export class Setup {
  readonly #parts: SetupParts;
  readonly #startedAt: number;
  readonly #closesAt: number;

  constructor(parts: SetupParts) {
    this.#parts = parts;
    // The window is measured by the clock that cannot be set; the wall clock only tells when that will be.
    this.#startedAt = parts.clock.monotonic();
    this.#closesAt = parts.clock.now() + openMs;
  }

  async state(): Promise<SetupState> {
    const needed = !(await this.#parts.users.hasAny());
    return { needed, closesAt: needed ? new Date(this.#closesAt).toISOString() : null };
  }

  /**
   * From the setup page.
   * @throws 403 once there is an account or the window has closed, 400 for a password that is tried first
   */
  async create(username: string, password: string, address: string): Promise<User> {
    if (await this.#parts.users.hasAny()) throw alreadyDone();
    if (this.#parts.clock.monotonic() - this.#startedAt >= openMs) throw windowClosed();
    return this.createFirst(username, password, { kind: 'user', id: null, name: username, address });
  }

  /**
   * Makes the account, whatever the time.
   * @throws 403 when there is one already, 400 for a password that is tried first
   */
  async createFirst(username: string, password: string, actor: Actor): Promise<User> {
    const fault = findPasswordFault(password, username);
    if (fault) throw invalidInput([{ path: 'password', message: fault }]);
    const passwordHash = await this.#parts.hasher.hash(password);
    const account = { username, passwordHash, role: 'admin' as const, createdAt: this.#parts.clock.now() };
    return this.#parts.db.transaction().execute(async (trx) => {
      // Asked inside of the transaction: of two that come at once the second finds the first one's account.
      if (await this.#parts.users.hasAny(trx)) throw alreadyDone();
      const user = await this.#parts.users.create(account, trx);
      const entry = { actor: { ...actor, id: actor.kind === 'user' ? user.id : null }, target: username };
      await this.#parts.activity.record({ ...entry, action: 'user.create', result: 'ok', message: 'first admin' }, trx);
      return user;
    });
  }
}

const alreadyDone = (): ChrontainerError =>
  new ChrontainerError('CHR_SETUP_CLOSED', 'There is an account already: sign in.');

const windowClosed = (): ChrontainerError =>
  new ChrontainerError(
    'CHR_SETUP_CLOSED',
    'The setup is open for 15 minutes after the start only. Restart Chrontainer to open it again, or set CHRONTAINER_ADMIN_USERNAME and CHRONTAINER_ADMIN_PASSWORD.',
  );
