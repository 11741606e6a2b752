import type { TimelineState } from '../../../contract/index.ts';
import type { Database } from '../../database/index.ts';

type State = Pick<TimelineState, 'state' | 'health' | 'exitCode'>;

/** Reads what the recorder wrote down. */
export class StateLog {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** The changes within the span, and for each container what it was when the span began, by time. */
  async between(
    { host, container }: { host?: number | undefined; container?: string | undefined },
    fromMs: number,
    toMs: number,
  ): Promise<TimelineState[]> {
    let rows = this.#db.selectFrom('container_states').selectAll().where('at', '<', toMs).orderBy('at');
    if (host !== undefined) rows = rows.where('host_id', '=', host);
    if (container !== undefined) rows = rows.where('container', '=', container);
    const before = new Map<string, TimelineState>();
    const within: TimelineState[] = [];
    for (const row of await rows.execute()) {
      const at = new Date(Math.max(row.at, fromMs)).toISOString();
      const entry = { hostId: row.host_id, container: row.container, at, ...(JSON.parse(row.state) as State) };
      if (row.at < fromMs) before.set(`${row.host_id}/${row.container}`, entry);
      else within.push(entry);
    }
    return [...before.values(), ...within];
  }
}
