import * as v from 'valibot';
import type {
  Actor,
  MessageTemplate,
  NotificationRule,
  NotificationRuleInput,
  NotificationRulePatch,
  ShownRule,
} from '../../../contract/index.ts';
import { notificationRuleInput } from '../../../contract/index.ts';
import type { Clock } from '../../clock/index.ts';
import type { Database } from '../../database/index.ts';
import type { FieldError } from '../../errors/index.ts';
import { invalidInput, notFound } from '../../errors/index.ts';
import type { ActivityLog } from '../activity/index.ts';
import { changesOf } from '../activity/index.ts';

import type { NotificationStore, RuleRow } from './store.ts';
import type { Templates } from './templates/templates.ts';

interface Parts {
  db: Database;
  store: NotificationStore;
  activity: ActivityLog;
  clock: Clock;
  templates: Templates;
  /** Whether there is one of that number. */
  has: Record<Named, (id: number) => boolean>;
}

/** What a rule names by number. */
const named = ['channels', 'hosts', 'schedules'] as const;
type Named = (typeof named)[number];
const singular = { channels: 'channel', hosts: 'host', schedules: 'schedule' } as const;

/** Which events are told where. Few, so that they are known without asking the database. */
export class Rules {
  readonly #parts: Parts;
  readonly #rules = new Map<number, NotificationRule>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** To be called once, before runs go on. */
  async load(): Promise<void> {
    for (const row of await this.#parts.store.rules()) {
      const rule = ruleOf(row);
      // A channel that was deleted is still in the rule as it was written: nothing may be queued for it.
      const channels = rule.channels.filter((id) => this.#parts.has.channels(id));
      this.#rules.set(row.id, { ...rule, channels });
    }
  }

  all(): NotificationRule[] {
    return [...this.#rules.values()];
  }

  /** With what they name and is gone. */
  list(): ShownRule[] {
    return this.all().map((rule) => this.#shown(rule));
  }

  /** @throws CHR_NOT_FOUND */
  get(id: number): NotificationRule {
    const rule = this.#rules.get(id);
    if (!rule) throw notFound(`There is no rule ${id}.`);
    return rule;
  }

  /** Null where the rule is gone, or leaves the words to its channels. */
  templateOf(id: number): MessageTemplate | null {
    return this.#rules.get(id)?.template ?? null;
  }

  /** @throws CHR_INVALID_INPUT with everything that is named and not there, and the faults of its template */
  async create(input: NotificationRuleInput, actor: Actor): Promise<ShownRule> {
    await this.#check(input, null);
    const { db, store, activity, clock } = this.#parts;
    const row = { document: JSON.stringify(input), created_at: clock.now() };
    const id = await db.transaction().execute(async (trx) => {
      const note = { actor, target: input.name, result: 'ok', changes: changesOf(null, input) } as const;
      await activity.record({ ...note, action: 'notification-rule.create' }, trx);
      return store.addRule(trx, row);
    });
    const rule = ruleOf({ ...row, id });
    this.#rules.set(id, rule);
    return this.#shown(rule);
  }

  /** What it named before may be gone by now. @throws CHR_NOT_FOUND, CHR_INVALID_INPUT */
  async change(id: number, patch: NotificationRulePatch, actor: Actor): Promise<ShownRule> {
    const { id: _id, createdAt, ...before } = this.get(id);
    const next = { ...before, ...patch };
    await this.#check(next, before);
    const { db, store, activity } = this.#parts;
    await db.transaction().execute(async (trx) => {
      await store.changeRule(trx, id, JSON.stringify(next));
      const note = { actor, target: next.name, result: 'ok', changes: changesOf(before, next) } as const;
      await activity.record({ ...note, action: 'notification-rule.update' }, trx);
    });
    const rule = { ...next, id, createdAt };
    this.#rules.set(id, rule);
    return this.#shown(rule);
  }

  /** @throws CHR_NOT_FOUND */
  async remove(id: number, actor: Actor): Promise<void> {
    const { id: _id, createdAt: _at, ...before } = this.get(id);
    const { db, store, activity } = this.#parts;
    await db.transaction().execute(async (trx) => {
      await store.removeRule(trx, id);
      const note = { actor, target: before.name, result: 'ok', changes: changesOf(before, null) } as const;
      await activity.record({ ...note, action: 'notification-rule.delete' }, trx);
    });
    this.#rules.delete(id);
  }

  /** A channel is gone: rules go on without it. */
  forgetChannel(channelId: number): void {
    for (const [id, rule] of this.#rules) {
      this.#rules.set(id, { ...rule, channels: rule.channels.filter((one) => one !== channelId) });
    }
  }

  async #check(rule: NotificationRuleInput, before: NotificationRuleInput | null): Promise<void> {
    const { has, templates } = this.#parts;
    const missing = named.flatMap((field) =>
      rule[field].flatMap((id, i): FieldError[] => {
        if (has[field](id) || before?.[field].includes(id)) return [];
        return [
          { path: `${field}.${i}`, message: `there is no ${singular[field]} ${id}; name another or leave it out` },
        ];
      }),
    );
    const faults = [...missing, ...(await templates.faultsOf(rule.template, 'template', null))];
    if (faults.length > 0) throw invalidInput(faults);
  }

  #shown(rule: NotificationRule): ShownRule {
    const { has } = this.#parts;
    const gone = (field: 'hosts' | 'schedules') => rule[field].filter((id) => !has[field](id));
    return { ...rule, gone: { hosts: gone('hosts'), schedules: gone('schedules') } };
  }
}

const ruleOf = ({ id, document, created_at }: RuleRow): NotificationRule => ({
  ...v.parse(notificationRuleInput, JSON.parse(document)),
  id,
  createdAt: new Date(created_at).toISOString(),
});
