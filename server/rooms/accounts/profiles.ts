import type { Me, MePatch, SessionItem } from '../../../contract/index.ts';
import { theme as themeSchema } from '../../../contract/index.ts';
import { isTimeZone } from '../../clock/index.ts';
import { invalidInput, notFound } from '../../errors/index.ts';
import type { Caller } from '../../http/index.ts';
import type { ActivityLog } from '../activity/index.ts';
import type { Emails } from './emails.ts';
import type { OpenSession, Sessions } from './sessions.ts';
import type { User, Users } from './users.ts';

interface Parts {
  activity: ActivityLog;
  users: Users;
  sessions: Sessions;
  emails: Emails;
  hasPasskeys(userId: number): Promise<boolean>;
}

/** A part of the hash that tells an account's sessions apart; it opens nothing. */
const idOf = ({ hash }: Pick<OpenSession, 'hash'>): string => hash.slice(0, 16);

/** What people see and change of their own account. */
export class Profiles {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  async get(caller: Caller): Promise<Me> {
    return present(await this.#user(caller), caller, await this.#parts.hasPasskeys(caller.userId));
  }

  /** @throws CHR_INVALID_INPUT for a zone that does not exist */
  async change(patch: MePatch, caller: Caller): Promise<Me> {
    if (patch.timeZone != null && !isTimeZone(patch.timeZone)) {
      throw invalidInput([{ path: 'timeZone', message: 'must be an IANA zone such as Europe/Berlin' }]);
    }
    const { language, timeZone, theme } = await this.#user(caller);
    await this.#parts.users.changeProfile(caller.userId, { language, timeZone, theme, ...patch });
    return this.get(caller);
  }

  /** It counts for nothing until it is verified. */
  async changeEmail(address: string | null, caller: Caller): Promise<Me> {
    await this.#parts.emails.set(await this.#user(caller), address, caller.actor);
    return this.get(caller);
  }

  async sessions(caller: Caller): Promise<SessionItem[]> {
    const open = await this.#parts.sessions.listOf(caller.userId);
    return open.map((one) => ({
      id: idOf(one),
      address: one.address,
      userAgent: one.user_agent,
      createdAt: new Date(one.created_at).toISOString(),
      lastUsedAt: new Date(one.last_used_at).toISOString(),
      isCurrent: one.hash === caller.session?.hash,
    }));
  }

  /** Ends one of the caller's own sessions. @throws CHR_NOT_FOUND */
  async endSession(id: string, { userId, actor, username }: Caller): Promise<void> {
    const found = (await this.#parts.sessions.listOf(userId)).find((one) => idOf(one) === id);
    if (!found) throw notFound('You have no such session.');
    await this.#parts.sessions.end(found.hash);
    const message = `signed in from ${found.address}`;
    await this.#parts.activity.record({ actor, action: 'session.delete', target: username, result: 'ok', message });
  }

  async #user({ userId }: Caller): Promise<User> {
    const user = await this.#parts.users.find(userId);
    if (!user) throw notFound('Your account is gone.');
    return user;
  }
}

const present = (user: User, { rights }: Caller, hasPasskeys: boolean): Me => ({
  id: user.id,
  username: user.username,
  role: user.role,
  permissions: [...rights.permissions],
  scopes: rights.scopes && [...rights.scopes],
  email: user.email,
  isEmailVerified: user.isEmailVerified,
  hasPassword: user.hasPassword,
  hasPasskeys,
  language: user.language,
  timeZone: user.timeZone,
  theme: themeSchema.options.find((one) => one === user.theme) ?? null,
});
