import { sql } from 'kysely';
import type { Container } from '../../../contract/index.ts';
import type { Bus } from '../../bus/index.ts';
import type { Clock } from '../../clock/index.ts';
import type { Database, GroupCommit } from '../../database/index.ts';
import type { Logger } from '../../log/index.ts';

/** A row of `container_states`. */
interface Entry {
  host_id: number;
  container: string;
  at: number;
  state: string;
}

type State = Pick<Container, 'state' | 'health' | 'exitCode'>;

/** How long states are kept: the widest zoom of the timeline is five weeks. */
const keepMs = 36 * 86_400_000;
const sweepEveryMs = 6 * 3_600_000;

interface Parts {
  db: Database;
  commits: GroupCommit;
  bus: Bus;
  clock: Clock;
  log: Logger;
}

/** Writes down what each container was and when that changed: the band under its marks on the timeline. */
export class StateRecorder {
  #parts: Parts;
  /** The last entry of each container, as text. */
  #last = new Map<string, string>();
  #stops: (() => void)[] = [];
  /** What was noted in this turn of the event loop: a host's first list may bring thousands. */
  #unwritten: Entry[] = [];

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** To be called before the hosts connect: what changed while the program was away shows at the first list. */
  async start(): Promise<void> {
    const { db, bus, clock } = this.#parts;
    const { rows } = await sql<{ host_id: number; container: string; state: string }>`
      SELECT host_id, container, state FROM container_states AS entry WHERE NOT EXISTS (
        SELECT 1 FROM container_states AS newer
        WHERE newer.host_id = entry.host_id AND newer.container = entry.container AND newer.at > entry.at
      )`.execute(db);
    for (const row of rows) this.#last.set(`${row.host_id}/${row.container}`, row.state);
    this.#stops = [
      bus.on('container.changed', (container) => this.#note(container.hostId, container.name, stateOf(container))),
      bus.on('container.removed', ({ hostId, name }) => this.#note(hostId, name, gone)),
      clock.after(0, () => this.#sweep()),
    ];
  }

  stop(): void {
    for (const stop of this.#stops) stop();
  }

  #note(hostId: number, container: string, state: string): void {
    const key = `${hostId}/${container}`;
    if (this.#last.get(key) === state) return;
    this.#last.set(key, state);
    if (this.#unwritten.length === 0) setImmediate(() => this.#write());
    this.#unwritten.push({ host_id: hostId, container, at: this.#parts.clock.now(), state });
  }

  #write(): void {
    const { commits, log } = this.#parts;
    const entries = JSON.stringify(this.#unwritten);
    this.#unwritten = [];
    commits
      .write((trx) =>
        sql`INSERT INTO container_states (host_id, container, at, state)
          SELECT value->>'host_id', value->>'container', value->>'at', value->>'state' FROM json_each(${entries})`.execute(
          trx,
        ),
      )
      .catch((error: unknown) => log.error({ error }, 'states could not be recorded'));
  }

  /** The last entry of a container stays however old it is: it tells what the container is still. */
  #sweep(): void {
    const { db, clock, log } = this.#parts;
    sql`
      DELETE FROM container_states WHERE at < ${clock.now() - keepMs} AND EXISTS (
        SELECT 1 FROM container_states AS newer
        WHERE newer.host_id = container_states.host_id AND newer.container = container_states.container
          AND newer.at > container_states.at
      )`
      .execute(db)
      .catch((error: unknown) => log.error({ error }, 'old states could not be deleted'));
    this.#stops.push(clock.after(sweepEveryMs, () => this.#sweep()));
  }
}

/** A container that is removed has no state any more: the band ends. */
const gone = JSON.stringify({ state: null, health: null, exitCode: null });

const stateOf = ({ stale, state, health, exitCode }: Container): string => {
  if (stale) return gone;
  const kept: State = { state, health, exitCode: state === 'exited' ? exitCode : null };
  return JSON.stringify(kept);
};
