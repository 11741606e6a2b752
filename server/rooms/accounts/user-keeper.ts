import type { Transaction } from 'kysely';
import * as v from 'valibot';
import type { SignInLink, UserAccount, UserInput, UserPatch } from '../../../contract/index.ts';
import { newPassword } from '../../../contract/index.ts';
import type { Clock } from '../../clock/index.ts';
import type { Database, Tables } from '../../database/index.ts';
import type { FieldError } from '../../errors/index.ts';
import { ChrontainerError, invalidInput, notFound } from '../../errors/index.ts';
import type { Caller } from '../../http/index.ts';
import type { Rights } from '../../policy/index.ts';
import type { ActivityEntry, ActivityLog } from '../activity/index.ts';
import { changesOf, concealed, renewed } from '../activity/index.ts';
import type { Emails } from './emails.ts';
import type { Links } from './oidc/index.ts';
import type { PasswordHasher } from './password-hash.ts';
import { findPasswordFault } from './password-rules.ts';
import type { Roles } from './roles.ts';
import type { SecondFactors } from './second-factor/index.ts';
import type { Sessions } from './sessions.ts';
import type { User, Users } from './users.ts';

interface Parts {
  db: Database;
  clock: Clock;
  activity: ActivityLog;
  users: Users;
  sessions: Sessions;
  hasher: PasswordHasher;
  roles: Roles;
  secondFactors: SecondFactors;
  emails: Emails;
  links: Links;
}

/**
 * Makes, changes and removes accounts. Nobody gives rights that he does not have himself, nor lays hand on an account
 * that has more than his own; and an admin who can sign in is always left.
 */
export class UserKeeper {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  async list(): Promise<UserAccount[]> {
    const [guarded, links] = [await this.#parts.secondFactors.guarded(), await this.#parts.links.all()];
    return (await this.#parts.users.list()).map((user) => present(user, guarded.has(user.id), links.get(user.id)));
  }

  /** @throws CHR_INVALID_INPUT with all faults at once, CHR_FORBIDDEN */
  async create(input: UserInput, caller: Caller): Promise<UserAccount> {
    const { db, clock, users, hasher } = this.#parts;
    const faults = await this.#faultsOf(input);
    if (faults.length > 0) throw invalidInput(faults);
    this.#demandAtMost(caller, input.role);
    const passwordHash = await hasher.hash(input.password);
    const { username, role, email } = input;
    const account = { username, passwordHash, role, email, createdAt: clock.now() };
    const made = await db.transaction().execute(async (trx) => {
      const user = await users.create(account, trx);
      const changes = changesOf(null, { username, role, email, password: concealed(passwordHash) });
      await this.#record(caller, 'user.create', { target: user.username, message: `role: ${role}`, changes }, trx);
      return user;
    });
    return present(made, false);
  }

  /** A change of rights ends the account's sessions: it signs in again with what it may do now. @throws CHR_NOT_FOUND, CHR_PROTECTED */
  async change(id: number, patch: UserPatch, caller: Caller): Promise<UserAccount> {
    const user = await this.#known(id, caller);
    await this.#changeRights(user, patch, caller);
    if (patch.email !== undefined) await this.#parts.emails.set(user, patch.email, caller.actor);
    const guarded = (await this.#parts.secondFactors.guarded()).has(id);
    return present((await this.#parts.users.find(id)) ?? user, guarded, await this.#parts.links.of(id));
  }

  async #changeRights(user: User, patch: UserPatch, caller: Caller): Promise<void> {
    const next = { role: patch.role ?? user.role, isEnabled: patch.enabled ?? user.isEnabled };
    if (next.role === user.role && next.isEnabled === user.isEnabled) return;
    if (!this.#parts.roles.has(next.role)) throw invalidInput([noSuchRole(next.role)]);
    this.#demandAtMost(caller, next.role);
    const changes = [
      ...(next.role === user.role ? [] : [`role: ${user.role} → ${next.role}`]),
      ...(next.isEnabled === user.isEnabled ? [] : [`enabled: ${user.isEnabled} → ${next.isEnabled}`]),
    ];
    await this.#parts.db.transaction().execute(async (trx) => {
      if (next.role !== 'admin' || !next.isEnabled) await this.#keepAnAdmin(user, trx);
      await this.#parts.users.change(user.id, next, trx);
      await this.#parts.sessions.endAllOf(user.id, trx);
      const before = { role: user.role, enabled: user.isEnabled };
      const note = { target: user.username, message: changes.join(', ') };
      const after = { role: next.role, enabled: next.isEnabled };
      await this.#record(caller, 'user.update', { ...note, changes: changesOf(before, after) }, trx);
    });
  }

  /** @throws CHR_NOT_FOUND; CHR_PROTECTED where nothing would lead into the account any more */
  async unlink(id: number, linkId: number, caller: Caller): Promise<void> {
    await this.#parts.links.remove(await this.#known(id, caller), linkId, caller.actor);
  }

  /** @throws CHR_NOT_FOUND, CHR_INVALID_INPUT for a password that is among the first that are tried */
  async resetPassword(id: number, password: string, caller: Caller): Promise<void> {
    const user = await this.#known(id, caller);
    const fault = findPasswordFault(password, user.username);
    if (fault) throw invalidInput([{ path: 'password', message: fault }]);
    const hash = await this.#parts.hasher.hash(password);
    await this.#parts.db.transaction().execute(async (trx) => {
      await this.#parts.users.setPasswordHash(id, hash, trx);
      await this.#parts.sessions.endAllOf(id, trx);
      const note = { target: user.username, message: 'set by somebody else', changes: renewed('password') };
      await this.#record(caller, 'user.password', note, trx);
    });
  }

  /**
   * For whoever has the server itself: sets a password and enables the account, whatever its rights.
   * @throws CHR_NOT_FOUND, CHR_INVALID_INPUT
   */
  async resetFromServer(username: string, password: string): Promise<void> {
    const { db, users, sessions, hasher, activity } = this.#parts;
    const user = await users.findByName(username);
    if (!user) throw notFound(`There is no user ${username}.`);
    const faults = [...passwordFaults(password), findPasswordFault(password, username) ?? []].flat();
    if (faults[0] !== undefined) throw invalidInput([{ path: 'password', message: faults[0] }]);
    const hash = await hasher.hash(password);
    await db.transaction().execute(async (trx) => {
      await users.setPasswordHash(user.id, hash, trx);
      await users.change(user.id, { role: user.role, isEnabled: true }, trx);
      await sessions.endAllOf(user.id, trx);
      await activity.record({ actor: onServer, action: 'user.password', target: username, result: 'ok' }, trx);
    });
  }

  /** For somebody who has lost app, passkeys and codes: the password alone leads in again. @throws CHR_NOT_FOUND */
  async resetSecondFactor(id: number, caller: Caller): Promise<void> {
    const user = await this.#known(id, caller);
    await this.#parts.db.transaction().execute(async (trx) => {
      await this.#parts.secondFactors.removeAll(id, trx);
      await this.#parts.sessions.endAllOf(id, trx);
      await this.#record(caller, 'second-factor.reset', { target: user.username, message: 'by somebody else' }, trx);
    });
  }

  /** The same for whoever has the server itself. @throws CHR_NOT_FOUND */
  async resetSecondFactorFromServer(username: string): Promise<void> {
    const { db, users, sessions, secondFactors, activity } = this.#parts;
    const user = await users.findByName(username);
    if (!user) throw notFound(`There is no user ${username}.`);
    await db.transaction().execute(async (trx) => {
      await secondFactors.removeAll(user.id, trx);
      await sessions.endAllOf(user.id, trx);
      await activity.record({ actor: onServer, action: 'second-factor.reset', target: username, result: 'ok' }, trx);
    });
  }

  /** With its sessions and API keys. @throws CHR_NOT_FOUND, CHR_PROTECTED */
  async remove(id: number, caller: Caller): Promise<void> {
    const user = await this.#known(id, caller);
    await this.#parts.db.transaction().execute(async (trx) => {
      await this.#keepAnAdmin(user, trx);
      await this.#parts.users.remove(id, trx);
      const { username, role, email } = user;
      const changes = changesOf({ username, role, email }, null);
      await this.#record(caller, 'user.delete', { target: username, message: `role: ${role}`, changes }, trx);
    });
  }

  async #known(id: number, caller: Caller): Promise<User> {
    const user = await this.#parts.users.find(id);
    if (!user) throw notFound(`There is no user ${id}.`);
    this.#demandAtMost(caller, user.role);
    return user;
  }

  async #faultsOf({ username, password, role }: UserInput): Promise<FieldError[]> {
    const passwordFault = findPasswordFault(password, username);
    const isTaken = (await this.#parts.users.findByName(username)) !== undefined;
    return [
      ...(isTaken ? [{ path: 'username', message: 'is taken; choose another' }] : []),
      ...(passwordFault ? [{ path: 'password', message: passwordFault }] : []),
      ...(this.#parts.roles.has(role) ? [] : [noSuchRole(role)]),
    ];
  }

  #demandAtMost({ rights }: Caller, role: string): void {
    const theirs = this.#parts.roles.rightsOf(role);
    if (isWithin(theirs, rights)) return;
    throw new ChrontainerError('CHR_FORBIDDEN', `The role ${role} has rights that your account does not have.`);
  }

  async #keepAnAdmin(user: User, trx: Transaction<Tables>): Promise<void> {
    if (user.role !== 'admin' || !user.isEnabled || (await this.#parts.users.hasOtherAdmin(user.id, trx))) return;
    throw new ChrontainerError('CHR_PROTECTED', `${user.username} is the last admin: make another one first.`);
  }

  #record(
    { actor }: Caller,
    action: string,
    note: Pick<ActivityEntry, 'target' | 'message' | 'changes'>,
    trx: Transaction<Tables>,
  ): Promise<void> {
    return this.#parts.activity.record({ actor, action, result: 'ok', ...note }, trx);
  }
}

const onServer = { kind: 'system', id: null, name: 'command on the server', address: null } as const;

/** Whoever may manage users is not limited to places, so that the rights alone count. */
export const isWithin = (theirs: Pick<Rights, 'permissions'>, own: Rights): boolean =>
  [...theirs.permissions].every((one) => own.canEverywhere(one));

const passwordFaults = (password: string): string[] =>
  (v.safeParse(newPassword, password).issues ?? []).map(({ message }) => message);

const noSuchRole = (role: string): FieldError => ({ path: 'role', message: `there is no role "${role}"` });

const present = (user: User, hasSecondFactor: boolean, signInLinks: SignInLink[] = []): UserAccount => ({
  id: user.id,
  username: user.username,
  role: user.role,
  enabled: user.isEnabled,
  hasSecondFactor,
  email: user.email,
  isEmailVerified: user.isEmailVerified,
  hasPassword: user.hasPassword,
  signInLinks,
  createdAt: new Date(user.createdAt).toISOString(),
  lastLoginAt: user.lastLoginAt === null ? null : new Date(user.lastLoginAt).toISOString(),
});
