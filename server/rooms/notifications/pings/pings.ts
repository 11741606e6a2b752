import type { Transaction } from 'kysely';
import type {
  Actor,
  ChannelTest,
  HeartbeatInput,
  Ping,
  PingInput,
  PingKind,
  PingSignal,
} from '../../../../contract/index.ts';
import type { Clock } from '../../../clock/index.ts';
import type { Database, Tables } from '../../../database/index.ts';
import { invalidInput, notFound } from '../../../errors/index.ts';
import type { Secrets } from '../../../secrets/index.ts';
import type { ActivityLog } from '../../activity/index.ts';
import { changesOf, concealed } from '../../activity/index.ts';
import type { EndedRun } from '../../runs/index.ts';
import { lastLinesOf } from '../run-output.ts';
import { knows } from './requests.ts';
import type { PingSender } from './sender.ts';
import { signalOf, wordsOf } from './signals.ts';
import type { PingRow, PingStore } from './store.ts';
import { placeOf } from './store.ts';

interface Parts {
  db: Database;
  store: PingStore;
  secrets: Secrets;
  activity: ActivityLog;
  clock: Clock;
  sender: PingSender;
  hostName(hostId: number): string;
}

/** Whom a ping is of: a schedule, or null for the whole instance. */
export type Owner = number | null;

/** Who watches from outside that schedules run, and that the instance lives. Few, so that they are known without asking. */
export class Pings {
  readonly #parts: Parts;
  readonly #rows = new Map<Owner, PingRow>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** To be called before runs go on. */
  async load(): Promise<void> {
    for (const row of await this.#parts.store.all()) this.#rows.set(row.schedule_id, row);
  }

  row(of: Owner): PingRow | undefined {
    return this.#rows.get(of);
  }

  byId(id: number): PingRow | undefined {
    return this.#rows.values().find((row) => row.id === id);
  }

  async get(of: Owner): Promise<Ping | null> {
    const row = this.#rows.get(of);
    return row ? this.#present(row) : null;
  }

  /** @throws CHR_INVALID_INPUT where an address is missing */
  async set(of: Owner, input: PingInput | HeartbeatInput, name: string, actor: Actor): Promise<Ping> {
    const { db, store, activity, clock, secrets } = this.#parts;
    const before = this.#rows.get(of);
    const url = input.url ?? (before && secrets.open(before.url, placeOf(before.id)));
    if (url === undefined) throw invalidInput([{ path: 'url', message: 'must be the address of the check' }]);
    const everyMs = 'everyMs' in input ? input.everyMs : null;
    const plain = { kind: input.kind, enabled: input.enabled ? 1 : 0, every_ms: everyMs };
    const row = await db.transaction().execute(async (trx) => {
      const fresh = { ...empty, ...plain, schedule_id: of, url: '', created_at: clock.now() };
      const id = before?.id ?? (await store.add(trx, fresh));
      const sealed = { ...plain, url: secrets.seal(url, placeOf(id)) };
      await store.change(trx, id, sealed);
      // What was meant for another address, or is not wanted any more, is not sent to this one.
      if (before && (input.url !== undefined || !input.enabled)) await store.clear(trx, id);
      const message = `${input.kind}, ${input.enabled ? 'on' : 'off'}`;
      const changes = changesOf(
        before ? shownOf(before, input.url === undefined ? url : before.url) : null,
        shownOf(sealed, url),
      );
      const note = { actor, target: name, result: 'ok', message, scheduleId: of, changes } as const;
      await activity.record({ ...note, action: 'ping.update' }, trx);
      return { ...fresh, ...before, ...sealed, id };
    });
    this.#rows.set(of, row);
    return this.#present(row);
  }

  async remove(of: Owner, name: string, actor: Actor): Promise<void> {
    const row = this.#rows.get(of);
    if (!row) return;
    const { db, store, activity } = this.#parts;
    await db.transaction().execute(async (trx) => {
      await store.remove(trx, row.id);
      const note = {
        actor,
        target: name,
        result: 'ok',
        scheduleId: of,
        changes: changesOf(shownOf(row, row.url), null),
      } as const;
      await activity.record({ ...note, action: 'ping.delete' }, trx);
    });
    this.#rows.delete(of);
  }

  /** Signals once, so that somebody sees what comes of it: nothing where the service allows that, else that all is well. */
  async test(of: Owner, actor: Actor): Promise<ChannelTest> {
    const row = this.#rows.get(of);
    if (!row) throw notFound('There is no ping to be tested; save it first.');
    const signal = knows(row.kind as PingKind, 'log') ? 'log' : 'success';
    const body = `A test from Chrontainer, asked for by ${actor.name}`;
    const { ok, status, answer } = await this.#parts.sender.signal(row, {
      signal,
      runId: null,
      body,
      durationMs: null,
    });
    return { ok, status, answer };
  }

  /** In the commit that begins the run. */
  readonly onRunBegun = async (
    trx: Transaction<Tables>,
    run: { id: string; scheduleId: number | null },
  ): Promise<void> => this.#queue(trx, run, { signal: 'start', body: 'The run began.', durationMs: null });

  /** In the commit that ends the run: a crash in between loses no signal. */
  readonly onRunEnded = async (trx: Transaction<Tables>, run: EndedRun): Promise<void> => {
    const durationMs = run.startedAt === null ? null : run.endedAt - run.startedAt;
    const body = async () => wordsOf(run, this.#parts.hostName, await lastLinesOf(trx, run.id));
    return this.#queue(trx, run, { signal: signalOf(run.outcome), body, durationMs });
  };

  async #queue(
    trx: Transaction<Tables>,
    { id, scheduleId }: { id: string; scheduleId: number | null },
    {
      signal,
      body,
      durationMs,
    }: { signal: PingSignal; body: string | (() => Promise<string>); durationMs: number | null },
  ): Promise<void> {
    const row = scheduleId === null ? undefined : this.#rows.get(scheduleId);
    if (row?.enabled !== 1 || !knows(row.kind as PingKind, signal)) return;
    const { store, clock, sender } = this.#parts;
    const nowMs = clock.now();
    const text = typeof body === 'string' ? body : await body();
    const at = { created_at: nowMs, next_try_at: nowMs };
    await store.queue(trx, { ping_id: row.id, run_id: id, signal, body: text, duration_ms: durationMs, ...at });
    // After the commit: it would not be found before.
    setImmediate(() => sender.wake());
  }

  async #present(row: PingRow): Promise<Ping> {
    const { secrets, store } = this.#parts;
    const { kind, enabled, every_ms, last_at, last_signal, last_ok, last_answer } = row;
    return {
      kind: kind as PingKind,
      enabled: enabled === 1,
      server: new URL(secrets.open(row.url, placeOf(row.id))).host,
      everyMs: every_ms,
      last:
        last_at === null
          ? null
          : {
              at: new Date(last_at).toISOString(),
              signal: last_signal as PingSignal,
              ok: last_ok === 1,
              answer: last_answer ?? '',
            },
      waiting: await store.waiting(row.id),
    };
  }
}

const empty = { last_at: null, last_signal: null, last_ok: null, last_answer: null };

/** What the activity log may tell of it: whoever has the address can signal. */
const shownOf = ({ kind, enabled, every_ms }: Pick<PingRow, 'kind' | 'enabled' | 'every_ms'>, url: string): object => ({
  kind,
  enabled: enabled === 1,
  everyMs: every_ms,
  url: concealed(url),
});
