import type { Confirmation, SecondFactor } from '../../../contract/index.ts';
import type { Clock } from '../../clock/index.ts';
import type { AdminConfig } from '../../config.ts';
import type { Database } from '../../database/index.ts';
import { invalidInput } from '../../errors/index.ts';
import type { Caller, Credentials } from '../../http/index.ts';
import type { Outbound } from '../../outbound/index.ts';
import type { Secrets } from '../../secrets/index.ts';
import type { ActivityLog } from '../activity/index.ts';
import type { OwnCookie } from './cookies.ts';
import { readCookie } from './cookies.ts';
import { Emails } from './emails.ts';
import { createAdminFromEnvironment } from './first-admin.ts';
import { KnownDevices } from './known-devices.ts';
import type { PostOffice } from './mail/index.ts';
import { AccountMailer, Addresses, MailedLinks, PasswordLinks } from './mail/index.ts';
import type { Links, ProviderKeeper } from './oidc/index.ts';
import { openProviderKeeper, ProviderSignIn } from './oidc/index.ts';
import { PasswordHasher } from './password-hash.ts';
import { findPasswordFault } from './password-rules.ts';
import { Profiles } from './profiles.ts';
import { RoleKeeper } from './role-keeper.ts';
import { Roles } from './roles.ts';
import { SecondFactors } from './second-factor/index.ts';
import type { Session } from './sessions.ts';
import { longestMs, Sessions } from './sessions.ts';
import { Setup } from './setup.ts';
import type { Place, SignedIn } from './sign-in.ts';
import { actorOf, SignIn } from './sign-in.ts';
import { UserKeeper } from './user-keeper.ts';
import { Users } from './users.ts';

/** Lax, so that a link from elsewhere to a page of ours finds its reader signed in; unsafe calls have their own check. */
export const sessionCookie: OwnCookie = { name: 'chrontainer_session', sameSite: 'Lax', maxAgeMs: longestMs };

interface Parts {
  db: Database;
  clock: Clock;
  activity: ActivityLog;
  secrets: Secrets;
  /** The way to the OpenID provider. */
  outbound: Outbound;
  /** Where users reach the program; null or left out: wherever they came. */
  baseUrl?: string | null;
  /** Passwords lead in whatever the provider's settings say. */
  allowPasswords?: boolean;
  /** Carries mail to accounts; left out: nobody does. */
  post?: PostOffice;
}

/** Who may come in: accounts, sign-in, sessions and the first set-up. */
export class Accounts {
  readonly #parts: Parts;
  readonly #users: Users;
  readonly #sessions: Sessions;
  readonly #hasher: PasswordHasher;
  readonly roles: Roles;
  readonly setup: Setup;
  readonly signIn: SignIn;
  readonly profiles: Profiles;
  readonly userKeeper: UserKeeper;
  readonly roleKeeper: RoleKeeper;
  readonly secondFactors: SecondFactors;
  readonly emails: Emails;
  readonly mailer: AccountMailer;
  readonly passwordLinks: PasswordLinks;
  readonly addresses: Addresses;
  readonly links: Links;
  readonly provider: ProviderKeeper;
  readonly providerSignIn: ProviderSignIn;
  /** Where users reach the program; null: wherever they came. */
  readonly baseUrl: string | null;

  private constructor(parts: Parts, devices: KnownDevices, roles: Roles) {
    this.#parts = parts;
    this.baseUrl = parts.baseUrl ?? null;
    this.roles = roles;
    this.#users = new Users(parts.db);
    this.#sessions = new Sessions(parts.db, parts.clock);
    this.#hasher = new PasswordHasher();
    this.secondFactors = new SecondFactors({
      ...parts,
      sessions: this.#sessions,
      baseUrl: this.baseUrl,
    });
    const { secondFactors } = this;
    this.emails = new Emails({ ...parts, users: this.#users });
    const { emails } = this;
    const hasPasskeys = async (userId: number) => (await secondFactors.passkeys.listOf(userId)).length > 0;
    const own = {
      users: this.#users,
      sessions: this.#sessions,
      hasher: this.#hasher,
      devices,
      roles,
      secondFactors,
      emails,
    };
    this.setup = new Setup({ ...parts, ...own });
    const { keeper, identities, links } = openProviderKeeper({ ...parts, ...own, hasPasskeys });
    this.links = links;
    this.provider = keeper;
    const mayUsePasswords = async () => (await keeper.ways()).passwords;
    this.signIn = new SignIn({ ...parts, ...own, mayUsePasswords });
    this.providerSignIn = new ProviderSignIn({ ...parts, ...own, keeper, identities, signIn: this.signIn });
    this.mailer = new AccountMailer({ post: nobody, ...parts, baseUrl: this.baseUrl });
    const mail = { ...parts, ...own, mailer: this.mailer, links: new MailedLinks(parts) };
    this.passwordLinks = new PasswordLinks({ ...mail, mayUsePasswords });
    this.addresses = new Addresses(mail);
    this.profiles = new Profiles({ ...parts, ...own, hasPasskeys });
    this.userKeeper = new UserKeeper({ ...parts, ...own, links });
    this.roleKeeper = new RoleKeeper({ ...parts, ...own });
  }

  static async open(parts: Parts): Promise<Accounts> {
    return new Accounts(parts, await KnownDevices.open(parts.db, parts.clock), await Roles.open(parts.db));
  }

  /** Ends what is under way. */
  async close(): Promise<void> {
    this.mailer.close();
    await this.passwordLinks.settled();
  }

  /** @throws ConfigError with the variable to change */
  createAdminFromEnvironment(config: AdminConfig): Promise<boolean> {
    return createAdminFromEnvironment(config, this.setup);
  }

  /** Who calls, by the session cookie; undefined for a stranger. */
  async authenticate(from: Credentials): Promise<Caller | undefined> {
    const reference = readCookie(sessionCookie, from);
    const session = reference ? await this.#sessions.use(reference) : undefined;
    return session && this.#toCaller(session, from.address);
  }

  /** The same caller as things stand now; undefined once the session has ended or the account was disabled. */
  async refresh(caller: Caller): Promise<Caller | undefined> {
    const session = caller.session && (await this.#sessions.look(caller.session.hash));
    return session ? this.#toCaller(session, caller.actor.address ?? '') : undefined;
  }

  get users(): Pick<Users, 'find'> {
    return this.#users;
  }

  secondFactorOf({ userId }: Caller): Promise<SecondFactor> {
    return this.secondFactors.stateOf(userId);
  }

  async signOut(caller: Caller): Promise<void> {
    if (caller.session) await this.#sessions.end(caller.session.hash);
    const { actor, username } = caller;
    await this.#parts.activity.record({ actor, action: 'session.delete', target: username, result: 'ok' });
  }

  /**
   * Takes the password again, or a passkey of the account, so that the session may do what reaches far.
   * @throws 400 when it is wrong, 429
   */
  async confirm(caller: Caller, given: Confirmation, place: Place): Promise<void> {
    if ('passkey' in given) await this.signIn.confirmByPasskey(caller, given.passkey, place);
    else {
      const user = await this.signIn.confirm(caller.username, given.password, place, 'session.confirm');
      if (!user) throw invalidInput([{ path: 'password', message: 'is not your password' }]);
    }
    if (caller.session) await this.#sessions.confirm(caller.session.hash);
  }

  /** Ends a session that a new sign-in from the same browser replaces. */
  async replaceSession(caller: Caller | undefined): Promise<void> {
    if (caller?.session) await this.#sessions.end(caller.session.hash);
  }

  /**
   * Sets a new password and ends every session of the account; the caller gets a new one.
   * @throws 400 when the current password is wrong, or the new one is among the first that are tried
   */
  async changePassword(
    caller: Caller,
    passwords: { currentPassword: string; newPassword: string },
    place: Place,
  ): Promise<SignedIn> {
    const action = 'user.password';
    const user = await this.signIn.confirm(caller.username, passwords.currentPassword, place, action);
    if (!user) throw invalidInput([{ path: 'currentPassword', message: 'is not the current password' }]);
    const fault = findPasswordFault(passwords.newPassword, user.username);
    if (fault) throw invalidInput([{ path: 'newPassword', message: fault }]);
    const hash = await this.#hasher.hash(passwords.newPassword);
    await this.#parts.db.transaction().execute(async (trx) => {
      await this.#users.setPasswordHash(user.id, hash, trx);
      await this.#sessions.endAllOf(user.id, trx);
      await this.#parts.activity.record({ actor: caller.actor, action, target: user.username, result: 'ok' }, trx);
    });
    return this.signIn.admit(user, place);
  }

  #toCaller({ userId, username, role, hash, expiresAt, freshUntil }: Session, address: string): Caller {
    const actor = actorOf({ id: userId, username }, address);
    return {
      actor,
      userId,
      username,
      role,
      rights: this.roles.rightsOf(role),
      session: { hash, expiresAt, freshUntil },
    };
  }
}

const nobody: PostOffice = {
  list: () => [],
  fingerprintOf: () => null,
  send: async () => ({ ok: false, answer: 'nobody carries mail here' }),
};
