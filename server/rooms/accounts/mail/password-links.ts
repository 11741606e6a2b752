import type { Clock } from '../../../clock/index.ts';
import type { Database } from '../../../database/index.ts';
import { ChrontainerError, invalidInput } from '../../../errors/index.ts';
import { networkOf, Throttle, tooMany } from '../../../http/index.ts';
import type { ActivityLog } from '../../activity/index.ts';
import type { PasswordHasher } from '../password-hash.ts';
import { findPasswordFault } from '../password-rules.ts';
import type { Sessions } from '../sessions.ts';
import { actorOf } from '../sign-in.ts';
import type { User, Users } from '../users.ts';
import type { AccountMailer } from './account-mail.ts';
import type { MailedLinks } from './mailed-links.ts';

interface Parts {
  db: Database;
  clock: Clock;
  activity: ActivityLog;
  users: Users;
  sessions: Sessions;
  hasher: PasswordHasher;
  mailer: AccountMailer;
  links: MailedLinks;
  /** False while the provider is the only way in. */
  mayUsePasswords(): Promise<boolean>;
}

const lifeMs = 30 * 60_000;
const hourMs = 3_600_000;
/** More letters an hour reach nobody's mailbox, whoever asks for them. */
const lettersPerHour = 3;
const mostAtOnce = 20;

/** A link by mail for whoever has forgotten the password. It sets a new one, and leads past no second factor. */
export class PasswordLinks {
  readonly #parts: Parts;
  readonly #networks: Throttle;
  readonly #uses: Throttle;
  readonly #letters: Throttle;
  readonly #pending = new Set<Promise<void>>();

  constructor(parts: Parts) {
    this.#parts = parts;
    const { clock } = parts;
    this.#networks = new Throttle({ clock, free: 5, longestWaitMs: 5 * 60_000, forgetMs: hourMs });
    this.#uses = new Throttle({ clock, free: 20, longestWaitMs: 10_000, forgetMs: hourMs });
    this.#letters = new Throttle({ clock, free: lettersPerHour, longestWaitMs: hourMs, forgetMs: hourMs });
  }

  /**
   * Answers before it looks for the account, so that neither words nor time tell whether there is one.
   * @throws CHR_FORBIDDEN where passwords lead nowhere, CHR_CONFLICT where no mail is sent, 429
   */
  async ask(name: string, address: string): Promise<void> {
    await this.#demandPasswordsMayBeUsed();
    if (!(await this.#parts.mailer.isReady())) {
      throw new ChrontainerError('CHR_CONFLICT', 'This instance sends no mail to accounts: ask an admin.');
    }
    countOrRefuse(this.#networks, networkOf(address));
    if (this.#pending.size >= mostAtOnce) throw tooMany('attempts', 1000);
    const sending = new Promise<void>((resolve) => setImmediate(resolve)).then(() => this.#send(name, address));
    // Nobody waits for it: what fails here, the database, fails everywhere else as well and is told there.
    const done = sending.catch(() => undefined).finally(() => this.#pending.delete(done));
    this.#pending.add(done);
  }

  /** Once everything that was asked for has been sent. */
  async settled(): Promise<void> {
    await Promise.all(this.#pending);
  }

  /** Sets a new password; every session of the account ends. @throws CHR_INVALID_INPUT, CHR_FORBIDDEN, 429 */
  async use(token: string, newPassword: string, address: string): Promise<void> {
    await this.#demandPasswordsMayBeUsed();
    countOrRefuse(this.#uses, networkOf(address));
    const { db, users, sessions, hasher, links, activity, mailer } = this.#parts;
    const link = await links.look(token, 'password');
    const user = link && (await users.find(link.userId));
    if (!user || !mayHave(user)) throw spent();
    const fault = findPasswordFault(newPassword, user.username);
    if (fault) throw invalidInput([{ path: 'newPassword', message: fault }]);
    const hash = await hasher.hash(newPassword);
    await db.transaction().execute(async (trx) => {
      if (!(await links.use(token, trx))) throw spent();
      await users.setPasswordHash(user.id, hash, trx);
      await sessions.endAllOf(user.id, trx);
      const entry = { actor: actorOf(user, address), target: user.username, result: 'ok' } as const;
      await activity.record({ ...entry, action: 'user.password', message: 'by a mailed link' }, trx);
    });
    this.#uses.forget(networkOf(address));
    if (user.email !== null) await mailer.send({ to: user.email, url: null, ...changed(user.username) });
  }

  /** What came of it stands in the activity log; a name that is no account's does not: it may be a password. */
  async #send(name: string, address: string): Promise<void> {
    const { users, mailer, links, activity } = this.#parts;
    const user = (await users.findByName(name)) ?? (await users.findByEmail(name));
    const action = 'user.password-link';
    if (!user || !mayHave(user) || user.email === null) {
      const actor = user ? actorOf(user, address) : ({ kind: 'user', id: null, name: 'unknown', address } as const);
      const message = user ? 'disabled, or without a verified address' : 'no such account';
      return activity.record({ actor, action, target: user?.username ?? null, result: 'failed', message });
    }
    const account = String(user.id);
    if (this.#letters.waitMs(account) > 0) return;
    this.#letters.count(account);
    const token = await links.make({ userId: user.id, address: user.email }, 'password', lifeMs);
    const url = `${mailer.baseUrl}/new-password#${token}`;
    const failure = await mailer.send({ to: user.email, url, ...asked(user.username, address) });
    const entry = { actor: actorOf(user, address), action, target: user.username } as const;
    await activity.record({ ...entry, result: failure === null ? 'ok' : 'failed', message: failure });
  }

  async #demandPasswordsMayBeUsed(): Promise<void> {
    if (await this.#parts.mayUsePasswords()) return;
    throw new ChrontainerError('CHR_FORBIDDEN', 'Only the provider leads in here: sign in with it.');
  }
}

const mayHave = ({ isEnabled, isEmailVerified }: User): boolean => isEnabled && isEmailVerified;

const asked = (username: string, address: string) => ({
  title: 'A new password for Chrontainer',
  body: `Somebody at ${address} has asked for a new password for your account ${username}. If that was you, open the link \
within 30 minutes; it can be used once. If not, do nothing: your password stays as it is.`,
});

const changed = (username: string) => ({
  title: 'Your password for Chrontainer was changed',
  body: `The password of your account ${username} was set anew by a link that was sent to you, and every session has ended. \
If that was not you, tell an admin at once.`,
});

const spent = (): ChrontainerError =>
  invalidInput([{ path: 'token', message: 'was used already, or is too old: ask for another link' }]);

const countOrRefuse = (throttle: Throttle, network: string): void => {
  const waitMs = throttle.waitMs(network);
  if (waitMs > 0) throw tooMany('attempts', waitMs);
  throttle.count(network);
};
