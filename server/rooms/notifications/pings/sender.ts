import type { PingKind, PingSignal } from '../../../../contract/index.ts';
import type { Clock } from '../../../clock/index.ts';
import type { Logger } from '../../../log/index.ts';
import type { Outbound } from '../../../outbound/index.ts';
import type { Secrets } from '../../../secrets/index.ts';
import type { Tried } from '../channels/tried.ts';
import { failed, failedBy } from '../channels/tried.ts';
import { Turns } from '../turns.ts';
import { judge } from './answers.ts';
import type { Signalled } from './requests.ts';
import { requestOf } from './requests.ts';
import type { PingRow, PingStore, SignalRow } from './store.ts';
import { placeOf } from './store.ts';

/** How many pings are sent at once. */
const atOnce = 50;
const longestMs = 10_000;
/** Who watches grows impatient within minutes: it is tried again sooner than messages are. */
const firstBackOffMs = 5_000;
const longestBackOffMs = 900_000;
/** With the pauses between them some eight hours. */
const mostAttempts = 40;

interface Parts {
  store: PingStore;
  secrets: Secrets;
  outbound: Outbound;
  clock: Clock;
  log: Logger;
  rowOf(pingId: number): PingRow | undefined;
}

/**
 * Sends what is queued, at least once and for each ping in order. Pings do not wait for each other, and no run waits for
 * them.
 */
export class PingSender {
  readonly #parts: Parts;
  readonly #stopping = new AbortController();
  readonly #turns: Turns;
  /** What is being sent, by its ping: the next signal of that waits, those of others do not. */
  readonly #underWay = new Map<number, Promise<void>>();

  constructor(parts: Parts) {
    this.#parts = parts;
    const onFault = (error: unknown) => parts.log.error({ error }, 'pings could not be sent; trying again');
    this.#turns = new Turns({ clock: parts.clock, onFault, work: () => this.#work() });
  }

  start(): void {
    this.#turns.start();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#turns.stop();
    await Promise.all(this.#underWay.values());
  }

  /** Something was queued. */
  wake(): void {
    this.#turns.wake();
  }

  /** @returns when the next signal of a ping that is at rest is due */
  async #work(): Promise<number | null> {
    const { store, clock } = this.#parts;
    const due = await store.due(clock.now(), [...this.#underWay.keys()], atOnce - this.#underWay.size);
    for (const row of due) this.#begin(row);
    return store.nextDueAt([...this.#underWay.keys()]);
  }

  #begin(row: SignalRow): void {
    const { log } = this.#parts;
    const sending = this.#send(row)
      .then(
        () => true,
        (error: unknown) => {
          log.error({ error }, 'a ping could not be sent; trying again');
          return false;
        },
      )
      .then((isSent) => {
        this.#underWay.delete(row.ping_id);
        if (isSent) this.wake();
      });
    this.#underWay.set(row.ping_id, sending);
  }

  async #send({ id, ping_id, signal, run_id, body, duration_ms, attempts: before }: SignalRow): Promise<void> {
    const { store, clock, log, rowOf } = this.#parts;
    const ping = rowOf(ping_id);
    if (ping?.enabled !== 1) return store.settle(id);
    const signalled = { signal: signal as PingSignal, runId: run_id, body, durationMs: duration_ms };
    const { ok, answer, mayRetry } = await this.signal(ping, signalled);
    if (this.#stopping.signal.aborted && !ok) return;
    const attempts = before + 1;
    if (!ok && mayRetry && attempts < mostAttempts) {
      return store.putOff(id, { attempts, next_try_at: clock.now() + backOffMs(attempts) });
    }
    if (!ok) log.warn({ scheduleId: ping.schedule_id, signal, answer }, 'a ping was not taken');
    await store.settle(id);
  }

  /** Sends one signal now, and keeps what the other side said. */
  async signal(ping: PingRow, signalled: Signalled): Promise<Tried> {
    const tried = await this.#try(ping, signalled);
    if (this.#stopping.signal.aborted && !tried.ok) return tried;
    const { ok, answer } = tried;
    const last = {
      last_at: this.#parts.clock.now(),
      last_signal: signalled.signal,
      last_ok: ok ? 1 : 0,
      last_answer: answer,
    };
    Object.assign(ping, last);
    // The heartbeat comes every minute: that is not worth a write to the disk.
    if (ping.schedule_id !== null) await this.#parts.store.remember(ping.id, last);
    return tried;
  }

  async #try(ping: PingRow, signalled: Signalled): Promise<Tried> {
    const { outbound, secrets } = this.#parts;
    try {
      const kind = ping.kind as PingKind;
      const request = requestOf(kind, secrets.open(ping.url, placeOf(ping.id)), signalled);
      return judge(kind, await outbound.send({ ...request, timeoutMs: longestMs, signal: this.#stopping.signal }));
    } catch (error) {
      const tried = failedBy(error);
      if (tried) return tried;
      if (this.#stopping.signal.aborted) return failed('the program is stopping', true);
      throw error;
    }
  }
}

/** Doubles, and is spread by up to a fifth, so that many do not come back at once. */
const backOffMs = (attempts: number): number =>
  Math.min(longestBackOffMs, firstBackOffMs * 2 ** Math.min(attempts - 1, 20)) * (1 + Math.random() / 5);
