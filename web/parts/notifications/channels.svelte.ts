import type { Page } from '../../../contract/common.ts';
import type {
  Channel,
  ChannelList,
  ChannelTest,
  NotificationRule,
  NotificationRuleInput,
  ShownRule,
} from '../../../contract/notifications.ts';
import type { MessageTemplate } from '../../../contract/templates.ts';
import type { Api } from '../../api/client.ts';

const base = '/notifications';

/** A channel as a form sends it. */
export interface ChannelBody {
  name: string;
  target: object;
  template: MessageTemplate | null;
  /** Null: no limit. */
  dailyLimit: number | null;
}

/** A rule as a form sends it. */
export type RuleBody = Omit<NotificationRuleInput, 'enabled'>;

/** The channels and rules, as they were when the page was opened or changed them. */
export class NotificationSettings {
  channels = $state.raw<Channel[]>([]);
  rules = $state.raw<ShownRule[]>([]);
  /** Whether messages carry links to runs and snoozing. */
  hasLinks = $state(true);
  state = $state<'loading' | 'ready' | 'failed'>('loading');
  error = $state.raw<unknown>(null);
  readonly #api: Api;

  constructor(api: Api) {
    this.#api = api;
  }

  async load(): Promise<void> {
    try {
      const [channels, rules] = await Promise.all([
        this.#api.get<ChannelList>(`${base}/channels`),
        this.#api.get<Page<ShownRule>>(`${base}/rules`),
      ]);
      this.channels = channels.items;
      this.hasLinks = channels.hasLinks;
      this.rules = rules.items;
      this.state = 'ready';
    } catch (error) {
      this.error = error;
      this.state = 'failed';
    }
  }

  /** Whether a failure of any schedule is told in this channel. */
  tellsFailures(channelId: number): boolean {
    return this.rules.some((rule) => rule.enabled && rule.channels.includes(channelId) && isPlain(rule));
  }

  async add(body: ChannelBody): Promise<Channel> {
    const channel = await this.#api.post<Channel>(`${base}/channels`, body);
    await this.load();
    return channel;
  }

  async change({ id }: Channel, body: ChannelBody): Promise<void> {
    await this.#api.patch(`${base}/channels/${id}`, body);
    await this.load();
  }

  async setEnabled({ id }: Channel, enabled: boolean): Promise<void> {
    await this.#api.patch(`${base}/channels/${id}`, { enabled });
    await this.load();
  }

  async remove({ id }: Channel): Promise<void> {
    await this.#api.delete(`${base}/channels/${id}`);
    await this.load();
  }

  test({ id }: Channel): Promise<ChannelTest> {
    return this.#api.post<ChannelTest>(`${base}/channels/${id}/test`);
  }

  /** Failures, what was missed, and recoveries of every schedule: what most people want to hear of, and no more. */
  async tellFailures({ id, name }: Channel, isWanted: boolean): Promise<void> {
    const own = this.rules.filter((rule) => rule.channels.includes(id) && isPlain(rule));
    if (isWanted && own.length === 0) {
      await this.#api.post(`${base}/rules`, { name: name.slice(0, 100), events: [...plainEvents], channels: [id] });
    }
    for (const rule of own) await this.#api.patch(`${base}/rules/${rule.id}`, { enabled: isWanted });
    await this.load();
  }

  async addRule(body: RuleBody): Promise<void> {
    await this.#api.post(`${base}/rules`, body);
    await this.load();
  }

  async changeRule({ id }: NotificationRule, body: RuleBody): Promise<void> {
    await this.#api.patch(`${base}/rules/${id}`, body);
    await this.load();
  }

  async setRuleEnabled({ id }: NotificationRule, enabled: boolean): Promise<void> {
    await this.#api.patch(`${base}/rules/${id}`, { enabled });
    await this.load();
  }

  async removeRule({ id }: NotificationRule): Promise<void> {
    await this.#api.delete(`${base}/rules/${id}`);
    await this.load();
  }
}

const plainEvents = ['run.failed', 'run.missed', 'run.recovered'] as const;

/** Those that the switch of a channel makes; others are left alone. */
function isPlain({ events, channels, ...of }: NotificationRule): boolean {
  const chosen = [...of.hosts, ...of.stacks, ...of.tags, ...of.schedules, ...of.severities];
  const isOfAll = chosen.length === 0 && channels.length === 1;
  return isOfAll && plainEvents.every((event) => events.includes(event)) && events.length === plainEvents.length;
}
