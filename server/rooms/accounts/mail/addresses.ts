import type { Clock } from '../../../clock/index.ts';
import type { Database } from '../../../database/index.ts';
import { ChrontainerError, invalidInput } from '../../../errors/index.ts';
import type { Caller } from '../../../http/index.ts';
import { Throttle, tooMany } from '../../../http/index.ts';
import type { ActivityLog } from '../../activity/index.ts';
import type { Emails } from '../emails.ts';
import type { Users } from '../users.ts';
import type { AccountMailer } from './account-mail.ts';
import type { MailedLinks } from './mailed-links.ts';

interface Parts {
  db: Database;
  clock: Clock;
  activity: ActivityLog;
  users: Users;
  emails: Emails;
  mailer: AccountMailer;
  links: MailedLinks;
}

const lifeMs = 24 * 3_600_000;

/** That an address is its account's: by a link which is mailed there, and opened by whoever is signed in to the account. */
export class Addresses {
  readonly #parts: Parts;
  readonly #letters: Throttle;

  constructor(parts: Parts) {
    this.#parts = parts;
    // Else whoever has an account could fill a stranger's mailbox.
    this.#letters = new Throttle({ clock: parts.clock, free: 3, longestWaitMs: 3_600_000, forgetMs: 3_600_000 });
  }

  /** @throws CHR_CONFLICT where there is nothing to verify or no mail is sent, 429 */
  async ask({ userId, actor }: Caller): Promise<void> {
    const { users, mailer, links, activity } = this.#parts;
    const user = await users.find(userId);
    if (!user?.email || user.isEmailVerified) {
      throw new ChrontainerError('CHR_CONFLICT', 'There is no address that is still to be verified.');
    }
    const waitMs = this.#letters.waitMs(String(userId));
    if (waitMs > 0) throw tooMany('letters', waitMs);
    this.#letters.count(String(userId));
    const token = await links.make({ userId, address: user.email }, 'email', lifeMs);
    const url = `${mailer.baseUrl}/profile#verify=${token}`;
    const failure = await mailer.send({ to: user.email, url, ...words(user.username) });
    const entry = { actor, action: 'user.email-link', target: user.username } as const;
    await activity.record({ ...entry, result: failure === null ? 'ok' : 'failed', message: failure });
    if (failure !== null) throw new ChrontainerError('CHR_CONFLICT', `The mail could not be sent: ${failure}`);
  }

  /**
   * Only for the account that it was sent for: a stranger's address is not made ours by a stranger who opens a link.
   * @throws CHR_INVALID_INPUT, CHR_CONFLICT where another account has it
   */
  async verify(token: string, { userId, actor, username }: Caller): Promise<void> {
    const { db, users, emails, links, activity } = this.#parts;
    const link = await links.look(token, 'email');
    const user = await users.find(userId);
    if (link?.userId !== userId || user?.email !== link.address) {
      throw invalidInput([{ path: 'token', message: 'is none of yours, was used already, or is too old' }]);
    }
    await db.transaction().execute(async (trx) => {
      await links.use(token, trx);
      if (!(await emails.verify(userId, link.address, trx))) {
        throw new ChrontainerError('CHR_CONFLICT', 'Another account has shown this address to be its own.');
      }
      await activity.record({ actor, action: 'user.email-verified', target: username, result: 'ok' }, trx);
    });
  }
}

const words = (username: string) => ({
  title: 'Is this address yours?',
  body: `Your account ${username} at Chrontainer has this address. Open the link in a browser where you are signed in to that \
account, within a day, to show that it is yours. If you know nothing of it, do nothing.`,
});
