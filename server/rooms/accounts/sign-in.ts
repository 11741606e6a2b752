import type { Actor, OidcSecondFactor, PasskeyShown, SignInRequest } from '../../../contract/index.ts';
import type { Clock } from '../../clock/index.ts';
import { ChrontainerError, invalidInput } from '../../errors/index.ts';
import type { Caller } from '../../http/index.ts';
import { networkOf, Throttle, tooMany } from '../../http/index.ts';
import type { ActivityLog } from '../activity/index.ts';
import type { KnownDevices } from './known-devices.ts';
import type { PasswordHasher } from './password-hash.ts';
import { isImported } from './password-hash.ts';
import type { SecondFactors } from './second-factor/index.ts';
import type { Sessions, StartedSession } from './sessions.ts';
import type { Admission } from './sign-in-limit.ts';
import { SignInLimit } from './sign-in-limit.ts';
import type { User, Users } from './users.ts';

/** Where a sign-in comes from. */
export interface Place {
  address: string;
  userAgent: string;
  deviceCookie: string | undefined;
  /** The host that the browser asked for: passkeys are bound to it. */
  host: string;
}

export interface SignedIn {
  user: Pick<User, 'id' | 'username' | 'role'>;
  session: StartedSession;
  /** The value of the cookie by which this browser is recognised. */
  device: string;
}

export interface SignInParts {
  clock: Clock;
  activity: ActivityLog;
  users: Users;
  sessions: Sessions;
  hasher: PasswordHasher;
  devices: KnownDevices;
  secondFactors: SecondFactors;
  /** False while the provider is the only way in. */
  mayUsePasswords(): Promise<boolean>;
}

/** Turns a name and a password into a session. */
export class SignIn {
  readonly #parts: SignInParts;
  readonly #limit: SignInLimit;
  readonly #passkeys: Throttle;

  constructor(parts: SignInParts) {
    this.#parts = parts;
    this.#limit = new SignInLimit(parts.clock);
    // A signature cannot be guessed: this bounds the work, and what the activity log is filled with.
    this.#passkeys = new Throttle({ clock: parts.clock, free: 30, longestWaitMs: 10_000, forgetMs: 3_600_000 });
  }

  /**
   * An unknown name, a disabled account and a wrong password are told apart by neither words nor time.
   * @throws 401 or 429
   */
  async signIn(typed: SignInRequest, place: Place): Promise<SignedIn & { headers: Record<string, string> }> {
    await this.#demandPasswordsMayBeUsed();
    const username = typed.username.trim();
    const { user, admission } = await this.#check({ username, password: typed.password }, place, 'session.create');
    const { headers } = admission;
    if (!user)
      throw new ChrontainerError('CHR_WRONG_CREDENTIALS', 'The user name or the password is wrong.', { headers });
    const before = 'the password was right';
    const how = await this.#demandSecondFactor(user, typed, place, { ...admission, before });
    admission.succeed();
    return { ...(await this.admit(user, place, how)), headers };
  }

  /**
   * By a passkey alone: it is held by its owner, and has checked who that is, which is two factors at once.
   * @throws 401 or 429
   */
  async signInByPasskey(passkey: PasskeyShown, place: Place): Promise<SignedIn> {
    await this.#demandPasswordsMayBeUsed();
    const shown = await this.#checkPasskey(passkey, place);
    const user = shown && (await this.#parts.users.find(shown.userId));
    if (!user?.isEnabled) {
      await this.#recordFailure(
        user ?? undefined,
        place,
        'session.create',
        'the passkey is unknown, or was not checked',
      );
      throw new ChrontainerError('CHR_WRONG_CREDENTIALS', 'This passkey does not lead in here.');
    }
    this.#passkeys.forget(networkOf(place.address));
    return this.admit(user, place, `with the passkey ${shown?.name}`);
  }

  /** Whoever is signed in shows a passkey of his account, in the place of his password. @throws 400, 429 */
  async confirmByPasskey({ userId }: Pick<Caller, 'userId'>, passkey: PasskeyShown, place: Place): Promise<void> {
    const shown = await this.#checkPasskey(passkey, place);
    if (shown?.userId === userId) return this.#passkeys.forget(networkOf(place.address));
    const user = await this.#parts.users.find(userId);
    await this.#recordFailure(
      user,
      place,
      'session.confirm',
      'the passkey is none of this account, or was not checked',
    );
    throw invalidInput([{ path: 'passkey', message: 'is none of your account' }]);
  }

  async #checkPasskey(passkey: PasskeyShown, place: Place): Promise<{ userId: number; name: string } | null> {
    const network = networkOf(place.address);
    const waitMs = this.#passkeys.waitMs(network);
    if (waitMs > 0) throw tooMany('attempts', waitMs);
    this.#passkeys.count(network);
    return this.#parts.secondFactors.passkeys.check(passkey, place.host);
  }

  /**
   * For somebody whom the provider has named. The second factor that the account has here is asked for as it is beside
   * a password.
   * @param isFresh whether the provider has asked its user just now: otherwise what reaches far asks first
   * @throws CHR_SECOND_FACTOR, 429
   */
  async signInByProvider(
    user: User,
    given: OidcSecondFactor,
    place: Place,
    { label, isFresh }: { label: string; isFresh: boolean },
  ): Promise<SignedIn> {
    const ways = await this.#parts.secondFactors.waysOf(user.id);
    if (ways.length === 0) return this.admit(user, place, `with ${label}`, isFresh);
    const { username } = user;
    const device = this.#parts.devices.recognise(place.deviceCookie, username);
    const admission = this.#limit.admit({ username, address: place.address, device });
    const before = `${label} was right`;
    const beside = await this.#demandSecondFactor(user, given, place, { ...admission, before });
    admission.succeed();
    return this.admit(user, place, `with ${label}, ${beside}`);
  }

  /** A sign-in by the provider that led nowhere. */
  async recordProviderFailure(user: User | undefined, place: Place, why: string): Promise<void> {
    await this.#recordFailure(user, place, 'session.create', `by the provider: ${why}`);
  }

  async #demandPasswordsMayBeUsed(): Promise<void> {
    if (await this.#parts.mayUsePasswords()) return;
    throw new ChrontainerError('CHR_FORBIDDEN', 'Only the provider leads in here: sign in with it.');
  }

  /** Begins a session for somebody whose password was just checked, or just set. */
  async admit(user: SignedIn['user'], place: Place, how: string | null = null, isFresh = true): Promise<SignedIn> {
    const isNewPlace = await this.#isNewPlace(user, place);
    const session = await this.#parts.sessions.start(user.id, place, isFresh);
    await this.#parts.users.noteSignIn(user.id, this.#parts.clock.now());
    const entry = { actor: actorOf(user, place.address), target: user.username, result: 'ok' } as const;
    if (isNewPlace) {
      const message = `${place.address}, ${place.userAgent.slice(0, 300)}`;
      await this.#parts.activity.record({ ...entry, action: 'session.new_place', message });
    }
    await this.#parts.activity.record({ ...entry, action: 'session.create', message: how });
    return { user, session, device: this.#parts.devices.issue(user.username) };
  }

  /**
   * Checks the password of somebody who is signed in already, within the same limits.
   * @returns undefined when it is wrong
   * @throws 429
   */
  async confirm(username: string, password: string, place: Place, action: string): Promise<User | undefined> {
    const { user, admission } = await this.#check({ username, password }, place, action);
    if (user) admission.succeed();
    return user;
  }

  /** Whether this browser is not known to be the account's. At the first sign-in every place is new: nothing to tell. */
  async #isNewPlace({ id, username }: SignedIn['user'], { deviceCookie }: Place): Promise<boolean> {
    const { devices, users } = this.#parts;
    if (devices.recognise(deviceCookie, username) !== null) return false;
    return (await users.find(id))?.lastLoginAt != null;
  }

  /**
   * @returns what was given beside the password, in words; null where nothing is asked for
   * @throws CHR_SECOND_FACTOR, which names what would do
   */
  async #demandSecondFactor(
    user: User,
    { totp, recoveryCode, passkey }: OidcSecondFactor,
    { address, host }: Place,
    { headers, forgive, before }: Admission & { before: string },
  ): Promise<string | null> {
    const { secondFactors, activity } = this.#parts;
    const isGiven = [totp, recoveryCode, passkey].some((given) => given !== undefined);
    const ways = await secondFactors.waysOf(user.id);
    if (ways.length === 0) return null;
    const how = isGiven ? await secondFactors.check(user.id, { totp, recoveryCode, passkey }, host) : null;
    if (how !== null) return how;
    if (isGiven) {
      const failed = { actor: actorOf(user, address), action: 'session.create', target: user.username };
      await activity.record({
        ...failed,
        result: 'failed',
        message: `${before}, the second factor was not`,
      });
    } else forgive();
    const wrong = passkey ? 'This passkey is not one of this account.' : 'This code is wrong, or was used before.';
    const detail = isGiven ? wrong : 'This account asks for a second factor.';
    const fields = ways.map((path) => ({ path, message: 'would do' }));
    throw new ChrontainerError('CHR_SECOND_FACTOR', detail, { headers, fields });
  }

  async #check(typed: { username: string; password: string }, place: Place, action: string) {
    const device = this.#parts.devices.recognise(place.deviceCookie, typed.username);
    const admission = this.#limit.admit({ username: typed.username, address: place.address, device });
    const user = await this.#parts.users.findByName(typed.username);
    const isRight = await this.#parts.hasher.verify(typed.password, user?.passwordHash);
    if (user?.isEnabled && isRight) {
      if (isImported(user.passwordHash)) await this.#takeOver(user, typed.password);
      return { user, admission };
    }
    await this.#recordFailure(user, place, action);
    return { user: undefined, admission };
  }

  /** What an import brought is accepted this once. */
  async #takeOver(user: User, password: string): Promise<void> {
    const { users, hasher } = this.#parts;
    await users.replaceHash(user, await hasher.hash(password));
  }

  /** A name that is no account's is not written down: it may be a password, typed into the wrong field. */
  async #recordFailure(
    user: User | undefined,
    place: Place,
    action: string,
    what = 'wrong user name or password',
  ): Promise<void> {
    const actor: Actor = user
      ? actorOf(user, place.address)
      : { kind: 'user', id: null, name: 'unknown', address: place.address };
    const message = user && !user.isEnabled ? 'the account is disabled' : what;
    await this.#parts.activity.record({ actor, action, target: user?.username ?? null, result: 'failed', message });
  }
}

/** Who acts, as the activity log writes it. */
export const actorOf = (user: Pick<User, 'id' | 'username'>, address: string): Actor => ({
  kind: 'user',
  id: user.id,
  name: user.username,
  address,
});
