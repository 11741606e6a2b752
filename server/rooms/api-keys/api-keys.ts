import type { ApiKey, ApiKeyInput, NewApiKey } from '../../../contract/index.ts';
import { rightsOfKeyScope } from '../../../contract/index.ts';
import type { Clock } from '../../clock/index.ts';
import type { Database } from '../../database/index.ts';
import type { FieldError } from '../../errors/index.ts';
import { ChrontainerError, invalidInput, notFound } from '../../errors/index.ts';
import type { Caller } from '../../http/index.ts';
import type { Rights, Sight } from '../../policy/index.ts';
import type { ActivityEntry, ActivityLog } from '../activity/index.ts';
import { changesOf, renewed } from '../activity/index.ts';
import { BadKeys } from './bad-keys.ts';
import { hashKey, isSameHash, makeKey } from './key.ts';
import type { KeyRecord } from './store.ts';
import { KeyStore } from './store.ts';

interface Parts {
  db: Database;
  clock: Clock;
  activity: ActivityLog;
  sight: Sight;
  hasHost(hostId: number): boolean;
  /** What a role grants as things stand. */
  rightsOf(role: string): Rights;
}

/** Every request is a use; writing each down would cost a commit per request. */
const noteEveryMs = 60_000;

/** Keys for scripts and other programs: each belongs to an account and never exceeds it. */
export class ApiKeys {
  readonly #parts: Parts;
  readonly #store: KeyStore;
  readonly #badKeys: BadKeys;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#store = new KeyStore(parts.db);
    this.#badKeys = new BadKeys(parts);
  }

  /**
   * Who calls with a key.
   * @throws CHR_UNAUTHENTICATED in the same words for a key that is unknown, has expired or was revoked, and for one
   * whose owner is disabled; CHR_TOO_MANY_REQUESTS for an address with many bad ones
   */
  async authenticate(key: string, address: string): Promise<Caller> {
    const hash = hashKey(key);
    const found = await this.#store.findByHash(hash);
    if (!found || !isSameHash(found.hash, hash) || !this.#isAlive(found)) {
      return this.#badKeys.refuse(address, found ?? null);
    }
    const now = this.#parts.clock.now();
    if (now - (found.lastUsedAt ?? 0) >= noteEveryMs) await this.#store.noteUse(found.id, now);
    return this.#toCaller(found, address);
  }

  /** The same caller as things stand now; undefined once the key has no effect any more. */
  async refresh(caller: Caller): Promise<Caller | undefined> {
    const found = await this.#store.find(Number(caller.actor.id));
    return found && this.#isAlive(found) ? this.#toCaller(found, caller.actor.address ?? '') : undefined;
  }

  /** The caller's own; with the right `users` everybody's. */
  async list({ userId, rights }: Caller): Promise<ApiKey[]> {
    const found = await this.#store.list(rights.can('users') ? null : userId);
    return found.map((record) => this.#present(record));
  }

  /** @throws CHR_INVALID_INPUT with all faults at once */
  async create(input: ApiKeyInput, caller: Caller): Promise<NewApiKey> {
    const faults = this.#faultsOf(input, caller);
    if (faults.length > 0) throw invalidInput(faults);
    const { db, clock } = this.#parts;
    const { key, ...stored } = makeKey();
    const id = await db.transaction().execute(async (trx) => {
      const added = await this.#store.add(trx, { ...stored, userId: caller.userId, createdAt: clock.now() }, input);
      const note = { target: input.name, message: describe(input), changes: changesOf(null, input) };
      await this.#record(caller, 'api_key.create', note, trx);
      return added;
    });
    return { ...this.#present(await this.#known(id, caller)), key };
  }

  /** Gives a key anew; the old one has no effect from now on. @throws CHR_NOT_FOUND */
  async rotate(id: number, caller: Caller): Promise<NewApiKey> {
    const record = await this.#known(id, caller);
    // An admin may end anybody's key, but not hold one that acts in another's name.
    if (record.owner.id !== caller.userId) {
      throw new ChrontainerError('CHR_FORBIDDEN', 'Only its owner can have a new key: revoke this one instead.');
    }
    const { key, ...stored } = makeKey();
    await this.#parts.db.transaction().execute(async (trx) => {
      await this.#store.replace(trx, id, stored);
      await this.#record(caller, 'api_key.rotate', { target: record.name, changes: renewed('key') }, trx);
    });
    return { ...this.#present(await this.#known(id, caller)), key };
  }

  /** @throws CHR_NOT_FOUND */
  async revoke(id: number, caller: Caller): Promise<void> {
    const { name, scopes, permissions, hosts, expiresAt } = await this.#known(id, caller);
    const { db, clock } = this.#parts;
    await db.transaction().execute(async (trx) => {
      await this.#store.revoke(trx, id, clock.now());
      const before = { name, scopes, permissions, hosts, expiresAt: instantOrNull(expiresAt) };
      await this.#record(caller, 'api_key.delete', { target: name, changes: changesOf(before, null) }, trx);
    });
  }

  /** Another's key does not exist for who may not manage users. */
  async #known(id: number, { userId, rights }: Caller): Promise<KeyRecord> {
    const found = await this.#store.find(id);
    if (found && (found.owner.id === userId || rights.can('users'))) return found;
    throw notFound(`There is no API key ${id}.`);
  }

  #isAlive({ expiresAt, owner }: KeyRecord): boolean {
    return owner.isEnabled && (expiresAt === null || expiresAt > this.#parts.clock.now());
  }

  #faultsOf({ permissions, hosts, expiresAt }: ApiKeyInput, { rights }: Caller): FieldError[] {
    const { clock, sight, hasHost } = this.#parts;
    const faults: FieldError[] = permissions.flatMap((one, i) =>
      rights.can(one) ? [] : [{ path: `permissions.${i}`, message: `your account does not have the right "${one}"` }],
    );
    for (const [i, hostId] of (hosts ?? []).entries()) {
      if (hasHost(hostId) && sight.seesHost(rights, hostId)) continue;
      faults.push({ path: `hosts.${i}`, message: `there is no host ${hostId}` });
    }
    if (expiresAt !== null && Date.parse(expiresAt) <= clock.now()) {
      faults.push({ path: 'expiresAt', message: 'must be in the future' });
    }
    return faults;
  }

  #rightsOf(record: KeyRecord): Rights {
    const permissions = new Set([...record.scopes.flatMap((one) => rightsOfKeyScope[one]), ...record.permissions]);
    const scopes = record.hosts?.map((hostId) => ({ hostId })) ?? null;
    return this.#parts.rightsOf(record.owner.role).within({ permissions, scopes });
  }

  #toCaller(record: KeyRecord, address: string): Caller {
    const { id, name, owner } = record;
    return {
      actor: { kind: 'api_key', id, name: `${name} of ${owner.username}`, address },
      userId: owner.id,
      username: owner.username,
      role: owner.role,
      rights: this.#rightsOf(record),
      session: null,
    };
  }

  #present(record: KeyRecord): ApiKey {
    const { id, name, prefix, scopes, permissions, hosts, owner } = record;
    return {
      ...{ id, name, prefix, scopes, permissions, hosts },
      owner: { id: owner.id, username: owner.username },
      grants: [...this.#rightsOf(record).permissions],
      createdAt: new Date(record.createdAt).toISOString(),
      expiresAt: instantOrNull(record.expiresAt),
      lastUsedAt: instantOrNull(record.lastUsedAt),
    };
  }

  #record(
    { actor }: Caller,
    action: string,
    note: Pick<ActivityEntry, 'target' | 'message' | 'changes'>,
    trx: Parameters<ActivityLog['record']>[1],
  ): Promise<void> {
    return this.#parts.activity.record({ actor, action, result: 'ok', ...note }, trx);
  }
}

const describe = ({ scopes, permissions, hosts, expiresAt }: ApiKeyInput): string =>
  [
    [...scopes, ...permissions].join(', '),
    hosts ? `on the hosts ${hosts.join(', ')}` : 'on all hosts',
    expiresAt ? `until ${expiresAt}` : 'without end',
  ].join('; ');

const instantOrNull = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());
