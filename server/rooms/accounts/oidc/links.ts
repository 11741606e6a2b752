import type { Transaction } from 'kysely';
import type { Actor, OidcProvider, SignInLink } from '../../../../contract/index.ts';
import type { Clock } from '../../../clock/index.ts';
import type { Database, Tables } from '../../../database/index.ts';
import { ChrontainerError, notFound } from '../../../errors/index.ts';
import type { ActivityLog } from '../../activity/index.ts';
import type { User } from '../users.ts';

interface Parts {
  db: Database;
  clock: Clock;
  activity: ActivityLog;
  /** The provider as it is set up now. */
  provider(): Promise<OidcProvider | null>;
  hasPasskeys(userId: number): Promise<boolean>;
}

/** Whom accounts belong to at providers: one person of each issuer, and each person to one account. */
export class Links {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  async all(): Promise<Map<number, SignInLink[]>> {
    const byUser = new Map<number, SignInLink[]>();
    const rows = await this.#parts.db.selectFrom('oidc_identities').selectAll().orderBy('id').execute();
    for (const { id, user_id, issuer, subject, created_at } of rows) {
      const link = { id, issuer, subject, createdAt: new Date(created_at).toISOString() };
      byUser.set(user_id, [...(byUser.get(user_id) ?? []), link]);
    }
    return byUser;
  }

  async of(userId: number): Promise<SignInLink[]> {
    return (await this.all()).get(userId) ?? [];
  }

  /** Whose account it is of this person. */
  async ownerOf(subject: string, issuer: string): Promise<number | null> {
    const found = await this.#parts.db
      .selectFrom('oidc_identities')
      .select('user_id')
      .where('issuer', '=', issuer)
      .where('subject', '=', subject)
      .executeTakeFirst();
    return found?.user_id ?? null;
  }

  /** Whether the account belongs to somebody of this issuer already. */
  async isTaken(userId: number, issuer: string): Promise<boolean> {
    return (await this.of(userId)).some((link) => link.issuer === issuer);
  }

  async write(user: Pick<User, 'id'>, subject: string, issuer: string, trx: Transaction<Tables>): Promise<void> {
    const row = { user_id: user.id, issuer, subject, created_at: this.#parts.clock.now() };
    await trx.insertInto('oidc_identities').values(row).execute();
  }

  /** @param actor who says that they belong together */
  async add(user: User, subject: string, issuer: string, actor: Actor): Promise<void> {
    await this.#parts.db.transaction().execute(async (trx) => {
      await this.write(user, subject, issuer, trx);
      const message = `${subject} of ${issuer}`;
      const entry = { actor, target: user.username, result: 'ok', message } as const;
      await this.#parts.activity.record({ ...entry, action: 'user.link' }, trx);
    });
  }

  /** @throws CHR_NOT_FOUND; CHR_PROTECTED where nothing would lead into the account any more */
  async remove(user: User, id: number, actor: Actor): Promise<void> {
    const links = await this.of(user.id);
    const gone = links.find((link) => link.id === id);
    if (!gone) throw notFound(`${user.username} has no such sign-in.`);
    await this.#demandOtherWay(
      user,
      links.filter((link) => link !== gone),
    );
    await this.#parts.db.transaction().execute(async (trx) => {
      await trx.deleteFrom('oidc_identities').where('id', '=', id).execute();
      const message = `${gone.subject} of ${gone.issuer}`;
      const entry = { actor, target: user.username, result: 'ok', message } as const;
      await this.#parts.activity.record({ ...entry, action: 'user.unlink' }, trx);
    });
  }

  async #demandOtherWay(user: User, left: SignInLink[]): Promise<void> {
    const { provider, hasPasskeys } = this.#parts;
    const now = await provider();
    if (now?.enabled && left.some(({ issuer }) => issuer === now.issuer)) return;
    const isOnlyWay = now?.enabled === true && now.isOnlyWay;
    if (!isOnlyWay && (user.hasPassword || (await hasPasskeys(user.id)))) return;
    const remedy = isOnlyWay
      ? 'The provider is the only way in, and would not lead in any more.'
      : 'Nothing else leads into this account: set a password or make a passkey first.';
    throw new ChrontainerError('CHR_PROTECTED', remedy);
  }
}
