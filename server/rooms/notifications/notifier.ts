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
import type { Fate, Standing } from './fate.ts';
import { fateOf, flapKey, overLimit, sentAt } from './fate.ts';
import type { Happening, Meaning } from './happening.ts';
import { isWanted, matterOf } from './happening.ts';
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
    const rowOf = (id: number, isOver: boolean) => ({
      channel_id: id,
      dedupe_key: `${key}/${id}`,
      subject: key,
      event: 'step.notify',
      severity,
      title,
      body,
      run_id: runId,
      created_at: nowMs,
      sent_at: null,
      ...(isOver ? overLimit(channels.dailyLimitOf(id) ?? 0) : sentAt(nowMs)),
    });
    const left = new Set<number>();
    await this.#write(async (trx) => {
      for (const id of ids) {
        const isOver = (await this.#today(trx, id, nowMs)) >= (channels.dailyLimitOf(id) ?? Number.POSITIVE_INFINITY);
        if (isOver) left.add(id);
        await store.queue(trx, [rowOf(id, isOver)]);
      }
    });
    outbox.wake();
    return ids.map(
      (id) => `${channels.nameOf(id)}${left.has(id) ? ' (not sent: it has had its messages of today)' : ''}`,
    );
  }

  /** The messages that a channel with a limit has had since midnight of the instance's zone. */
  async #today(trx: Transaction<Tables>, channelId: number, at: number): Promise<number> {
    const { store, channels, timeZone } = this.#parts;
    if (channels.dailyLimitOf(channelId) === null) return 0;
    return store.countSince(trx, channelId, midnightBefore(at, timeZone()));
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
    const wanting = rules.all().filter((rule) => isWanted(rule, happening));
    for (const channelId of new Set(wanting.flatMap(({ channels }) => channels))) {
      const own = wanting.filter(({ channels }) => channels.includes(channelId));
      await this.#queue(trx, own, channelId, happening);
    }
    // After the commit: the outbox would not find it before.
    setImmediate(() => outbox.wake());
  }

  /** A channel that several rules name is told once, as soon as the most urgent of them wants it. */
  async #queue(trx: Transaction<Tables>, rules: NotificationRule[], channelId: number, told: Happening): Promise<void> {
    const { store } = this.#parts;
    const { isKnown, ...standing } = await this.#standingOf(trx, channelId, told);
    const fates = rules
      .filter(({ onlyChanges }) => !(onlyChanges && isKnown))
      .map((rule) => ({ rule, fate: fateOf(told, rule, channelId, standing) }));
    const [chosen] = fates.sort((a, b) => dueAt(a.fate) - dueAt(b.fate));
    if (!chosen) return;
    const { rule, fate } = chosen;
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

  async #standingOf(trx: Transaction<Tables>, channelId: number, told: Happening): Promise<KnownStanding> {
    const { store, channels, silences, timeZone } = this.#parts;
    const matter = matterOf(told);
    const dailyLimit = channels.dailyLimitOf(channelId);
    const badSince = told.run?.badSince ?? null;
    const { badToldAt, turnedAt, toldAt, flapAt, stormAt, recent, today } = await store.standing(trx, channelId, {
      subject: told.subject,
      bad: matter?.bad ?? [],
      opposite: matter?.good === told.subject ? matter.bad : matter ? [matter.good] : [],
      flapKey: matter ? flapKey(channelId, matter.good) : '',
      stormKey: `storm/${channelId}`,
      recentSince: told.at - 60_000,
      // Without a limit nobody has to know: nothing is later than that.
      daySince: dailyLimit === null ? Number.MAX_SAFE_INTEGER : midnightBefore(told.at, timeZone()),
    });
    return {
      isKnown: badSince !== null && badToldAt !== null && badToldAt > badSince,
      ...{ toldAt, flapAt, stormAt, dailyLimit, recent: recent ?? 0, today: today ?? 0 },
      hasTurned: toldAt !== null && turnedAt !== null && turnedAt >= toldAt,
      matter: matter?.good ?? null,
      isForMachines: channels.isForMachines(channelId),
      silencedBy: silences.reasonFor(told),
      timeZone: timeZone(),
    };
  }
}

/** With whether the channel was told that its schedule fails: one that was silenced, or could not be reached, was not. */
type KnownStanding = Standing & { isKnown: boolean };

const midnightBefore = (at: number, timeZone: string): number =>
  Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone).startOfDay().epochMilliseconds;

/** What is left out comes last. */
const dueAt = ({ next_try_at }: Fate): number => next_try_at ?? Number.MAX_SAFE_INTEGER;

const untoldWords = (count: number): string => {
  if (count === 0) return '';
  return `\n\nIt also happened ${count === 1 ? 'once' : `${count} times`} without being told.`;
};

const conflict = (message: string): ChrontainerError => new ChrontainerError('CHR_CONFLICT', message);
