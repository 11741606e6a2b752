import { randomUUID } from 'node:crypto';
import type { Actor, ChannelTest } from '../../../contract/index.ts';
import type { Bus } from '../../bus/index.ts';
import type { Clock } from '../../clock/index.ts';
import type { Database, GroupCommit } from '../../database/index.ts';
import type { Logger } from '../../log/index.ts';
import type { Outbound } from '../../outbound/index.ts';
import type { Secrets } from '../../secrets/index.ts';
import type { ActivityLog } from '../activity/index.ts';
import { AfterSilence } from './after-silence.ts';
import { Channels } from './channels.ts';
import { Deliveries } from './deliveries.ts';
import { Notices } from './notifier.ts';
import { Outbox } from './outbox.ts';
import { Post } from './post.ts';
import { Rules } from './rules.ts';
import type { RunSources } from './run-happenings.ts';
import { Silences } from './silences.ts';
import { SnoozeLinks } from './snooze/links.ts';
import { Snoozing } from './snooze/snoozing.ts';
import { NotificationStore } from './store.ts';
import { exampleOf } from './templates/examples.ts';
import { Rewording } from './templates/rewording.ts';
import { Templates } from './templates/templates.ts';

interface Parts extends RunSources {
  db: Database;
  bus: Bus;
  commits: GroupCommit;
  clock: Clock;
  log: Logger;
  secrets: Secrets;
  activity: ActivityLog;
  outbound: Outbound;
  /** Where users reach the program; null: nobody said. */
  baseUrl: string | null;
  /** The instance's. */
  timeZone(): string;
  /** Whether a container, a host or the like is still in the trouble that an event told of. */
  isTrouble(event: string, subject: string): boolean;
  /** Whether there is one of that number. */
  hasHost: (id: number) => boolean;
  hasSchedule: (id: number) => boolean;
}

/** The room of what is told outside: channels, rules, and the outbox that sends. */
export class Notifications {
  readonly channels: Channels;
  readonly rules: Rules;
  readonly silences: Silences;
  readonly deliveries: Deliveries;
  readonly templates: Templates;
  readonly notices: Notices;
  readonly post: Post;
  readonly snoozing: Snoozing;
  /** Whether messages carry links. */
  readonly hasLinks: boolean;
  readonly #outbox: Outbox;
  readonly #rewording: Rewording;
  readonly #clock: Clock;

  constructor(parts: Parts) {
    const { baseUrl } = parts;
    const store = new NotificationStore(parts.db);
    this.#clock = parts.clock;
    this.hasLinks = baseUrl !== null;
    this.templates = new Templates(parts.timeZone);
    const common = { ...parts, store, templates: this.templates };
    this.channels = new Channels(common);
    this.post = new Post(this.channels, parts.outbound);
    const { hasHost, hasSchedule } = parts;
    const has = { channels: (id: number) => this.channels.has(id), hosts: hasHost, schedules: hasSchedule };
    this.rules = new Rules({ ...common, has });
    this.#rewording = new Rewording({ ...common, channels: this.channels, rules: this.rules });
    const linkTo = (path: string) => (baseUrl === null ? null : `${baseUrl}${path}`);
    const snoozeLinks = new SnoozeLinks({ ...common, linkTo });
    const words = { channels: this.channels, rewording: this.#rewording, linkTo, snoozeLinks };
    this.silences = new Silences({ ...common, onChange: () => this.#outbox.wake() });
    const afterSilence = new AfterSilence({
      ...common,
      channels: this.channels,
      rules: this.rules,
      silences: this.silences,
    });
    this.#outbox = new Outbox({ ...common, ...words, afterSilence });
    this.snoozing = new Snoozing({ ...common, links: snoozeLinks, silences: this.silences });
    const own = { ...common, channels: this.channels, outbox: this.#outbox, silences: this.silences };
    this.deliveries = new Deliveries(own);
    this.notices = new Notices({ ...own, rules: this.rules });
  }

  /** To be called before runs go on: their ends are told by the rules. */
  async load(): Promise<void> {
    await this.channels.load();
    await this.rules.load();
    await this.silences.load();
  }

  start(): void {
    this.#outbox.start();
  }

  stop(): Promise<void> {
    return this.#outbox.stop();
  }

  /** Sends a message to one channel now, in the channel's words, and tells what the other side said. @throws CHR_NOT_FOUND */
  async test(id: number, actor: Actor): Promise<ChannelTest> {
    const { name } = this.channels.get(id);
    const nowMs = this.#clock.now();
    const plain = {
      id: randomUUID(),
      title: 'A test from Chrontainer',
      body: `The channel ${name} works. ${actor.name} asked for this message.`,
      severity: 'info' as const,
      event: 'test',
      at: nowMs,
      sentAt: nowMs,
      runId: null,
      url: null,
      snooze: null,
      request: null,
      facts: null,
    };
    const { ok, status, answer } = await this.#outbox.try(
      id,
      await this.#rewording.ofTest(id, plain, exampleOf('run.failed')),
    );
    return { ok, status, answer };
  }

  /** @throws CHR_NOT_FOUND */
  async removeChannel(id: number, actor: Actor): Promise<void> {
    await this.channels.remove(id, actor);
    this.rules.forgetChannel(id);
  }
}
