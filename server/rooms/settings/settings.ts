import type { Actor, Settings as SettingsDocument } from '../../../contract/index.ts';
import type { Bus } from '../../bus/index.ts';
import type { Clock } from '../../clock/index.ts';
import { isTimeZone } from '../../clock/index.ts';
import type { Database } from '../../database/index.ts';
import type { FieldError } from '../../errors/index.ts';
import { invalidInput } from '../../errors/index.ts';
import type { ActivityLog } from '../activity/index.ts';

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
    const row = await parts.db.selectFrom('settings').select('value').where('key', '=', 'timeZone').executeTakeFirst();
    const stored: unknown = row ? JSON.parse(row.value) : undefined;
    const isUsable = typeof stored === 'string' && isTimeZone(stored);
    return new Settings(parts, { ...parts.defaults, ...(isUsable ? { timeZone: stored } : {}) });
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
    const next = { ...this.#document, ...(patch.timeZone === undefined ? {} : { timeZone: patch.timeZone }) };
    if (next.timeZone === this.#document.timeZone) return this.document;
    const message = `time zone ${this.#document.timeZone} → ${next.timeZone}`;
    const row = { key: 'timeZone', value: JSON.stringify(next.timeZone), updated_at: this.#parts.clock.now() };
    await this.#parts.db.transaction().execute(async (trx) => {
      await trx
        .insertInto('settings')
        .values(row)
        .onConflict((conflict) => conflict.column('key').doUpdateSet(row))
        .execute();
      await this.#parts.activity.record({ actor, action: 'settings.update', result: 'ok', message }, trx);
    });
    this.#document = next;
    this.#parts.bus.emit('settings.changed', this.document);
    return this.document;
  }
}

const findFaults = (patch: SettingsPatch): FieldError[] =>
  patch.timeZone === undefined || isTimeZone(patch.timeZone)
    ? []
    : [
        {
          path: 'timeZone',
          message: `"${patch.timeZone}" is not a known time zone; use an IANA name such as Europe/Berlin or UTC`,
        },
      ];
