import { randomBytes } from 'node:crypto';
import type { Actor, OidcProvider } from '../../../../contract/index.ts';
import type { Clock } from '../../../clock/index.ts';
import type { Database } from '../../../database/index.ts';
import type { ActivityLog } from '../../activity/index.ts';
import type { Emails } from '../emails.ts';
import type { PasswordHasher } from '../password-hash.ts';
import type { Roles } from '../roles.ts';
import type { Sessions } from '../sessions.ts';
import type { User, Users } from '../users.ts';
import type { Person } from './claims.ts';
import { roleFor } from './claims.ts';
import type { Links } from './links.ts';

interface Parts {
  db: Database;
  clock: Clock;
  activity: ActivityLog;
  users: Users;
  sessions: Sessions;
  hasher: PasswordHasher;
  roles: Roles;
  emails: Emails;
  links: Links;
}

/** Somebody whom the provider knows and who stays outside; `why` is for the activity log. */
export interface Outsider {
  refusal: 'unknown' | 'disabled' | 'taken';
  why: string;
  user?: User;
}

/** Whose account it is of whom the provider speaks. */
export class Identities {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /**
   * By the subject, which the provider never gives to somebody else; else by the verified address, where it is the
   * account's name or its verified address, and that account is nobody else's yet; else a new account, where there is a
   * role for it.
   */
  async find(person: Person, provider: OidcProvider): Promise<User | Outsider> {
    const found = await this.#find(person, provider);
    if ('id' in found) await this.#parts.emails.believe(found, person.email);
    return found;
  }

  /** For the owner of an account, who has just been to the provider to say that this is him. */
  async linkOwn(user: User, person: Person, { issuer }: OidcProvider, actor: Actor): Promise<User | Outsider> {
    const { links, emails } = this.#parts;
    const owner = await links.ownerOf(person.subject, issuer);
    if (owner === user.id) return user;
    if (owner !== null || (await links.isTaken(user.id, issuer))) {
      const why = owner === null ? 'the account belongs to another person there' : 'that person has an account here';
      return { refusal: 'taken', why, user };
    }
    await links.add(user, person.subject, issuer, actor);
    await emails.believe(user, person.email);
    return user;
  }

  async #find(person: Person, provider: OidcProvider): Promise<User | Outsider> {
    const role = roleFor(person, provider, (name) => this.#parts.roles.has(name));
    const known = await this.#bySubject(person, provider);
    if (known) return this.#letIn(known, role, provider);
    const named = await this.#byAddress(person, provider);
    if (!named) return this.#create(person, role, provider);
    const user = await this.#letIn(named, role, provider);
    if ('id' in user) await this.#parts.links.add(user, person.subject, provider.issuer, byProvider);
    return user;
  }

  /** Whether an admin who can sign in is known by this issuer. */
  async hasAdmin(issuer: string): Promise<boolean> {
    const found = await this.#parts.db
      .selectFrom('oidc_identities')
      .innerJoin('users', 'users.id', 'oidc_identities.user_id')
      .select('users.id')
      .where('issuer', '=', issuer)
      .where('role', '=', 'admin')
      .where('enabled', '=', 1)
      .executeTakeFirst();
    return found !== undefined;
  }

  async #bySubject({ subject }: Person, { issuer }: OidcProvider): Promise<User | undefined> {
    const owner = await this.#parts.links.ownerOf(subject, issuer);
    return owner === null ? undefined : this.#parts.users.find(owner);
  }

  async #byAddress({ email }: Person, { issuer }: OidcProvider): Promise<User | undefined> {
    if (email === null) return undefined;
    const { users, links } = this.#parts;
    const shown = await users.findByEmail(email);
    const named = (await users.findLike(email)).filter(({ id }) => id !== shown?.id);
    const [user, ...others] = [...(shown ? [shown] : []), ...named];
    if (!user || others.length > 0) return undefined;
    return (await links.isTaken(user.id, issuer)) ? undefined : user;
  }

  /** With the role that the groups give, where groups give roles: what was taken there is taken here. */
  async #letIn(user: User, role: string | null, { groupRoles }: OidcProvider): Promise<User | Outsider> {
    if (!user.isEnabled) return { refusal: 'disabled', why: 'the account is disabled', user };
    if (groupRoles.length === 0 || role === user.role) return user;
    const { db, users, sessions, activity } = this.#parts;
    return db.transaction().execute(async (trx) => {
      const isLast = user.role === 'admin' && !(await users.hasOtherAdmin(user.id, trx));
      if (isLast) return user;
      if (role === null) return { refusal: 'unknown' as const, why: 'in no group that has a role here', user };
      await users.change(user.id, { role, isEnabled: true }, trx);
      await sessions.endAllOf(user.id, trx);
      const message = `role: ${user.role} → ${role}`;
      const entry = { actor: byProvider, target: user.username, result: 'ok', message } as const;
      await activity.record({ ...entry, action: 'user.update' }, trx);
      return { ...user, role };
    });
  }

  async #create(person: Person, role: string | null, provider: OidcProvider): Promise<User | Outsider> {
    const { db, clock, users, hasher, activity } = this.#parts;
    if (role === null) return { refusal: 'unknown', why: 'no account, and no role for a new one' };
    const username = await this.#freeName(person);
    if (username === null) return { refusal: 'unknown', why: 'no account, and no name for one that is free' };
    // A password that nobody knows: another one can be set, by whoever may.
    const passwordHash = await hasher.hash(randomBytes(32).toString('base64url'));
    return db.transaction().execute(async (trx) => {
      const user = await users.create(
        { username, passwordHash, role, createdAt: clock.now(), hasPassword: false },
        trx,
      );
      await this.#parts.links.write(user, person.subject, provider.issuer, trx);
      const message = `role: ${role}; subject: ${person.subject}`;
      const entry = { actor: byProvider, target: username, result: 'ok', message } as const;
      await activity.record({ ...entry, action: 'user.create' }, trx);
      return user;
    });
  }

  async #freeName({ names }: Person): Promise<string | null> {
    for (const name of names) if ((await this.#parts.users.findLike(name)).length === 0) return name;
    return null;
  }
}

const byProvider = { kind: 'system', id: null, name: 'sign-in provider', address: null } as const;
