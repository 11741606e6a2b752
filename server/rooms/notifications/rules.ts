import * as v from 'valibot';
import type {
  Actor,
  MessageTemplate,
  NotificationRule,
  NotificationRuleInput,
  NotificationRulePatch,
} from '../../../contract/index.ts';
import { notificationRuleInput } from '../../../contract/index.ts';
import type { Clock } from '../../clock/index.ts';
import type { Database } from '../../database/index.ts';
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
  hasChannel(id: number): boolean;
}

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
      const channels = rule.channels.filter((id) => this.#parts.hasChannel(id));
      this.#rules.set(row.id, { ...rule, channels });
    }
  }

  all(): NotificationRule[] {
    return [...this.#rules.values()];
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

  /** @throws CHR_INVALID_INPUT for a channel that is not there, or a faulty template */
  async create(input: NotificationRuleInput, actor: Actor): Promise<NotificationRule> {
    this.#check(input);
    await this.#parts.templates.check(input.template, 'template', null);
    const { db, store, activity, clock } = this.#parts;
    const row = { document: JSON.stringify(input), created_at: clock.now() };
    const id = await db.transaction().execute(async (trx) => {
      const note = { actor, target: input.name, result: 'ok', changes: changesOf(null, input) } as const;
      await activity.record({ ...note, action: 'notification-rule.create' }, trx);
      return store.addRule(trx, row);
    });
    const rule = ruleOf({ ...row, id });
    this.#rules.set(id, rule);
    return rule;
  }

  /** @throws CHR_NOT_FOUND, CHR_INVALID_INPUT */
  async change(id: number, patch: NotificationRulePatch, actor: Actor): Promise<NotificationRule> {
    const { id: _id, createdAt, ...before } = this.get(id);
    const next = { ...before, ...patch };
    this.#check(next);
    await this.#parts.templates.check(next.template, 'template', null);
    const { db, store, activity } = this.#parts;
    await db.transaction().execute(async (trx) => {
      await store.changeRule(trx, id, JSON.stringify(next));
      const note = { actor, target: next.name, result: 'ok', changes: changesOf(before, next) } as const;
      await activity.record({ ...note, action: 'notification-rule.update' }, trx);
    });
    const rule = { ...next, id, createdAt };
    this.#rules.set(id, rule);
    return rule;
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

  #check({ channels }: Pick<NotificationRuleInput, 'channels'>): void {
    const faults = channels.flatMap((id, i) =>
      this.#parts.hasChannel(id) ? [] : [{ path: `channels.${i}`, message: `there is no channel ${id}` }],
    );
    if (faults.length > 0) throw invalidInput(faults);
  }
}

const ruleOf = ({ id, document, created_at }: RuleRow): NotificationRule => ({
  ...v.parse(notificationRuleInput, JSON.parse(document)),
  id,
  createdAt: new Date(created_at).toISOString(),
});
