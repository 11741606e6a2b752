import type { Actor, Run } from '../../../contract/index.ts';
import type { Bus } from '../../bus/index.ts';
import type { Clock } from '../../clock/index.ts';
import { settlesWithin } from '../../clock/index.ts';
import { isStorageFailure } from '../../database/index.ts';
import { ChrontainerError, notFound } from '../../errors/index.ts';
import type { Logger } from '../../log/index.ts';
import { Interruption } from '../actions/index.ts';
import type { Executor } from './executor.ts';
import type { History } from './history.ts';
import type { Ledger } from './ledger.ts';
import { cancelNoted, rewriteAfterMs } from './ledger.ts';
import { LiveRun } from './live-run.ts';
import type { Request } from './requested-run.ts';
import { requestedRun } from './requested-run.ts';
import type { Ending, RunRecord } from './run.ts';
import { notBegun, presentRun } from './run.ts';
import { limitedRun, turnOf, untilDue } from './run-times.ts';

/** All runs that are not over: begins them, keeps a schedule's own in order, ends them, and goes on after a restart. */
export class Runs {
  #parts: { ledger: Ledger; history: History; executor: Executor; bus: Bus; clock: Clock; log: Logger };
  #live = new Map<string, LiveRun>();
  #bySchedule = new Map<number, LiveRun[]>();
  #isStopping = false;
  #followUps: (run: RunRecord, ending: Ending) => RunRecord[] = () => [];
  #obstacle: (run: RunRecord) => Ending | null = () => null;

  constructor(parts: { ledger: Ledger; history: History; executor: Executor; bus: Bus; clock: Clock; log: Logger }) {
    this.#parts = parts;
  }

  /** Goes on with what an earlier life of the program left open. To be called once, before anything else is begun. */
  async recover(): Promise<number> {
    const open = (await this.#parts.history.open()).map((run) => new LiveRun(run));
    await this.#parts.executor.recover(open);
    for (const live of open) this.#admit(live);
    for (const live of open) this.#goOnCancelling(live);
    return open.length;
  }

  /** Begins runs whose claim is on the disk. */
  begin(records: readonly RunRecord[]): void {
    for (const record of records) this.#admit(new LiveRun({ record, targets: [], dispatched: [] }));
  }

  /** Tells of runs that were recorded in their final state, so that nobody has to ask again. */
  announce(records: readonly RunRecord[]): void {
    for (const record of records) this.#parts.bus.emit('run.changed', presentRun({ record, targets: [] }));
  }

  /** The runs of a schedule that are not over, oldest first. */
  activeOf(scheduleId: number): readonly RunRecord[] {
    return this.#bySchedule.get(scheduleId)?.map((live) => live.record) ?? [];
  }

  /** What is recorded, in the same commit, when a run ends: the runs of schedules that come after it. */
  onEnd(followUps: (run: RunRecord, ending: Ending) => RunRecord[]): void {
    this.#followUps = followUps;
  }

  /** What stands against a run at the moment in which it would begin: it may have waited for that for long. */
  onStart(obstacle: (run: RunRecord) => Ending | null): void {
    this.#obstacle = obstacle;
  }

  /** Breaks off the runs of a schedule that were begun before this one. */
  cancelBefore(newer: RunRecord): void {
    for (const live of this.#bySchedule.get(newer.scheduleId ?? 0) ?? []) {
      if (live.record.id === newer.id) continue;
      this.#cancel(live, `cancelled by run ${newer.id}`).catch((error: unknown) =>
        this.#parts.log.error({ error, runId: live.record.id }, 'a cancel could not be written down'),
      );
    }
  }

  /** Records a run that has no slot, and begins it. */
  async request(request: Request): Promise<Run> {
    if (this.#isStopping) throw new ChrontainerError('CHR_SHUTTING_DOWN', 'The program is stopping; try again soon.');
    const record = requestedRun(request, this.#parts.clock.now());
    await this.record(record);
    return presentRun({ record, targets: [] });
  }

  /** Records a run that has no slot and, unless it is over already, begins it. */
  async record(run: RunRecord): Promise<void> {
    await this.#parts.ledger.create(run);
    if (run.outcome === 'pending') this.begin([run]);
    else this.announce([run]);
  }

  /** Breaks a run off: what is under way at an engine ends, nothing further begins. */
  async cancel(id: string, actor: Actor): Promise<Run> {
    const live = this.#live.get(id);
    if (!live) {
      const run = await this.get(id);
      throw new ChrontainerError('CHR_CONFLICT', `The run is over (${run.outcome}); nothing is left to cancel.`);
    }
    await this.#cancel(live, `cancelled by ${actor.name}`);
    return presentRun(live);
  }

  /** The wish is on the disk before it is acknowledged: after a crash the next start does not go on with the run. */
  async #cancel(live: LiveRun, message: string): Promise<void> {
    live.interrupt(new Interruption('cancelled', message));
    await this.#parts.ledger.noteCancel(live.record.id, message);
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
    this.#parts.ledger.close();
    this.#parts.executor.close();
    const all = [...this.#live.values()];
    for (const live of all) live.interrupt(new Interruption('shutdown', 'the program is stopping'));
    await settlesWithin(this.#parts.clock, Promise.allSettled(all.map((live) => live.finished)), graceMs);
  }

  #admit(live: LiveRun): void {
    this.#live.set(live.record.id, live);
    this.#parts.bus.emit('run.changed', presentRun(live));
    const { scheduleId, plan, outcome } = live.record;
    if (scheduleId === null) return void this.#conduct(live);
    const own = this.#bySchedule.get(scheduleId) ?? [];
    this.#bySchedule.set(scheduleId, [...own, live]);
    // What an earlier life had begun was past its queue, and may hold the turn that the one before waits for. And all of
    // them, not just the last: that one may be broken off while an earlier one is still under way.
    const isWaiting = plan.isQueued && outcome === 'pending' && own.length > 0;
    const before = isWaiting ? Promise.all(own.map((other) => other.finished)) : undefined;
    void (before ? turnOf(this.#parts.clock, live, before).then(() => this.#conduct(live)) : this.#conduct(live));
  }

  async #conduct(live: LiveRun): Promise<void> {
    const ending = await this.#endingOf(live);
    this.#parts.executor.release(live);
    if (ending) await this.#finish(live, ending);
    this.#live.delete(live.record.id);
    this.#forgetOfSchedule(live);
    live.finish();
  }

  /** How the run ended; null when the program is stopping and the next start is to go on with it. */
  async #endingOf(live: LiveRun): Promise<Ending | null> {
    // One that came after the others had been told, as what follows a run that ends in the grace.
    if (this.#isStopping) return null;
    try {
      live.signal.throwIfAborted();
      const notBegun = live.record.outcome === 'pending' ? await this.#start(live) : null;
      if (notBegun) return notBegun;
      const { executor } = this.#parts;
      return await limitedRun(this.#parts.clock, live, () => executor.execute(live.execution(() => this.#tell(live))));
    } catch (error) {
      if (error instanceof Interruption) {
        return error.why === 'shutdown' ? null : { outcome: error.why, message: error.message };
      }
      // With the grace over the database closes under what is still at work; the journal has it, for the next start.
      if (this.#isStopping) return null;
      this.#parts.log.error({ error, runId: live.record.id }, 'a run failed inside the program');
      return internalFailure;
    }
  }

  /** Begins a run when its time has come, and the disk takes it; an ending when it is too late, or not to begin now. */
  async #start(live: LiveRun): Promise<Ending | null> {
    const { clock } = this.#parts;
    const { startDeadlineAt } = live.record;
    await untilDue(clock, live);
    for (;;) {
      if (startDeadlineAt !== null && clock.now() > startDeadlineAt) return tooLate;
      const obstacle = this.#obstacle(live.record);
      if (obstacle) return obstacle;
      if (await this.#isBegun(live)) return null;
      await clock.sleep(rewriteAfterMs, live.signal);
    }
  }

  /** Writes down that the run begins; false when the disk does not take it. */
  async #isBegun(live: LiveRun): Promise<boolean> {
    const { clock, executor, ledger, log } = this.#parts;
    const begun = { outcome: 'running', startedAt: clock.now() } as const;
    const targets = executor.named(live);
    try {
      await ledger.begin({ ...live.record, ...begun }, targets);
    } catch (error) {
      if (!isStorageFailure(error)) throw error;
      log.error({ error, runId: live.record.id }, 'the start of a run could not be written; trying again');
      return false;
    }
    Object.assign(live.record, begun);
    live.targets.push(...targets);
    this.#tell(live);
    return true;
  }

  /** A run is over only when that is on the disk: while it cannot be written (a full disk) it is tried again. */
  async #finish(live: LiveRun, ending: Ending): Promise<void> {
    const { clock, ledger, log } = this.#parts;
    live.record.finishedAt = clock.now();
    const followUps = this.#followUps(live.record, ending);
    const { last, targets } = live;
    const left = targets.filter((target) => target.outcome === 'pending');
    for (const target of left) target.outcome = notBegun(ending.outcome);
    for (;;) {
      try {
        await ledger.finish(live.record, { ending, last, notBegun: left, followUps, targets });
        break;
      } catch (error) {
        // As with what is under way: the journal has it, for the next start.
        if (this.#isStopping) return;
        log.error({ error, runId: live.record.id }, 'the end of a run could not be written; trying again');
        await clock.sleep(rewriteAfterMs);
      }
    }
    Object.assign(live.record, { outcome: ending.outcome, reason: ending.reason ?? null, message: ending.message });
    this.#tell(live);
    this.announce(followUps.filter((run) => run.outcome !== 'pending'));
    this.begin(followUps.filter((run) => run.outcome === 'pending'));
  }

  #tell(live: LiveRun): void {
    this.#goOnCancelling(live);
    this.#parts.bus.emit('run.changed', presentRun(live));
  }

  /** A cancel of an earlier life goes on; but first what was dispatched then is looked at: it may be happening still. */
  #goOnCancelling(live: LiveRun): void {
    if (live.record.reason !== cancelNoted || live.hasUnseen()) return;
    live.interrupt(new Interruption('cancelled', live.record.message ?? 'cancelled'));
  }

  #forgetOfSchedule(live: LiveRun): void {
    const { scheduleId } = live.record;
    if (scheduleId === null) return;
    const rest = (this.#bySchedule.get(scheduleId) ?? []).filter((other) => other !== live);
    if (rest.length > 0) this.#bySchedule.set(scheduleId, rest);
    else this.#bySchedule.delete(scheduleId);
  }
}

const internalFailure: Ending = {
  outcome: 'interrupted',
  reason: 'internal',
  message: 'something went wrong inside Chrontainer; see its log',
};

const tooLate: Ending = {
  outcome: 'missed',
  reason: 'deadline',
  message: 'it could not begin before its start deadline',
};
