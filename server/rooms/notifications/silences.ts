import * as v from 'valibot';
import type { Actor, Silence, SilenceInput } from '../../../contract/index.ts';
import { silenceInput } from '../../../contract/index.ts';
import type { Clock } from '../../clock/index.ts';
import type { Database } from '../../database/index.ts';
import { invalidInput, notFound } from '../../errors/index.ts';
import type { ActivityLog } from '../activity/index.ts';
import { changesOf } from '../activity/index.ts';
import type { Happening } from './happening.ts';
import { isOfSelection } from './happening.ts';
import type { NotificationStore, SilenceRow } from './store.ts';

interface Parts {
  db: Database;
  store: NotificationStore;
  activity: ActivityLog;
  clock: Clock;
  /** The instance's. */
  timeZone(): string;
}

/** When nothing is told, and of what. Few, so that they are known without asking the database. */
export class Silences {
  readonly #parts: Parts;
  readonly #silences = new Map<number, Silence>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** To be called once, before anything is announced. */
  async load(): Promise<void> {
    const rows = await this.#parts.store.silences(this.#parts.clock.now());
    for (const row of rows) this.#silences.set(row.id, silenceOf(row));
  }

  /** Those that are, or will be. */
  list(): Silence[] {
    const nowMs = this.#parts.clock.now();
    return [...this.#silences.values()].filter(({ until }) => Date.parse(until) > nowMs);
  }

  /** @throws CHR_INVALID_INPUT for one that is over before it begins */
  async create(input: SilenceInput, actor: Actor): Promise<Silence> {
    const { db, store, activity, clock } = this.#parts;
    const nowMs = clock.now();
    const [fromAt, untilAt] = [Date.parse(input.from ?? new Date(nowMs).toISOString()), Date.parse(input.until)];
    if (untilAt <= Math.max(fromAt, nowMs)) {
      throw invalidInput([{ path: 'until', message: 'must be later than now, and later than from' }]);
    }
    const row = {
      document: JSON.stringify(input),
      from_at: fromAt,
      until_at: untilAt,
      created_by: actor.name,
      created_at: nowMs,
    };
    const message = `until ${input.until}`;
    const id = await db.transaction().execute(async (trx) => {
      const note = { actor, target: input.reason, message, result: 'ok', changes: changesOf(null, input) } as const;
      await activity.record({ ...note, action: 'silence.create' }, trx);
      return store.addSilence(trx, row);
    });
    const silence = silenceOf({ ...row, id });
    this.#silences.set(id, silence);
    return silence;
  }

  /** Ends it now. @throws CHR_NOT_FOUND */
  async end(id: number, actor: Actor): Promise<void> {
    const silence = this.#silences.get(id);
    if (!silence) throw notFound(`There is no silence ${id}.`);
    const { db, store, activity } = this.#parts;
    await db.transaction().execute(async (trx) => {
      await store.removeSilence(trx, id);
      const { id: _id, createdAt: _at, createdBy: _by, ...before } = silence;
      const note = { actor, target: silence.reason, result: 'ok', changes: changesOf(before, null) } as const;
      await activity.record({ ...note, action: 'silence.delete' }, trx);
    });
    this.#silences.delete(id);
  }

  /** Why this is not told, in words; null where no silence names it. */
  reasonFor(happening: Happening): string | null {
    const silence = this.list().find((one) => covers(one, happening));
    return silence ? `silenced until ${localMinute(silence.until, this.#parts.timeZone())}: ${silence.reason}` : null;
  }
}

/** `2026-11-26 08:00 Europe/Berlin`: kept as text, so that it names its zone. */
const localMinute = (instant: string, timeZone: string): string => {
  const local = Temporal.Instant.from(instant).toZonedDateTimeISO(timeZone).toPlainDateTime();
  return `${local.toString({ smallestUnit: 'minute' }).replace('T', ' ')} ${timeZone}`;
};

const covers = (silence: Silence, happening: Happening): boolean => {
  if (Date.parse(silence.from) > happening.at || Date.parse(silence.until) <= happening.at) return false;
  if (silence.events.length > 0 && !silence.events.includes(happening.event)) return false;
  if (silence.subjects.length > 0 && !silence.subjects.includes(happening.subject)) return false;
  return isOfSelection(silence, happening);
};

const silenceOf = ({ id, document, from_at, created_by, created_at }: SilenceRow): Silence => ({
  ...v.parse(silenceInput, JSON.parse(document)),
  id,
  from: new Date(from_at).toISOString(),
  createdBy: created_by,
  createdAt: new Date(created_at).toISOString(),
});
