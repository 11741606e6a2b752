import type { Actor, Origin, Run, Step } from '../../../contract/index.ts';
import type { Bus } from '../../bus/index.ts';
import type { Clock } from '../../clock/index.ts';
import { settlesWithin } from '../../clock/index.ts';
import { ChrontainerError, notFound } from '../../errors/index.ts';
import type { Logger } from '../../log/index.ts';
import type { Executor } from './executor.ts';
import type { History, OpenRun } from './history.ts';
import { Interruption } from './interruption.ts';
import type { Ledger } from './ledger.ts';
import { LiveRun } from './live-run.ts';
import type { Ending, Plan, RunRecord } from './run.ts';
import { presentRun } from './run.ts';
import { newRunId } from './run-id.ts';

/** What a call by hand wants done. */
export interface Request {
  origin: Origin;
  actor: Actor;
  steps: Step[];
  onNoMatch?: Plan['onNoMatch'];
  schedule?: { id: number; name: string; revision: number };
}

/** A call by hand that could not begin within this time (the program was down) is not carried out any more. */
const handDeadlineMs = 10 * 60_000;
const rewriteAfterMs = 5_000;

/** All runs that are not over: begins them, keeps a schedule's own in order, ends them, and goes on after a restart. */
export class Runs {
  #parts: { ledger: Ledger; history: History; executor: Executor; bus: Bus; clock: Clock; log: Logger };
  #live = new Map<string, LiveRun>();
  #bySchedule = new Map<number, LiveRun[]>();
  #isStopping = false;

  constructor(parts: { ledger: Ledger; history: History; executor: Executor; bus: Bus; clock: Clock; log: Logger }) {
    this.#parts = parts;
  }

  /** Goes on with what an earlier life of the program left open. To be called once, before anything else is begun. */
  async recover(): Promise<number> {
    const open = await this.#parts.history.open();
    for (const run of open) this.#admit(run);
    return open.length;
  }

  /** Begins runs whose claim is on the disk. */
  begin(records: readonly RunRecord[]): void {
    for (const record of records) this.#admit({ record, targets: [], dispatched: [] });
  }

  /** Tells of runs that were recorded in their final state, so that nobody has to ask again. */
  announce(records: readonly RunRecord[]): void {
    for (const record of records) this.#parts.bus.emit('run.changed', presentRun({ record, targets: [] }));
  }

  /** The run of a schedule that is not over; undefined when there is none. */
  activeOf(scheduleId: number): RunRecord | undefined {
    return this.#bySchedule.get(scheduleId)?.[0]?.record;
  }

  /** Records a run that has no slot, and begins it. */
  async request(request: Request): Promise<Run> {
    if (this.#isStopping) throw new ChrontainerError('CHR_SHUTTING_DOWN', 'The program is stopping; try again soon.');
    const now = this.#parts.clock.now();
    const record: RunRecord = {
      id: newRunId(),
      scheduleId: request.schedule?.id ?? null,
      scheduleName: request.schedule?.name ?? null,
      revision: request.schedule?.revision ?? null,
      origin: request.origin,
      actor: request.actor,
      scheduledFor: null,
      createdAt: now,
      startedAt: null,
      finishedAt: null,
      outcome: 'pending',
      reason: null,
      message: null,
      coalescedInto: null,
      startDeadlineAt: now + handDeadlineMs,
      plan: { steps: request.steps, onNoMatch: request.onNoMatch ?? 'fail', isQueued: false, retryUntil: null },
    };
    await this.#parts.ledger.create(record);
    this.begin([record]);
    return presentRun({ record, targets: [] });
  }

  /** Breaks a run off: what is under way at an engine ends, nothing further begins. */
  async cancel(id: string, actor: Actor): Promise<Run> {
    const live = this.#live.get(id);
    if (!live) {
      const run = await this.get(id);
      throw new ChrontainerError('CHR_CONFLICT', `The run is over (${run.outcome}); nothing is left to cancel.`);
    }
    live.interrupt(new Interruption('cancelled', actor.name));
    return presentRun(live);
  }

  /** @throws CHR_NOT_FOUND */
  async get(id: string): Promise<Run> {
    const live = this.#live.get(id);
    if (live) return presentRun(live);
    const run = await this.#parts.history.get(id);
    if (!run) throw notFound(`There is no run ${id}.`);
    return run;
  }

  /** The run when it is over, or as it stands after `timeoutMs`. */
  async waitFor(id: string, timeoutMs: number): Promise<Run> {
    const live = this.#live.get(id);
    if (!live) return this.get(id);
    await settlesWithin(this.#parts.clock, live.finished, timeoutMs);
    return presentRun(live);
  }

  /** Begins nothing more, lets what is under way end for `graceMs`, and leaves the rest for the next start. */
  async stop(graceMs: number): Promise<void> {
    this.#isStopping = true;
    const all = [...this.#live.values()];
    for (const live of all) live.interrupt(new Interruption('shutdown', 'the program'));
    await settlesWithin(this.#parts.clock, Promise.allSettled(all.map((live) => live.finished)), graceMs);
  }

  #admit(run: OpenRun): void {
    const live = new LiveRun(run);
    this.#live.set(run.record.id, live);
    this.#parts.bus.emit('run.changed', presentRun(live));
    const { scheduleId, plan } = run.record;
    if (scheduleId === null) return void this.#conduct(live);
    const own = this.#bySchedule.get(scheduleId) ?? [];
    this.#bySchedule.set(scheduleId, [...own, live]);
    const before = plan.isQueued ? own.at(-1)?.finished : undefined;
    void (before ? before.then(() => this.#conduct(live)) : this.#conduct(live));
  }

  async #conduct(live: LiveRun): Promise<void> {
    const ending = await this.#endingOf(live);
    if (ending) await this.#finish(live, ending);
    this.#live.delete(live.record.id);
    this.#forgetOfSchedule(live);
    live.finish();
  }

  /** How the run ended; null when the program is stopping and the next start is to go on with it. */
  async #endingOf(live: LiveRun): Promise<Ending | null> {
    const { clock, executor, log } = this.#parts;
    try {
      live.signal.throwIfAborted();
      if (live.record.outcome === 'pending') {
        const { startDeadlineAt } = live.record;
        if (startDeadlineAt !== null && clock.now() > startDeadlineAt) return tooLate;
        await this.#start(live);
      }
      return await executor.execute(live.execution(() => this.#tell(live)));
    } catch (error) {
      if (error instanceof Interruption) {
        return error.why === 'cancelled' ? { outcome: 'cancelled', message: error.message } : null;
      }
      // With the grace over the database closes under what is still at work; the journal has it, for the next start.
      if (this.#isStopping) return null;
      log.error({ error, runId: live.record.id }, 'a run failed inside the program');
      return {
        outcome: 'interrupted',
        reason: 'internal',
        message: 'something went wrong inside Chrontainer; see its log',
      };
    }
  }

  async #start(live: LiveRun): Promise<void> {
    live.record.outcome = 'running';
    live.record.startedAt = this.#parts.clock.now();
    await this.#parts.ledger.begin(live.record);
    this.#tell(live);
  }

  /** A run is over only when that is on the disk: while it cannot be written (a full disk) it is tried again. */
  async #finish(live: LiveRun, ending: Ending): Promise<void> {
    const { clock, ledger, log } = this.#parts;
    live.record.finishedAt = clock.now();
    for (;;) {
      try {
        await ledger.finish(live.record, ending);
        break;
      } catch (error) {
        log.error({ error, runId: live.record.id }, 'the end of a run could not be written; trying again');
        if (this.#isStopping) return;
        await clock.sleep(rewriteAfterMs);
      }
    }
    Object.assign(live.record, { outcome: ending.outcome, reason: ending.reason ?? null, message: ending.message });
    this.#tell(live);
  }

  #tell(live: LiveRun): void {
    this.#parts.bus.emit('run.changed', presentRun(live));
  }

  #forgetOfSchedule(live: LiveRun): void {
    const { scheduleId } = live.record;
    if (scheduleId === null) return;
    const rest = (this.#bySchedule.get(scheduleId) ?? []).filter((other) => other !== live);
    if (rest.length > 0) this.#bySchedule.set(scheduleId, rest);
    else this.#bySchedule.delete(scheduleId);
  }
}

const tooLate: Ending = {
  outcome: 'missed',
  reason: 'deadline',
  message: 'it could not begin before its start deadline',
};
