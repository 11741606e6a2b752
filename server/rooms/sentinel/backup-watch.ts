import type { BackupResult } from '../../../contract/index.ts';
import { isStorageFailure } from '../../database/index.ts';
import type { Happening } from '../notifications/index.ts';
import { noFacts } from '../notifications/index.ts';
import type { Desk } from './desk.ts';

const subject = 'backup';
const againMs = 60_000;

/** Tells when the database could not be copied, once, and when it could be again. */
export class BackupWatch {
  readonly #desk: Desk;
  #newest: BackupResult | null = null;

  constructor(desk: Desk) {
    this.#desk = desk;
    desk.stops.push(
      desk.parts.bus.on('backup.ended', (result) => {
        this.#newest = result;
        desk.do(() => this.#look(result));
      }),
    );
  }

  /** A disk that is full takes no message either: it is told as soon as it does, if it is still true. */
  async #look(result: BackupResult): Promise<void> {
    if (result !== this.#newest) return;
    try {
      await this.#tell(result);
    } catch (error) {
      if (!isStorageFailure(error)) throw error;
      this.#desk.later(againMs, () => this.#look(result));
    }
  }

  async #tell({ ok, at, message }: BackupResult): Promise<void> {
    const isTold = this.#desk.troubles.get(subject) !== undefined;
    if (ok !== isTold) return;
    const reason = ok ? 'The database was copied, and the copy was read through.' : `${message}.`;
    const remedy = 'See to the space and the rights of the directory backups beside the database.';
    const [event, severity, title] = ok
      ? (['backup.recovered', 'success', 'Backups work again'] as const)
      : (['backup.failed', 'error', 'The database could not be copied'] as const);
    const happening: Happening = {
      ...{ event, severity, title, at: Date.parse(at), key: `${event}/${at}`, subject: event },
      body: ok ? reason : `${reason}\n${remedy}`,
      places: [],
      path: '/settings',
      run: null,
      facts: JSON.stringify({ ...noFacts, reason }),
    };
    await this.#desk.tell(happening, ok ? { ends: subject } : { begins: subject });
  }
}
