import * as v from 'valibot';
import type { Actor, Silence, SilenceInput, SilencePatch } from '../../../contract/index.ts';
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
  /** One is new, or other than before: pages show it, and what an ended one left out and still holds is to be told. */
  onChange(): void;
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
    const rows = await this.#parts.store.silences();
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
    const row = { ...columnsOf(input, nowMs), created_by: actor.name, created_at: nowMs };
    const message = `until ${localMinute(input.until, this.#parts.timeZone())}`;
    const id = await db.transaction().execute(async (trx) => {
      const note = { actor, target: input.reason, message, result: 'ok', changes: changesOf(null, input) } as const;
      await activity.record({ ...note, action: 'silence.create' }, trx);
      return store.addSilence(trx, row);
    });
    const silence = silenceOf({ ...row, id });
    this.#silences.set(id, silence);
    this.#parts.onChange();
    return silence;
  }

  /** From now on it is as the patch says. @throws CHR_NOT_FOUND, CHR_INVALID_INPUT */
  async change(id: number, patch: SilencePatch, actor: Actor): Promise<Silence> {
    const { db, store, activity, clock } = this.#parts;
    const { createdAt, createdBy, id: _id, ...before } = this.#get(id);
    const next = { ...before, ...patch };
    const columns = columnsOf(next, clock.now());
    await db.transaction().execute(async (trx) => {
      await store.changeSilence(trx, id, columns);
      const note = { actor, target: next.reason, result: 'ok', changes: changesOf(before, next) } as const;
      await activity.record({ ...note, action: 'silence.update' }, trx);
    });
    const made = { created_by: createdBy, created_at: Date.parse(createdAt) };
    const silence = silenceOf({ ...columns, ...made, id });
    this.#silences.set(id, silence);
    this.#parts.onChange();
    return silence;
  }

  /** Ends it now. @throws CHR_NOT_FOUND */
  async end(id: number, actor: Actor): Promise<void> {
    const silence = this.#get(id);
    const { db, store, activity, clock, onChange } = this.#parts;
    const nowMs = clock.now();
    await db.transaction().execute(async (trx) => {
      await store.changeSilence(trx, id, { until_at: nowMs });
      const { id: _id, createdAt: _at, createdBy: _by, ...before } = silence;
      const note = { actor, target: silence.reason, result: 'ok', changes: changesOf(before, null) } as const;
      await activity.record({ ...note, action: 'silence.delete' }, trx);
    });
    this.#silences.set(id, { ...silence, until: new Date(nowMs).toISOString() });
    onChange();
  }

  /** Those that are over, and were not forgotten yet. */
  over(): Silence[] {
    const nowMs = this.#parts.clock.now();
    return [...this.#silences.values()].filter(({ until }) => Date.parse(until) <= nowMs);
  }

  async forget(id: number): Promise<void> {
    await this.#parts.store.removeSilence(this.#parts.db, id);
    this.#silences.delete(id);
  }

  #get(id: number): Silence {
    const silence = this.list().find((one) => one.id === id);
    if (!silence) throw notFound(`There is no silence ${id}.`);
    return silence;
  }

  /** Why this is not told, in words, and by what: of several by that which lasts longest. Null where none names it. */
  reasonFor(happening: Happening): { id: number; words: string } | null {
    const covering = this.list().filter((one) => covers(one, happening));
    const silence = covering.sort((a, b) => Date.parse(b.until) - Date.parse(a.until))[0];
    if (!silence) return null;
    const until = localMinute(silence.until, this.#parts.timeZone());
    return { id: silence.id, words: `silenced until ${until}: ${silence.reason}` };
  }
}

/** @throws CHR_INVALID_INPUT for one that is over before it begins */
const columnsOf = (input: SilenceInput, nowMs: number): Pick<SilenceRow, 'document' | 'from_at' | 'until_at'> => {
  const fromAt = input.from === undefined ? nowMs : Date.parse(input.from);
  const untilAt = Date.parse(input.until);
  if (untilAt <= Math.max(fromAt, nowMs)) {
    throw invalidInput([{ path: 'until', message: 'must be later than now, and later than from' }]);
  }
  return { document: JSON.stringify(input), from_at: fromAt, until_at: untilAt };
};

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

const silenceOf = ({ id, document, from_at, until_at, created_by, created_at }: SilenceRow): Silence => ({
  ...v.parse(silenceInput, JSON.parse(document)),
  id,
  from: new Date(from_at).toISOString(),
  until: new Date(until_at).toISOString(),
  createdBy: created_by,
  createdAt: new Date(created_at).toISOString(),
});
