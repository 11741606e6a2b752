import type { Transaction } from 'kysely';
import * as v from 'valibot';
import type {
  Actor,
  Change,
  Channel,
  ChannelInput,
  ChannelPatch,
  ChannelTarget,
  MessageTemplate,
} from '../../../contract/index.ts';
import { channelTarget, messageTemplate } from '../../../contract/index.ts';
import type { Clock } from '../../clock/index.ts';
import type { Database, Tables } from '../../database/index.ts';
import { ChrontainerError, describeIssue, invalidInput, notFound } from '../../errors/index.ts';

import type { Secrets } from '../../secrets/index.ts';
import type { ActivityLog } from '../activity/index.ts';
import { changesOf, concealed } from '../activity/index.ts';
import { contentTypeOf } from './channels/webhook.ts';
import type { ChannelRow, NotificationStore } from './store.ts';
import type { Templates } from './templates/templates.ts';

interface Parts {
  db: Database;
  store: NotificationStore;
  secrets: Secrets;
  activity: ActivityLog;
  clock: Clock;
  templates: Templates;
}

const forMachines: readonly string[] = ['webhook', 'mqtt', 'healthchecks'];

type Names = Record<string, string>;
const placeOf = (row: number, name: string) => ({ table: 'notification_channels', row, column: `secrets.${name}` });

/** The channels: few, so that they are known without asking the database. Their secrets are sealed there. */
export class Channels {
  readonly #parts: Parts;
  readonly #rows = new Map<number, ChannelRow>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** To be called once, before anything is sent. */
  async load(): Promise<void> {
    for (const row of await this.#parts.store.channels()) this.#rows.set(row.id, row);
  }

  list(): Channel[] {
    return [...this.#rows.values()].map(present);
  }

  /** @throws CHR_NOT_FOUND */
  get(id: number): Channel {
    return present(this.#row(id));
  }

  has(id: number): boolean {
    return this.#rows.has(id);
  }

  /** Those that messages go to when nobody names any. */
  enabledIds(): number[] {
    return [...this.#rows.values()].filter(({ enabled }) => enabled === 1).map(({ id }) => id);
  }

  nameOf(id: number): string {
    return this.#rows.get(id)?.name ?? `channel ${id}`;
  }

  isEnabled(id: number): boolean {
    return this.#rows.get(id)?.enabled === 1;
  }

  /** Null: the program's own words. */
  templateOf(id: number): MessageTemplate | null {
    return templateIn(this.#rows.get(id)?.template ?? null);
  }

  /** The type of what it sends when that is made by a template; null for kinds that send what their service wants. */
  requestType(id: number): string | null {
    const row = this.#rows.get(id);
    return row ? typeOf(row.kind, JSON.parse(row.config)) : null;
  }

  /** Whether a program reads what it sends: it keeps states by it, or acts on it. */
  isForMachines(id: number): boolean {
    return forMachines.includes(this.#rows.get(id)?.kind ?? '');
  }

  dailyLimitOf(id: number): number | null {
    return this.#rows.get(id)?.daily_limit ?? null;
  }

  /** With its secrets in the open. @throws CHR_NOT_FOUND, CHR_SECRET_UNREADABLE */
  targetOf(id: number): ChannelTarget {
    const row = this.#row(id);
    const sealed = JSON.parse(row.secrets) as Names;
    const opened = Object.entries(sealed).map(([name, text]) => [
      name,
      this.#parts.secrets.open(text, placeOf(id, name)),
    ]);
    return v.parse(channelTarget, {
      kind: row.kind,
      config: JSON.parse(row.config),
      secrets: Object.fromEntries(opened),
    });
  }

  /** @throws CHR_CONFLICT for a name that is taken, CHR_INVALID_INPUT for a faulty template */
  async create(input: ChannelInput, actor: Actor): Promise<Channel> {
    this.#demandFreeName(input.name, null);
    const { db, store, clock, templates } = this.#parts;
    const { name, enabled, target, template, dailyLimit } = input;
    await templates.check(template, 'template', typeOf(target.kind, target.config));
    const plain = {
      name,
      enabled: enabled ? 1 : 0,
      kind: target.kind,
      config: JSON.stringify(target.config),
      template: template && JSON.stringify(template),
      daily_limit: dailyLimit,
    };
    const row = await db.transaction().execute(async (trx) => {
      const fresh = { ...plain, secrets: '{}', created_at: clock.now() };
      const id = await store.addChannel(trx, fresh);
      const secrets = this.#seal(id, target.secrets);
      await store.changeChannel(trx, id, { secrets });
      await this.#note(trx, actor, 'channel.create', name, changesOf(null, shownOf({ ...fresh, secrets })));
      return { ...fresh, id, secrets };
    });
    this.#rows.set(row.id, row);
    return present(row);
  }

  /** @throws CHR_NOT_FOUND, CHR_CONFLICT, CHR_INVALID_INPUT with all faults of the new target */
  async change(id: number, patch: ChannelPatch, actor: Actor): Promise<Channel> {
    const row = this.#row(id);
    if (patch.name !== undefined) this.#demandFreeName(patch.name, id);
    const target = patch.target === undefined ? null : this.#merged(row, patch.target);
    const { kind = row.kind, config = JSON.parse(row.config) } = target ?? {};
    const template = patch.template === undefined ? this.templateOf(id) : patch.template;
    await this.#parts.templates.check(template, 'template', typeOf(kind, config));
    const changed: Partial<ChannelRow> = {
      ...columnsOf(patch),
      ...(target && {
        kind: target.kind,
        config: JSON.stringify(target.config),
        secrets: this.#seal(id, target.secrets),
      }),
    };
    if (Object.keys(changed).length === 0) return present(row);
    await this.#parts.db.transaction().execute(async (trx) => {
      await this.#parts.store.changeChannel(trx, id, changed);
      const after = shownOf({ ...row, ...changed }, target === null ? undefined : target.secrets);
      const changes = changesOf(shownOf(row, target === null ? undefined : this.targetOf(id).secrets), after);
      await this.#note(trx, actor, 'channel.update', patch.name ?? row.name, changes);
    });
    Object.assign(row, changed);
    return present(row);
  }

  /** Its deliveries go with it. @throws CHR_NOT_FOUND */
  async remove(id: number, actor: Actor): Promise<void> {
    const row = this.#row(id);
    await this.#parts.db.transaction().execute(async (trx) => {
      await this.#parts.store.removeChannel(trx, id);
      await this.#note(trx, actor, 'channel.delete', row.name, changesOf(shownOf(row), null));
    });
    this.#rows.delete(id);
  }

  /** A secret that an edit leaves out stays, and one that is null goes; the whole is checked as a new one would be. */
  #merged(row: ChannelRow, patch: NonNullable<ChannelPatch['target']>): ChannelTarget {
    const before = this.targetOf(row.id);
    const isSame = patch.kind === before.kind;
    const given = 'secrets' in patch ? (patch['secrets'] as object) : {};
    const parsed = v.safeParse(channelTarget, {
      ...patch,
      config: patch.config ?? (isSame ? before.config : {}),
      secrets: withoutNulls(isSame ? { ...before.secrets, ...given } : given),
    });
    if (parsed.success) return parsed.output;
    throw invalidInput(
      parsed.issues.map((issue) => ({ path: `target.${v.getDotPath(issue) ?? ''}`, message: describeIssue(issue) })),
    );
  }

  #seal(id: number, secrets: object): string {
    const given = Object.entries(secrets).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
    const sealed = given.map(([name, text]) => [name, this.#parts.secrets.seal(text, placeOf(id, name))]);
    return JSON.stringify(Object.fromEntries(sealed));
  }

  #row(id: number): ChannelRow {
    const row = this.#rows.get(id);
    if (!row) throw notFound(`There is no channel ${id}.`);
    return row;
  }

  #demandFreeName(name: string, id: number | null): void {
    const taken = [...this.#rows.values()].some((row) => row.name === name && row.id !== id);
    if (taken) throw new ChrontainerError('CHR_CONFLICT', `There is a channel "${name}" already; choose another name.`);
  }

  #note(trx: Transaction<Tables>, actor: Actor, action: string, target: string, changes: Change[]): Promise<void> {
    return this.#parts.activity.record({ actor, action, target, result: 'ok', changes }, trx);
  }
}

const withoutNulls = (secrets: object): object =>
  Object.fromEntries(Object.entries(secrets).filter(([, value]) => value !== null));

/** What may hold a word that opens something, beside the secrets themselves: addresses, headers, topics. */
const telling: readonly string[] = ['url', 'server', 'headers', 'topic'];

/**
 * The channel as the activity log may tell of it.
 * @param opened its secrets in the open, so that one which was sealed anew does not look changed
 */
const shownOf = (row: Omit<ChannelRow, 'id'>, opened: object = JSON.parse(row.secrets) as Names): object => {
  const config = Object.entries(JSON.parse(row.config) as Names);
  return {
    name: row.name,
    enabled: row.enabled === 1,
    kind: row.kind,
    ...Object.fromEntries(config.map(([key, value]) => [key, telling.includes(key) ? concealed(value) : value])),
    secrets: Object.fromEntries(Object.entries(opened).map(([key, value]) => [key, concealed(value)])),
    template: row.template,
    dailyLimit: row.daily_limit,
  };
};

/** What a patch says beside its target; what is left out stays. */
const columnsOf = ({ name, enabled, template, dailyLimit }: ChannelPatch): Partial<ChannelRow> => ({
  ...(name === undefined ? {} : { name }),
  ...(enabled === undefined ? {} : { enabled: enabled ? 1 : 0 }),
  ...(template === undefined ? {} : { template: template && JSON.stringify(template) }),
  ...(dailyLimit === undefined ? {} : { daily_limit: dailyLimit }),
});

/** The channel as the API shows it: of its secrets only the names. */
const present = (row: ChannelRow): Channel => ({
  id: row.id,
  name: row.name,
  enabled: row.enabled === 1,
  kind: row.kind as Channel['kind'],
  config: JSON.parse(row.config) as Record<string, unknown>,
  secrets: Object.keys(JSON.parse(row.secrets) as Names),
  template: templateIn(row.template),
  dailyLimit: row.daily_limit,
  createdAt: new Date(row.created_at).toISOString(),
});

const templateIn = (text: string | null): MessageTemplate | null =>
  text === null ? null : v.parse(messageTemplate, JSON.parse(text));

const typeOf = (kind: string, config: object): string | null =>
  kind === 'webhook' && 'headers' in config ? contentTypeOf(config.headers as Names) : null;
