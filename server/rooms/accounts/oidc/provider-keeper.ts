import type { OidcProvider, OidcProviderInput, SignInWays } from '../../../../contract/index.ts';
import type { Database } from '../../../database/index.ts';
import { ChrontainerError, invalidInput, notFound } from '../../../errors/index.ts';
import type { Caller } from '../../../http/index.ts';
import type { Outbound } from '../../../outbound/index.ts';
import { OutboundError } from '../../../outbound/index.ts';
import { builtInRoles } from '../../../policy/index.ts';
import type { ActivityLog } from '../../activity/index.ts';
import { changesOf, concealed } from '../../activity/index.ts';
import type { Roles } from '../roles.ts';
import { isWithin } from '../user-keeper.ts';
import { githubScope } from './github-party.ts';
import type { Identities } from './identities.ts';
import type { Party } from './party.ts';
import { canConfirm, partyOf } from './party.ts';
import type { ProviderStore, StoredProvider } from './provider-store.ts';

interface Parts {
  db: Database;
  activity: ActivityLog;
  outbound: Outbound;
  roles: Roles;
  store: ProviderStore;
  identities: Identities;
  /** From the environment: passwords lead in whatever the settings say. */
  allowPasswords?: boolean;
}

/**
 * Sets the provider up. Whoever chooses it chooses who comes in as whom: only those do who have every right
 * themselves.
 */
export class ProviderKeeper {
  readonly #parts: Parts;
  /** Of the settings that were used last: it remembers what it discovered. */
  #party: { key: string; party: Party } | null = null;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  look(): Promise<OidcProvider | null> {
    return this.#parts.store.look();
  }

  /** Whether the environment lets passwords lead in, also where the provider is the only way. */
  get isOverridden(): boolean {
    return this.#parts.allowPasswords === true;
  }

  /** What the sign-in page offers beside mailed links. */
  async ways(): Promise<Omit<SignInWays, 'passwordLinks'>> {
    const provider = await this.#parts.store.look();
    if (!provider?.enabled) return { passwords: true, provider: null, providerConfirms: false };
    const { isOnlyWay, label, kind } = provider;
    return { passwords: !isOnlyWay || this.isOverridden, provider: label, providerConfirms: canConfirm(kind) };
  }

  /** @throws CHR_INVALID_INPUT, also where the provider cannot be spoken to; CHR_FORBIDDEN, CHR_CONFLICT */
  async put(given: OidcProviderInput, caller: Caller, redirectUri: string): Promise<OidcProvider> {
    demandEveryRight(caller);
    const { db, store, activity } = this.#parts;
    const input = ofItsKind(given);
    const before = await store.look();
    this.#demandRoles(input);
    const provider = { ...input, clientSecret: input.clientSecret ?? (await this.#keptSecret(before, input)) };
    if (input.enabled) await this.#demandReachable(provider, redirectUri);
    if (input.isOnlyWay) await this.#demandWayForAdmin(input);
    const message = describe(input, before);
    const changes = changesOf(
      before && shownOf(before, await this.#secretOf(before)),
      shownOf(input, provider.clientSecret),
    );
    await db.transaction().execute(async (trx) => {
      await store.put(provider, trx);
      const entry = { actor: caller.actor, target: input.issuer, result: 'ok', message, changes } as const;
      await activity.record({ ...entry, action: 'sign-in-provider.update' }, trx);
    });
    const { clientSecret: _secret, ...shown } = provider;
    return shown;
  }

  /** Accounts and who they belong to stay. @throws CHR_FORBIDDEN, CHR_NOT_FOUND */
  async remove(caller: Caller): Promise<void> {
    demandEveryRight(caller);
    const { db, store, activity } = this.#parts;
    const before = await store.look();
    if (!before) throw notFound('There is no provider.');
    await db.transaction().execute(async (trx) => {
      await store.remove(trx);
      const changes = changesOf(shownOf(before, 'gone'), null);
      const entry = { actor: caller.actor, target: before.issuer, result: 'ok', changes } as const;
      await activity.record({ ...entry, action: 'sign-in-provider.delete' }, trx);
    });
  }

  /** For whoever has the server itself. @returns whether passwords had been shut out */
  async allowPasswordsFromServer(): Promise<boolean> {
    const { db, store, activity } = this.#parts;
    return db.transaction().execute(async (trx) => {
      const wasOnly = await store.allowPasswords(trx);
      if (!wasOnly) return false;
      const actor = { kind: 'system', id: null, name: 'command on the server', address: null } as const;
      const entry = { actor, target: null, result: 'ok', message: 'passwords lead in again' } as const;
      await activity.record({ ...entry, action: 'sign-in-provider.update' }, trx);
      return true;
    });
  }

  /** @throws CHR_NOT_FOUND where none is set up, CHR_SECRET_UNREADABLE */
  async open(redirectUri: string): Promise<{ provider: StoredProvider; party: Party }> {
    const provider = await this.#parts.store.open();
    if (!provider?.enabled) throw notFound('No provider is set up to sign in with.');
    return { provider, party: this.#partyOf(provider, redirectUri) };
  }

  #partyOf(provider: StoredProvider, redirectUri: string): Party {
    const { kind, issuer, clientId, clientSecret, scope, hostedDomain } = provider;
    const access = { kind, issuer, clientId, clientSecret, scope, hostedDomain, redirectUri };
    const key = JSON.stringify(access);
    if (this.#party?.key !== key) this.#party = { key, party: partyOf(access, this.#parts.outbound) };
    return this.#party.party;
  }

  /** A secret goes to whom it was given for: with another issuer it has to be given anew. */
  async #keptSecret(before: OidcProvider | null, { issuer }: OidcProviderInput): Promise<string> {
    const kept = before?.issuer === issuer ? await this.#parts.store.open() : null;
    if (kept) return kept.clientSecret;
    throw invalidInput([{ path: 'clientSecret', message: 'is needed for a new issuer' }]);
  }

  /** One that cannot be read any more counts as another. */
  async #secretOf({ issuer }: OidcProvider): Promise<string> {
    const [opened] = await Promise.allSettled([this.#parts.store.open()]);
    return opened.status === 'fulfilled' ? (opened.value?.clientSecret ?? '') : `unreadable, of ${issuer}`;
  }

  #demandRoles({ defaultRole, groupRoles }: OidcProviderInput): void {
    const { roles } = this.#parts;
    const faults = [
      ...(defaultRole === null || roles.has(defaultRole) ? [] : [{ path: 'defaultRole', message: 'is no role' }]),
      ...groupRoles.flatMap(({ role }, at) =>
        roles.has(role) ? [] : [{ path: `groupRoles.${at}.role`, message: 'is no role' }],
      ),
    ];
    if (faults.length > 0) throw invalidInput(faults);
  }

  async #demandReachable(provider: StoredProvider, redirectUri: string): Promise<void> {
    try {
      await this.#partyOf(provider, redirectUri).check();
    } catch (error) {
      throw invalidInput([{ path: 'issuer', message: `could not be asked; is the address right? ${reasonOf(error)}` }]);
    }
  }

  /** Nobody shuts the door behind which he has never been. */
  async #demandWayForAdmin({ issuer, enabled }: OidcProviderInput): Promise<void> {
    if (enabled && (await this.#parts.identities.hasAdmin(issuer))) return;
    throw new ChrontainerError(
      'CHR_CONFLICT',
      'Sign in as an admin by this provider once, then make it the only way: so it is certain that it leads in.',
    );
  }
}

/** What a kind has no use for is not kept: it would be shown as if it counted. */
const ofItsKind = (input: OidcProviderInput): OidcProviderInput => {
  if (input.kind === 'oidc') return { ...input, hostedDomain: null };
  if (input.kind === 'google') return { ...input, groupsClaim: null, groupRoles: [] };
  const scope = githubScope(input.groupRoles.length > 0);
  return { ...input, scope, groupsClaim: null, hostedDomain: null };
};

const demandEveryRight = ({ rights }: Caller): void => {
  if (isWithin({ permissions: builtInRoles.admin }, rights)) return;
  throw new ChrontainerError('CHR_FORBIDDEN', 'Whoever chooses the provider needs every right.');
};

/** What the activity log may tell of it. */
const shownOf = (provider: OidcProvider | OidcProviderInput, clientSecret: string): object => ({
  ...provider,
  clientSecret: concealed(clientSecret),
});

const describe = (input: OidcProviderInput, before: OidcProvider | null): string => {
  const { clientSecret, ...after } = input;
  const secret = clientSecret === undefined ? '' : '; client secret: ***';
  return `${before ? `${JSON.stringify(before)} → ` : ''}${JSON.stringify(after)}${secret}`;
};

/** The innermost reason of an error that has words of ours or the library's, in at most 300 characters. */
export const reasonOf = (error: unknown): string => {
  let at = error;
  while (!(at instanceof OutboundError) && at instanceof Error && at.cause instanceof Error) at = at.cause;
  return (at instanceof Error ? at.message : String(at)).slice(0, 300);
};
