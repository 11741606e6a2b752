import type { Selectable, Transaction } from 'kysely';
import * as v from 'valibot';
import type { OidcProvider } from '../../../../contract/index.ts';
import { oidcProvider, providerKind } from '../../../../contract/index.ts';
import type { Database, OidcProvidersTable, Tables } from '../../../database/index.ts';
import type { Secrets } from '../../../secrets/index.ts';

/** The provider with its secret, which stays in this room. */
export interface StoredProvider extends OidcProvider {
  clientSecret: string;
}

const place = { table: 'oidc_providers', row: 1, column: 'client_secret' };

/** The one provider in the database. It is read each time: a command on the server may have changed it. */
export class ProviderStore {
  readonly #db: Database;
  readonly #secrets: Secrets;

  constructor({ db, secrets }: { db: Database; secrets: Secrets }) {
    this.#db = db;
    this.#secrets = secrets;
  }

  /** As it is set up, without its secret; null where there is none. */
  async look(): Promise<OidcProvider | null> {
    const row = await this.#row();
    return row ? toProvider(row) : null;
  }

  /** @throws CHR_SECRET_UNREADABLE */
  async open(): Promise<StoredProvider | null> {
    const row = await this.#row();
    return row ? { ...toProvider(row), clientSecret: this.#secrets.open(row.client_secret, place) } : null;
  }

  async put({ clientSecret, ...provider }: StoredProvider, trx: Transaction<Tables>): Promise<void> {
    const row = { ...toRow(provider), client_secret: this.#secrets.seal(clientSecret, place) };
    await trx
      .insertInto('oidc_providers')
      .values({ id: 1, ...row })
      .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
      .execute();
  }

  /** @returns whether passwords had been shut out */
  async allowPasswords(trx: Transaction<Tables>): Promise<boolean> {
    const { numUpdatedRows } = await trx
      .updateTable('oidc_providers')
      .set({ is_only_way: 0 })
      .where('is_only_way', '=', 1)
      .executeTakeFirstOrThrow();
    return numUpdatedRows > 0n;
  }

  async remove(trx: Transaction<Tables>): Promise<void> {
    await trx.deleteFrom('oidc_providers').execute();
  }

  #row(): Promise<Selectable<OidcProvidersTable> | undefined> {
    return this.#db.selectFrom('oidc_providers').selectAll().executeTakeFirst();
  }
}

const toProvider = (row: Selectable<OidcProvidersTable>): OidcProvider => ({
  label: row.label,
  issuer: row.issuer,
  clientId: row.client_id,
  scope: row.scope,
  defaultRole: row.default_role,
  groupsClaim: row.groups_claim,
  groupRoles: v.parse(oidcProvider.entries.groupRoles, JSON.parse(row.group_roles)),
  enabled: row.enabled === 1,
  isOnlyWay: row.is_only_way === 1,
  kind: v.parse(providerKind, row.kind),
  hostedDomain: row.hosted_domain,
});

const toRow = (provider: OidcProvider) => ({
  label: provider.label,
  issuer: provider.issuer,
  client_id: provider.clientId,
  scope: provider.scope,
  default_role: provider.defaultRole,
  groups_claim: provider.groupsClaim,
  group_roles: JSON.stringify(provider.groupRoles),
  enabled: provider.enabled ? 1 : 0,
  is_only_way: provider.isOnlyWay ? 1 : 0,
  kind: provider.kind,
  hosted_domain: provider.hostedDomain,
});
