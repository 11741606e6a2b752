import { randomBytes } from 'node:crypto';
import type { Transaction } from 'kysely';
import type { OidcProvider } from '../../../../contract/index.ts';
import type { Clock } from '../../../clock/index.ts';
import type { Database, Tables } from '../../../database/index.ts';
import type { ActivityLog } from '../../activity/index.ts';
import type { PasswordHasher } from '../password-hash.ts';
import type { Roles } from '../roles.ts';
import type { Sessions } from '../sessions.ts';
import type { User, Users } from '../users.ts';
import type { Person } from './claims.ts';
import { roleFor } from './claims.ts';

interface Parts {
  db: Database;
  clock: Clock;
  activity: ActivityLog;
  users: Users;
  sessions: Sessions;
  hasher: PasswordHasher;
  roles: Roles;
}

/** Somebody whom the provider knows and who stays outside; `why` is for the activity log. */
export interface Outsider {
  refusal: 'unknown' | 'disabled';
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
   * account's name, and that account is nobody else's yet; else a new account, where there is a role for it.
   */
  async find(person: Person, provider: OidcProvider): Promise<User | Outsider> {
    const role = roleFor(person, provider, (name) => this.#parts.roles.has(name));
    const known = await this.#bySubject(person, provider);
    if (known) return this.#letIn(known, role, provider);
    const named = await this.#byAddress(person, provider);
    if (!named) return this.#create(person, role, provider);
    const user = await this.#letIn(named, role, provider);
    if ('id' in user) await this.#link(user, person, provider);
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
    const { db, users } = this.#parts;
    const found = await db
      .selectFrom('oidc_identities')
      .select('user_id')
      .where('issuer', '=', issuer)
      .where('subject', '=', subject)
      .executeTakeFirst();
    return found && users.find(found.user_id);
  }

  async #byAddress({ email }: Person, { issuer }: OidcProvider): Promise<User | undefined> {
    if (email === null) return undefined;
    const [user, ...others] = await this.#parts.users.findLike(email);
    if (!user || others.length > 0) return undefined;
    const taken = await this.#parts.db
      .selectFrom('oidc_identities')
      .select('id')
      .where('issuer', '=', issuer)
      .where('user_id', '=', user.id)
      .executeTakeFirst();
    return taken ? undefined : user;
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
      const user = await users.create({ username, passwordHash, role, createdAt: clock.now() }, trx);
      await this.#write(user, person, provider, trx);
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

  async #link(user: User, person: Person, provider: OidcProvider): Promise<void> {
    await this.#parts.db.transaction().execute(async (trx) => {
      await this.#write(user, person, provider, trx);
      const entry = { actor: byProvider, target: user.username, result: 'ok' } as const;
      await this.#parts.activity.record({ ...entry, action: 'user.link', message: `subject: ${person.subject}` }, trx);
    });
  }

  async #write(user: User, { subject }: Person, { issuer }: OidcProvider, trx: Transaction<Tables>): Promise<void> {
    const row = { user_id: user.id, issuer, subject, created_at: this.#parts.clock.now() };
    await trx.insertInto('oidc_identities').values(row).execute();
  }
}

const byProvider = { kind: 'system', id: null, name: 'sign-in provider', address: null } as const;
