import type { Selectable } from 'kysely';
import type { Actor, Registry, RegistryInput, RegistryPatch } from '../../../contract/index.ts';
import type { Clock } from '../../clock/index.ts';
import type { Database, RegistriesTable } from '../../database/index.ts';
import { ChrontainerError, invalidInput, notFound } from '../../errors/index.ts';
import type { RegistryAccount, RegistryPlace } from '../../registry/index.ts';
import { parseReference, plainPlace } from '../../registry/index.ts';
import type { Secrets } from '../../secrets/index.ts';
import type { ActivityLog } from '../activity/index.ts';
import { changesOf, concealed } from '../activity/index.ts';

type Row = Selectable<RegistriesTable>;

interface Parts {
  db: Database;
  clock: Clock;
  secrets: Secrets;
  activity: ActivityLog;
}

const secretPlace = (row: number) => ({ table: 'registries', row, column: 'password' });

/** What people said of registries: credentials, certificates, and where those may go. */
export class Registries {
  readonly #parts: Parts;
  #rows: Row[] = [];
  /** Told after each change. */
  onChange: (host: string) => void = () => undefined;

  private constructor(parts: Parts) {
    this.#parts = parts;
  }

  static async open(parts: Parts): Promise<Registries> {
    const registries = new Registries(parts);
    await registries.#reload();
    return registries;
  }

  list(): Registry[] {
    return this.#rows.map(present);
  }

  /** @throws ChrontainerError CHR_NOT_FOUND */
  get(id: number): Registry {
    return present(this.#row(id));
  }

  /** What holds for a registry, with its credentials. @throws ChrontainerError CHR_SECRET_UNREADABLE */
  readonly placeOf = (host: string): RegistryPlace => {
    const row = this.#rows.find((one) => one.host === host);
    if (!row) return plainPlace(host);
    const { username, password, realm, ca } = row;
    const account =
      username === null || password === null
        ? null
        : { username, password: this.#parts.secrets.open(password, secretPlace(row.id)) };
    return { host, insecure: row.insecure === 1, ca, realm, account };
  };

  /** Who we are there; null: nobody. @throws ChrontainerError CHR_SECRET_UNREADABLE */
  readonly accountAt = (host: string): RegistryAccount | null => this.placeOf(host).account;

  /** @throws ChrontainerError CHR_CONFLICT where there is one for that host */
  async add(input: RegistryInput, actor: Actor): Promise<Registry> {
    // Docker Hub has several names.
    const host = parseReference(`${input.host}/x/y`)?.registry ?? input.host;
    demandPair(input.username, input.password);
    if (this.#rows.some((row) => row.host === host)) {
      throw new ChrontainerError('CHR_CONFLICT', `There is an entry for ${host} already: change that one.`);
    }
    const { username, password, realm, ca } = input;
    const insecure = Number(input.insecure ?? plainPlace(host).insecure);
    const created_at = this.#parts.clock.now();
    const id = await this.#parts.db.transaction().execute(async (trx) => {
      const row = { host, username, password: null, realm, insecure, ca, created_at };
      const { id: added } = await trx.insertInto('registries').values(row).returning('id').executeTakeFirstOrThrow();
      if (password !== null) {
        const sealed = this.#parts.secrets.seal(password, secretPlace(added));
        await trx.updateTable('registries').set({ password: sealed }).where('id', '=', added).execute();
      }
      const changes = changesOf(null, shownOf({ ...row, password }));
      const entry = { actor, action: 'registry.create', target: host, result: 'ok' as const, changes };
      await this.#parts.activity.record(entry, trx);
      return added;
    });
    await this.#changed(host);
    return this.get(id);
  }

  /** @throws ChrontainerError CHR_NOT_FOUND, or a 400 where credentials would go elsewhere and are not given again */
  async change(id: number, patch: RegistryPatch, actor: Actor): Promise<Registry> {
    const before = this.#row(id);
    const next = { ...before, ...withoutUndefined(patch) };
    const given = patch.password ?? null;
    const isAnonymous = next.username === null && given === null;
    if (!isAnonymous) demandPair(next.username, next.password);
    if (!isAnonymous && before.password !== null && given === null && isElsewhere(before, patch)) {
      const message = 'must be given again, because it would go elsewhere from now on';
      throw invalidInput([{ path: 'password', message }]);
    }
    const kept = isAnonymous ? null : next.password;
    const row = {
      username: next.username,
      password: given === null ? kept : this.#parts.secrets.seal(given, secretPlace(id)),
      realm: next.realm,
      insecure: Number(next.insecure),
      ca: next.ca,
    };
    await this.#parts.db.transaction().execute(async (trx) => {
      await trx.updateTable('registries').set(row).where('id', '=', id).execute();
      const message = Object.keys(patch).join(', ');
      const changes = changesOf(shownOf(before), shownOf({ ...before, ...row }));
      const entry = { actor, action: 'registry.update', target: before.host, result: 'ok' as const, message, changes };
      await this.#parts.activity.record(entry, trx);
    });
    await this.#changed(before.host);
    return this.get(id);
  }

  /** @throws ChrontainerError CHR_NOT_FOUND */
  async remove(id: number, actor: Actor): Promise<void> {
    const before = this.#row(id);
    const { host } = before;
    await this.#parts.db.transaction().execute(async (trx) => {
      await trx.deleteFrom('registries').where('id', '=', id).execute();
      const changes = changesOf(shownOf(before), null);
      const entry = { actor, action: 'registry.delete', target: host, result: 'ok' as const, changes };
      await this.#parts.activity.record(entry, trx);
    });
    await this.#changed(host);
  }

  async #changed(host: string): Promise<void> {
    await this.#reload();
    this.onChange(host);
  }

  async #reload(): Promise<void> {
    this.#rows = await this.#parts.db.selectFrom('registries').selectAll().orderBy('host').execute();
  }

  #row(id: number): Row {
    const row = this.#rows.find((one) => one.id === id);
    if (!row) throw notFound(`There is no registry ${id}.`);
    return row;
  }
}

/** What the activity log may tell of an entry. */
const shownOf = (row: Pick<Row, 'host' | 'username' | 'password' | 'realm' | 'insecure' | 'ca'>): object => ({
  host: row.host,
  username: row.username,
  password: concealed(row.password),
  realm: row.realm,
  insecure: row.insecure === 1,
  ca: row.ca,
});

const withoutUndefined = <T extends object>(given: T): { [K in keyof T]: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };

/** Where what is stored would be sent to somebody else, or in another way. */
const isElsewhere = (before: Row, { realm, insecure, ca }: RegistryPatch): boolean =>
  (realm !== undefined && realm !== null && realm !== before.realm) ||
  (insecure === true && before.insecure === 0) ||
  (ca !== undefined && ca !== null && ca !== before.ca);

const demandPair = (username: string | null, password: string | null): void => {
  if ((username === null) === (password === null)) return;
  const path = username === null ? 'username' : 'password';
  throw invalidInput([{ path, message: 'must be given with the other: a name and a password or token' }]);
};

const present = (row: Row): Registry => ({
  id: row.id,
  host: row.host,
  username: row.username,
  hasPassword: row.password !== null,
  realm: row.realm,
  insecure: row.insecure === 1,
  hasCa: row.ca !== null,
  createdAt: new Date(row.created_at).toISOString(),
});
