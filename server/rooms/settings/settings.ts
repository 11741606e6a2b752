import * as v from 'valibot';
import type { Actor, Change, Settings as SettingsDocument } from '../../../contract/index.ts';
import { settings as settingsDocument } from '../../../contract/index.ts';
import type { Bus } from '../../bus/index.ts';
import type { Clock } from '../../clock/index.ts';
import { isTimeZone } from '../../clock/index.ts';
import type { Database } from '../../database/index.ts';
import type { FieldError } from '../../errors/index.ts';
import { invalidInput } from '../../errors/index.ts';
import type { ActivityLog } from '../activity/index.ts';
import { changesOf } from '../activity/index.ts';

/** What an edit may change; what it leaves out stays. */
export type SettingsPatch = Partial<SettingsDocument>;

interface Parts {
  db: Database;
  bus: Bus;
  clock: Clock;
  activity: ActivityLog;
  /** What holds until somebody changes it. */
  defaults: SettingsDocument;
}

/** Each setting is a row of its own. */
const keys = Object.keys(settingsDocument.entries) as (keyof SettingsDocument)[];

/** The instance's settings: kept in the database, known without asking it. */
export class Settings {
  readonly #parts: Parts;
  #document: SettingsDocument;

  private constructor(parts: Parts, document: SettingsDocument) {
    this.#parts = parts;
    this.#document = document;
  }

  /** Reads what was stored; where nothing was, or nothing that holds any more, the defaults apply. */
  static async open(parts: Parts): Promise<Settings> {
    const rows = await parts.db.selectFrom('settings').select(['key', 'value']).where('key', 'in', keys).execute();
    const stored = rows.map(({ key, value }) => usable(key, JSON.parse(value)));
    return new Settings(parts, Object.assign({ ...parts.defaults }, ...stored));
  }

  /** The IANA zone of schedules that name none, and of the UI. */
  get timeZone(): string {
    return this.#document.timeZone;
  }

  get document(): SettingsDocument {
    return { ...this.#document };
  }

  /** @throws a 400 that names every field that cannot be */
  async update(patch: SettingsPatch, actor: Actor): Promise<SettingsDocument> {
    const faults = findFaults(patch);
    if (faults.length > 0) throw invalidInput(faults);
    const before = this.document;
    const changed = keys.filter((key) => patch[key] !== undefined && !isSame(patch[key], before[key]));
    if (changed.length === 0) return before;
    const next = { ...before, ...patch };
    const message = changed.map((key) => `${key}: ${textOf(before[key])} → ${textOf(next[key])}`).join(', ');
    await this.#store(
      changed.map((key) => [key, next[key]]),
      { actor, message, changes: changesOf(before, next) },
    );
    // Not `next`: another edit may have come in between.
    this.#document = { ...this.#document, ...patch };
    this.#parts.bus.emit('settings.changed', this.document);
    return this.document;
  }

  async #store(
    changes: [key: string, value: unknown][],
    who: { actor: Actor; message: string; changes: Change[] },
  ): Promise<void> {
    const { db, clock, activity } = this.#parts;
    await db.transaction().execute(async (trx) => {
      for (const [key, value] of changes) {
        const row = { key, value: JSON.stringify(value), updated_at: clock.now() };
        await trx
          .insertInto('settings')
          .values(row)
          .onConflict((conflict) => conflict.column('key').doUpdateSet(row))
          .execute();
      }
      await activity.record({ ...who, action: 'settings.update', result: 'ok' }, trx);
    });
  }
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** A stored value, if it is still of its kind. */
const usable = (key: string, value: unknown): SettingsPatch => {
  const parsed = v.safeParse(v.partial(settingsDocument), { [key]: value });
  return parsed.success && findFaults(parsed.output).length === 0 ? parsed.output : {};
};

const findFaults = (patch: SettingsPatch): FieldError[] =>
  patch.timeZone === undefined || isTimeZone(patch.timeZone)
    ? []
    : [
        {
          path: 'timeZone',
          message: `"${patch.timeZone}" is not a known time zone; use an IANA name such as Europe/Berlin or UTC`,
        },
      ];
