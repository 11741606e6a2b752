import { createHash, randomBytes } from 'node:crypto';
import type { Transaction } from 'kysely';
import type { NewWebhook, Webhook, WebhookCall, WebhookInput, WebhookPatch } from '../../../contract/index.ts';
import type { Clock } from '../../clock/index.ts';
import type { Database, Tables } from '../../database/index.ts';
import { ChrontainerError, invalidInput, notFound } from '../../errors/index.ts';
import type { Caller } from '../../http/index.ts';
import { networksOf } from '../../http/index.ts';
import type { Secrets } from '../../secrets/index.ts';
import type { ActivityEntry, ActivityLog } from '../activity/index.ts';
import { changesOf, concealed, renewed } from '../activity/index.ts';
import type { Deeds } from './deed.ts';
import type { WebhookRecord, WebhookStore } from './store.ts';

interface Parts {
  db: Database;
  clock: Clock;
  activity: ActivityLog;
  secrets: Secrets;
  store: WebhookStore;
  deeds: Deeds;
}

const shownLength = 6;

/** What is stored of a token: with 256 bits there is nothing to guess. */
export const hashToken = (token: string): string => createHash('sha256').update(token).digest('hex');
export const secretPlace = (id: number) => ({ table: 'webhooks', row: id, column: 'secret' });

/** Makes, changes and removes webhooks. Each belongs to an account, and others' exist only for who manages accounts. */
export class Webhooks {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  async list({ userId, rights }: Caller): Promise<Webhook[]> {
    const found = await this.#parts.store.list(rights.can('users') ? null : userId);
    return found.map(present);
  }

  /** @throws CHR_NOT_FOUND */
  async get(id: number, caller: Caller): Promise<Webhook> {
    return present(await this.#known(id, caller));
  }

  /** @throws CHR_NOT_FOUND */
  async calls(id: number, caller: Caller): Promise<WebhookCall[]> {
    await this.#known(id, caller);
    return this.#parts.store.calls(id);
  }

  /** @throws CHR_INVALID_INPUT with all faults, CHR_NOT_FOUND and CHR_FORBIDDEN for what the caller may not do himself */
  async create(input: WebhookInput, caller: Caller): Promise<NewWebhook> {
    this.#check(input, caller);
    const { db, clock, store, secrets } = this.#parts;
    const { token, ...stored } = makeToken();
    const secret = input.isSigned ? randomBytes(32).toString('base64url') : null;
    const row = { ...rowOf(input), ...stored, user_id: caller.userId, secret: null, created_at: clock.now() };
    const id = await db.transaction().execute(async (trx) => {
      const added = await store.add(trx, { ...row, last_triggered_at: null });
      if (secret !== null) await store.change(trx, added, { secret: secrets.seal(secret, secretPlace(added)) });
      const note = { target: input.name, message: describe(input), changes: changesOf(null, shownOf(input)) };
      await this.#record(caller, 'webhook.create', note, trx);
      return added;
    });
    return this.#told(id, caller, token, secret);
  }

  /** @throws CHR_NOT_FOUND, and as `create` */
  async change(id: number, patch: WebhookPatch, caller: Caller): Promise<Webhook> {
    const before = await this.#owned(id, caller);
    const next = { ...before, ...patch };
    this.#check(next, caller);
    await this.#parts.db.transaction().execute(async (trx) => {
      await this.#parts.store.change(trx, id, rowOf(next));
      const message = `${describe(before)} → ${describe(next)}`;
      const changes = changesOf(shownOf(before), shownOf(next));
      await this.#record(caller, 'webhook.update', { target: next.name, message, changes }, trx);
    });
    return this.get(id, caller);
  }

  /** Gives token and secret anew; the old ones have no effect from now on. @throws CHR_NOT_FOUND */
  async rotate(id: number, caller: Caller): Promise<NewWebhook> {
    const record = await this.#owned(id, caller);
    const { db, store, secrets } = this.#parts;
    const { token, ...stored } = makeToken();
    const secret = record.secret === null ? null : randomBytes(32).toString('base64url');
    await db.transaction().execute(async (trx) => {
      await store.change(trx, id, { ...stored, secret: secret && secrets.seal(secret, secretPlace(id)) });
      const changes = [...renewed('token'), ...(secret === null ? [] : renewed('secret'))];
      await this.#record(caller, 'webhook.rotate', { target: record.name, changes }, trx);
    });
    return this.#told(id, caller, token, secret);
  }

  /** @throws CHR_NOT_FOUND */
  async remove(id: number, caller: Caller): Promise<void> {
    const record = await this.#known(id, caller);
    await this.#parts.db.transaction().execute(async (trx) => {
      await this.#parts.store.remove(trx, id);
      const note = { target: record.name, message: describe(record), changes: changesOf(shownOf(record), null) };
      await this.#record(caller, 'webhook.delete', note, trx);
    });
  }

  #check({ allowedAddresses, does }: Pick<WebhookInput, 'allowedAddresses' | 'does'>, caller: Caller): void {
    const { faults } = networksOf(allowedAddresses);
    if (faults.length > 0) {
      const message = 'must be an address or a network, for example 192.168.1.20 or 10.0.0.0/8';
      throw invalidInput(faults.map((place) => ({ path: `allowedAddresses.${place}`, message })));
    }
    this.#parts.deeds.demand(does, caller);
  }

  async #known(id: number, { userId, rights }: Caller): Promise<WebhookRecord> {
    const found = await this.#parts.store.find(id);
    if (found && (found.owner.id === userId || rights.can('users'))) return found;
    throw notFound(`There is no webhook ${id}.`);
  }

  /** What it does is done in its owner's name: nobody else decides that, or holds its token. */
  async #owned(id: number, caller: Caller): Promise<WebhookRecord> {
    const found = await this.#known(id, caller);
    if (found.owner.id === caller.userId) return found;
    throw new ChrontainerError(
      'CHR_FORBIDDEN',
      `Only its owner ${found.owner.username} changes it: delete it instead.`,
    );
  }

  async #told(id: number, caller: Caller, token: string, secret: string | null): Promise<NewWebhook> {
    return { ...(await this.get(id, caller)), token, path: `/webhook/${token}`, secret };
  }

  #record(
    { actor }: Caller,
    action: string,
    note: Pick<ActivityEntry, 'target' | 'message' | 'changes'>,
    trx: Transaction<Tables>,
  ): Promise<void> {
    return this.#parts.activity.record({ actor, action, result: 'ok', ...note }, trx);
  }
}

const makeToken = () => {
  const token = randomBytes(32).toString('base64url');
  return { token, prefix: token.slice(0, shownLength), hash: hashToken(token) };
};

const rowOf = (it: Omit<WebhookInput, 'isSigned'>) => ({
  name: it.name,
  enabled: it.enabled ? 1 : 0,
  does: JSON.stringify(it.does),
  allow_get: it.allowGet ? 1 : 0,
  allowed_addresses: JSON.stringify(it.allowedAddresses),
  per_minute: it.perMinute,
});

/** What the log may tell of it: token and secret never, nor options, which may hold what a command is given. */
const shownOf = ({ name, enabled, does, allowGet, allowedAddresses, perMinute }: Omit<WebhookInput, 'isSigned'>) => ({
  name,
  enabled,
  does: does.kind === 'action' ? { ...does, options: concealed(does.options) } : does,
  allowGet,
  allowedAddresses,
  perMinute,
});

/** Options may hold what a command is given: they stay out of the log. */
const describe = ({ enabled, does, allowGet, allowedAddresses, perMinute }: Omit<WebhookInput, 'isSigned'>): string =>
  [
    enabled ? 'on' : 'off',
    does.kind === 'schedule' ? `schedule ${does.scheduleId}` : `${does.action} ${JSON.stringify(does.targets)}`,
    allowGet ? 'POST and GET' : 'POST',
    allowedAddresses.length > 0 ? `from ${allowedAddresses.join(', ')}` : 'from everywhere',
    `${perMinute} a minute`,
  ].join('; ');

const present = (record: WebhookRecord): Webhook => {
  const { hash: _hash, secret, owner, lastTriggeredAt, createdAt, ...shown } = record;
  return {
    ...shown,
    isSigned: secret !== null,
    owner: { id: owner.id, username: owner.username },
    lastTriggeredAt: lastTriggeredAt === null ? null : new Date(lastTriggeredAt).toISOString(),
    createdAt: new Date(createdAt).toISOString(),
  };
};
