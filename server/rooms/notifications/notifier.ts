import type { Transaction } from 'kysely';
import type { NotificationRule } from '../../../contract/index.ts';
import type { ContainerUpdated } from '../../bus/index.ts';
import type { Clock } from '../../clock/index.ts';
import type { GroupCommit, Tables } from '../../database/index.ts';
import { isStorageFailure } from '../../database/index.ts';
import { ChrontainerError } from '../../errors/index.ts';
import type { Notice, Notifier } from '../actions/index.ts';
import type { EndedRun } from '../runs/index.ts';
import type { Channels } from './channels.ts';
import type { Standing } from './fate.ts';
import { fateOf } from './fate.ts';
import type { Happening, Meaning } from './happening.ts';
import { isWanted } from './happening.ts';
import type { Outbox } from './outbox.ts';
import type { Rules } from './rules.ts';
import type { RunSources } from './run-happenings.ts';
import { happeningOf } from './run-happenings.ts';
import type { Silences } from './silences.ts';
import type { NotificationStore } from './store.ts';
import { updateHappening } from './update-happenings.ts';

interface Parts extends RunSources {
  commits: GroupCommit;
  store: NotificationStore;
  channels: Channels;
  rules: Rules;
  outbox: Outbox;
  silences: Silences;
  clock: Clock;
  /** The instance's: quiet times and days are by its clock. */
  timeZone(): string;
}

/** Queues messages: those that steps send, and those that rules want of what happened. */
export class Notices implements Notifier {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  async queue({ key, title, body, severity, runId, channels: wanted }: Notice): Promise<string[]> {
    const { store, channels, outbox, clock } = this.#parts;
    const unknown = wanted?.filter((id) => !channels.has(id)) ?? [];
    if (unknown.length > 0) throw conflict(`there is no channel ${unknown.join(', ')}`);
    const ids = wanted ?? channels.enabledIds();
    if (ids.length === 0) throw conflict('there is no channel to send it to; add one under Notifications');
    const nowMs = clock.now();
    const rows = ids.map((id) => ({
      channel_id: id,
      dedupe_key: `${key}/${id}`,
      subject: key,
      event: 'step.notify',
      severity,
      title,
      body,
      run_id: runId,
      state: 'pending',
      created_at: nowMs,
      next_try_at: nowMs,
      sent_at: null,
      answer: null,
    }));
    await this.#write((trx) => store.queue(trx, rows));
    outbox.wake();
    return ids.map((id) => channels.nameOf(id));
  }

  async #write(writing: (trx: Transaction<Tables>) => Promise<void>): Promise<void> {
    try {
      await this.#parts.commits.write(writing);
    } catch (error) {
      if (!isStorageFailure(error)) throw error;
      const message = 'the message could not be written down, the disk is full or broken';
      throw new ChrontainerError('CHR_INTERNAL', message, { cause: error });
    }
  }

  /** In the commit that ends the run: what is due to be told of it cannot be lost by a crash in between. */
  readonly onRunEnded = async (trx: Transaction<Tables>, run: EndedRun): Promise<void> => {
    const rules = this.#parts.rules.all();
    if (rules.length === 0) return;
    const isAskedFor = (meaning: Meaning) => rules.some((rule) => isWanted(rule, meaning));
    const happening = await happeningOf(trx, run, this.#parts, isAskedFor);
    if (happening) await this.tell(trx, happening);
  };

  /** In the commit that settles an exchange of a container's image. */
  readonly onUpdated = async (trx: Transaction<Tables>, updated: ContainerUpdated): Promise<void> => {
    if (this.#parts.rules.all().length === 0) return;
    await this.tell(trx, await updateHappening(trx, updated, this.#parts));
  };

  /** Queues what the rules want to hear of it, as part of the caller's commit. */
  async tell(trx: Transaction<Tables>, happening: Happening): Promise<void> {
    const { rules, outbox } = this.#parts;
    for (const rule of rules.all().filter((one) => isWanted(one, happening))) {
      for (const channelId of rule.channels) await this.#queue(trx, rule, channelId, happening);
    }
    // After the commit: the outbox would not find it before.
    setImmediate(() => outbox.wake());
  }

  /** A second rule that names the same channel adds nothing: the key of the message is the same. */
  async #queue(trx: Transaction<Tables>, rule: NotificationRule, channelId: number, told: Happening): Promise<void> {
    const { store } = this.#parts;
    const standing = await this.#standingOf(trx, channelId, told);
    const fate = fateOf(told, rule, channelId, standing);
    const untold =
      fate.state === 'pending' ? await store.foldedSince(trx, channelId, told.subject, standing.toldAt ?? 0) : 0;
    const { event, severity, title, subject, path, at, facts } = told;
    const row = {
      channel_id: channelId,
      dedupe_key: `${told.key}/${channelId}`,
      subject,
      event,
      severity,
      title,
      body: `${told.body}${untoldWords(untold)}`,
      run_id: told.run?.id ?? null,
      path,
      created_at: at,
      sent_at: null,
      facts,
      rule_id: rule.id,
    };
    await store.queue(trx, [{ ...row, ...fate }]);
  }

  async #standingOf(trx: Transaction<Tables>, channelId: number, told: Happening): Promise<Standing> {
    const { store, channels, silences, timeZone } = this.#parts;
    const zone = timeZone();
    const midnight = Temporal.Instant.fromEpochMilliseconds(told.at).toZonedDateTimeISO(zone).startOfDay();
    const dailyLimit = channels.dailyLimitOf(channelId);
    return {
      toldAt: await store.toldAt(trx, channelId, told.subject),
      recent: await store.countSince(trx, channelId, told.at - 60_000),
      today: dailyLimit === null ? 0 : await store.countSince(trx, channelId, midnight.epochMilliseconds),
      dailyLimit,
      isForMachines: channels.isForMachines(channelId),
      stormAt: await store.gatherAt(trx, channelId, `storm/${channelId}`),
      silencedBy: silences.reasonFor(told),
      timeZone: zone,
    };
  }
}

const untoldWords = (count: number): string => {
  if (count === 0) return '';
  return `\n\nIt also happened ${count === 1 ? 'once' : `${count} times`} without being told.`;
};

const conflict = (message: string): ChrontainerError => new ChrontainerError('CHR_CONFLICT', message);
