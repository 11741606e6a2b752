import { join } from 'node:path';
import type { Actor, Backup, BackupKind, BackupResult, Backups as BackupsAnswer } from '../../../contract/index.ts';
import type { Bus } from '../../bus/index.ts';
import type { Clock } from '../../clock/index.ts';
import { ChrontainerError, notFound } from '../../errors/index.ts';
import type { Logger } from '../../log/index.ts';
import type { ActivityLog } from '../activity/index.ts';
import type { Settings } from '../settings/index.ts';
import { Copies } from './copies.ts';

interface Parts {
  databaseFile: string;
  clock: Clock;
  bus: Bus;
  log: Logger;
  activity: ActivityLog;
  settings: Pick<Settings, 'document'>;
}

/** A copy that is overdue at the start waits so long: it must not come in the way of what became due meanwhile. */
const settleMs = 5 * 60_000;
/** Looked again so often: the clock may be set, and the hour changed. */
const lookEveryMs = 15 * 60_000;
/** After a failure: the disk may have been cleared. */
const againMs = 3_600_000;

const program: Actor = { kind: 'system', id: null, name: 'Chrontainer', address: null };

/** Copies the database each day, and whenever somebody asks; keeps the newest. */
export class Backups {
  readonly #parts: Parts;
  readonly #copies: Copies;
  #cancel: (() => void) | undefined;
  #isRunning = false;
  #turn: Promise<unknown> = Promise.resolve();
  #last: BackupResult | null = null;
  #failedAt = Number.NEGATIVE_INFINITY;
  /** None is made by itself before. */
  #firstAt = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#copies = new Copies(parts.databaseFile, join(parts.databaseFile, '../backups'));
  }

  get last(): BackupResult | null {
    return this.#last;
  }

  start(): void {
    this.#isRunning = true;
    this.#firstAt = this.#parts.clock.now() + settleMs;
    this.#wakeAfter(settleMs);
  }

  async stop(): Promise<void> {
    this.#isRunning = false;
    this.#cancel?.();
    await this.#turn;
  }

  list(): BackupsAnswer {
    const nextAt = this.#nextAt();
    return {
      items: this.#copies.list(),
      last: this.#last,
      nextAt: nextAt === null ? null : new Date(Math.max(nextAt, this.#firstAt, this.#parts.clock.now())).toISOString(),
      directory: this.#copies.directory,
    };
  }

  /** @throws CHR_NOT_FOUND */
  get(name: string): Backup {
    const copy = this.#copies.find(name);
    if (!copy) throw notFound(`There is no copy ${name}.`);
    return copy;
  }

  /** Writes down that somebody takes a copy away, and tells where it is. @throws CHR_NOT_FOUND */
  async take(name: string, actor: Actor): Promise<string> {
    const path = this.#copies.pathOf(this.get(name));
    await this.#parts.activity.record({ actor, action: 'backup.download', target: name, result: 'ok' });
    return path;
  }

  /** Makes one now. @throws CHR_CONFLICT with the reason when it could not be made */
  async makeNow(actor: Actor): Promise<Backup> {
    const made = await this.#inTurn('by-hand', actor);
    if (typeof made === 'string') throw new ChrontainerError('CHR_CONFLICT', `The copy was not made: ${made}`);
    return made;
  }

  /** The daily one, if it is due. */
  async lookNow(): Promise<void> {
    const nextAt = this.#nextAt();
    if (nextAt !== null && nextAt <= this.#parts.clock.now()) await this.#inTurn('daily', program);
  }

  /** One at a time, so that two of the same second do not take each other's name. */
  #inTurn(kind: BackupKind, actor: Actor): Promise<Backup | string> {
    const turn = this.#turn.then(() => this.#make(kind, actor));
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  /** @returns the copy, or why there is none */
  async #make(kind: BackupKind, actor: Actor): Promise<Backup | string> {
    const { clock, log, settings } = this.#parts;
    const nowMs = clock.now();
    const entry = { actor, action: 'backup.create' } as const;
    try {
      const copy = await this.#copies.make(kind, nowMs);
      const gone = this.#copies.clear(settings.document.keepBackups, nowMs);
      this.#failedAt = Number.NEGATIVE_INFINITY;
      const message = gone.length > 0 ? `${copy.bytes} bytes; deleted ${gone.join(', ')}` : `${copy.bytes} bytes`;
      await this.#conclude({ ok: true, message }, { ...entry, target: copy.name, result: 'ok', message });
      return copy;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      log.error({ error, kind }, 'the database could not be copied');
      this.#failedAt = nowMs;
      await this.#conclude({ ok: false, message }, { ...entry, target: kind, result: 'failed', message });
      return message;
    }
  }

  /** On a disk that takes nothing the activity log cannot say so either: then the log and the health do. */
  async #conclude(result: Omit<BackupResult, 'at'>, entry: Parameters<ActivityLog['record']>[0]): Promise<void> {
    const { bus, clock, log, activity } = this.#parts;
    this.#last = { at: new Date(clock.now()).toISOString(), ...result };
    bus.emit('backup.ended', this.#last);
    await activity
      .record(entry)
      .catch((error: unknown) => log.error({ error }, 'what became of a copy could not be written down'));
  }

  #wakeAfter(ms: number): void {
    if (!this.#isRunning) return;
    this.#cancel = this.#parts.clock.after(ms, () => {
      this.lookNow()
        .catch((error: unknown) => this.#parts.log.error({ error }, 'the daily copy was not looked at'))
        .finally(() => this.#wakeAfter(this.#pauseMs()));
    });
  }

  #pauseMs(): number {
    const leftMs = (this.#nextAt() ?? Number.POSITIVE_INFINITY) - this.#parts.clock.now();
    return Math.min(lookEveryMs, Math.max(1000, leftMs));
  }

  /** When the next daily one is due; in the past where one was missed. Null: none are made by themselves. */
  #nextAt(): number | null {
    const { timeZone, backupHour } = this.#parts.settings.document;
    if (backupHour === null) return null;
    const newest = this.#copies.list().find(({ kind }) => kind === 'daily');
    const dueAt = newest ? hourAfter(Date.parse(newest.madeAt), backupHour, timeZone) : this.#parts.clock.now();
    return Math.max(dueAt, this.#failedAt + againMs);
  }
}

/** The first time after an instant that the clock on the wall shows that hour; where it is left out, just after. */
const hourAfter = (at: number, hour: number, timeZone: string): number => {
  const day = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone).startOfDay();
  const onDay = (days: number) => day.add({ days }).with({ hour }).epochMilliseconds;
  return onDay(0) > at ? onDay(0) : onDay(1);
};
