import type { Transaction } from 'kysely';
import type { NotificationRule } from '../../../contract/index.ts';
import type { Clock } from '../../clock/index.ts';
import type { GroupCommit, Tables } from '../../database/index.ts';
import { isStorageFailure } from '../../database/index.ts';
import { ChrontainerError } from '../../errors/index.ts';
import type { Notice, Notifier } from '../actions/index.ts';
import type { EndedRun } from '../runs/index.ts';
import type { Channels } from './channels.ts';
import type { Outbox } from './outbox.ts';
import type { Rules } from './rules.ts';
import type { RunEvent } from './run-events.ts';
import { eventOf, isWanted, outcomeBefore } from './run-events.ts';
import { lastLinesOf } from './run-output.ts';
import type { Words } from './run-words.ts';
import { wordsOf } from './run-words.ts';
import type { NotificationStore } from './store.ts';

interface Parts {
  commits: GroupCommit;
  store: NotificationStore;
  channels: Channels;
  rules: Rules;
  outbox: Outbox;
  clock: Clock;
  hostName(hostId: number): string;
  /** An instant as people read it, in the instance's zone. */
  localTime(ms: number): string;
  /** When a schedule runs next, as people read it; null when it does not. */
  nextRun(scheduleId: number): string | null;
}

/** Queues messages: those that steps send, and those that rules want of runs that ended. */
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
    const all = this.#parts.rules.all();
    if (all.length === 0) return;
    const before = await outcomeBefore(trx, run);
    const event = eventOf(run, before);
    const fitting = event ? all.filter((rule) => isWanted(rule, run, event, before)) : [];
    if (!event || fitting.length === 0) return;
    const words = wordsOf(run, event, await this.#contextOf(trx, run));
    for (const rule of fitting) await this.#tell(trx, rule, run, { ...event, ...words });
    // After the commit: the outbox would not find it before.
    setImmediate(() => this.#parts.outbox.wake());
  };

  /** A second rule that names the same channel adds nothing: the key of the message is the same. */
  async #tell(
    trx: Transaction<Tables>,
    { id: ruleId, channels, foldMs }: NotificationRule,
    run: EndedRun,
    told: RunEvent & Words,
  ): Promise<void> {
    const { store } = this.#parts;
    const subject = `${told.event}/${run.scheduleId ?? run.name}`;
    for (const channelId of channels) {
      const isFolded = await store.wasTold(trx, channelId, subject, run.endedAt - foldMs);
      const fate = isFolded ? { state: 'folded', next_try_at: null } : { state: 'pending', next_try_at: run.endedAt };
      const key = `${run.id}/${told.event}/${channelId}`;
      const row = { channel_id: channelId, dedupe_key: key, subject, run_id: run.id, created_at: run.endedAt };
      await store.queue(trx, [{ ...row, ...told, ...fate, rule_id: ruleId, sent_at: null, answer: null }]);
    }
  }

  async #contextOf(trx: Transaction<Tables>, run: EndedRun) {
    const { hostName, localTime, nextRun } = this.#parts;
    const lastLines = await lastLinesOf(trx, run.id);
    return { hostName, localTime, lastLines, nextRun: run.scheduleId === null ? null : nextRun(run.scheduleId) };
  }
}

const conflict = (message: string): ChrontainerError => new ChrontainerError('CHR_CONFLICT', message);
