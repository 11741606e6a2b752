import type { Settings } from '../../../contract/index.ts';
import type { Bus } from '../../bus/index.ts';
import type { Clock } from '../../clock/index.ts';
import { ChrontainerError } from '../../errors/index.ts';
import type { Logger } from '../../log/index.ts';
import type { Runs } from '../runs/index.ts';
import type { Claimant, Claimed } from './claimant.ts';
import { RuleFault } from './claimant.ts';
import { onTimeMs } from './claims.ts';
import type { ClockVerdict } from './clock-guard.ts';
import { ClockGuard } from './clock-guard.ts';
import type { Roster } from './roster.ts';
import type { ScheduleRecord } from './schedule.ts';

/** Timers only wake the evaluator; it looks at the clock at least this often, so that a stepped clock is noticed. */
const longestSleepMs = 30_000;
/** After a failure (a full disk) the next try comes soon: slots are waiting. */
const retryMs = 2_000;
/** How many schedules are claimed before their runs begin: the first must not wait for the ten thousandth. */
const claimsPerTurn = 250;

/** How the scheduler is: shown by /health and the UI. */
export type SchedulerState = { kind: 'running' } | { kind: 'held' | 'failing'; message: string };

/**
 * The heart: evaluates (cursor, now] of every schedule whenever something is due. Sleep, stall, restart and a stepped
 * clock are one code path, since a slot counts by the cursor and not by a timer that fired.
 */
export class Evaluator {
  #parts: { roster: Roster; claimant: Claimant; runs: Runs; bus: Bus; clock: Clock; log: Logger };
  #cancelTimer: (() => void) | undefined;
  #isRunning = false;
  /** When the clock is looked at next whatever happens, by the monotonic clock: edits do not put it off. */
  #lookAgainAt = 0;
  /** Evaluation and edits take turns: an edit never sees half a claim. */
  #turn: Promise<unknown> = Promise.resolve();
  #state: SchedulerState = { kind: 'running' };
  #guard: ClockGuard;

  constructor(parts: { roster: Roster; claimant: Claimant; runs: Runs; bus: Bus; clock: Clock; log: Logger }) {
    this.#parts = parts;
    this.#guard = new ClockGuard(parts.clock);
  }

  get state(): SchedulerState {
    return this.#state;
  }

  /** False where it should have looked at the clock long ago: something holds it up. */
  get isAwake(): boolean {
    return this.#parts.clock.monotonic() < this.#lookAgainAt + longestSleepMs;
  }

  /** Whether nothing is due within so many milliseconds. */
  isFreeFor(ms: number): boolean {
    const earliest = this.#parts.roster.earliest();
    return earliest === null || earliest - this.#parts.clock.now() > ms;
  }

  /** Evaluates what became due while the program was away, and goes on from there. */
  async start(): Promise<void> {
    this.#isRunning = true;
    await this.#wake();
  }

  /** Claims nothing more; resolves when what was being claimed is on the disk. */
  async stop(): Promise<void> {
    this.#isRunning = false;
    this.#cancelTimer?.();
    await this.#turn;
  }

  /**
   * Runs an edit when no evaluation is under way. A schedule that is named is evaluated up to now first: what was
   * due before the edit is run by the old rule, and nothing fires retroactively by the new one.
   * @param mayWhileHeld for edits that anchor nothing
   * @throws CHR_CONFLICT while the clock is held: the edit would be anchored at a wrong time
   */
  change<T>(id: number | null, edit: (nowMs: number) => Promise<T>, mayWhileHeld = false): Promise<T> {
    return this.#inTurn(async (nowMs, isHeld) => {
      if (isHeld && !mayWhileHeld) throw clockIsWrong(this.#state);
      const record = id === null ? undefined : this.#parts.roster.get(id);
      if (record && !isHeld) await this.#claimAll([record], nowMs);
      return edit(nowMs);
    });
  }

  /**
   * Takes the clock as right, on an admin's word: what is held goes on from now. Cursors that a wrong clock had moved
   * ahead come back; slots that were recorded meanwhile keep their runs, so nothing runs twice.
   */
  async trustClock(): Promise<void> {
    const { roster, claimant } = this.#parts;
    await this.#inTurn(async (nowMs) => {
      this.#guard.trust();
      for (const record of roster.all()) if (record.evaluatedUntil > nowMs) await claimant.anchor(record, nowMs);
      this.#state = { kind: 'running' };
    });
    await this.#wake();
  }

  /** The instance's zone is another now: what was due by the old one is claimed, and the rest is reckoned anew. */
  rezone(timeZone: string): Promise<void> {
    const { roster, claimant, bus } = this.#parts;
    return this.#inTurn(async (nowMs, isHeld) => {
      if (timeZone === roster.timeZone) return;
      if (!isHeld) await this.#claimAll(roster.due(nowMs), nowMs);
      roster.timeZone = timeZone;
      const affected = roster.all().filter(({ trigger }) => trigger.kind === 'cron' && trigger.timeZone === undefined);
      for (const record of affected) {
        await claimant.anchor(record, isHeld ? record.evaluatedUntil : Math.max(record.evaluatedUntil, nowMs));
        bus.emit('schedule.changed', { id: record.id });
      }
    });
  }

  /** The instance is paused or goes on, or has other windows: what was due before is claimed as things were then. */
  setInstance({ isPaused, windows }: Pick<Settings, 'isPaused' | 'windows'>): Promise<void> {
    const { roster } = this.#parts;
    return this.#inTurn(async (nowMs, isHeld) => {
      try {
        if (!isHeld) await this.#claimAll(roster.due(nowMs), nowMs);
      } finally {
        // Also when that failed: a pause that is stored and shown must hold.
        roster.isPaused = isPaused;
        roster.windows = windows;
      }
    });
  }

  /** @param work told whether the clock is held: then nothing is claimed, and no cursor is moved to its time */
  async #inTurn<T>(work: (nowMs: number, isHeld: boolean) => Promise<T>): Promise<T> {
    const turn = this.#turn.then(() => work(this.#parts.clock.now(), this.#look() === 'held'));
    this.#turn = turn.catch(() => undefined);
    try {
      return await turn;
    } finally {
      this.#arm();
    }
  }

  async #wake(): Promise<void> {
    const turn = this.#turn.then(() => this.#evaluate());
    this.#turn = turn;
    await turn;
    this.#arm();
  }

  async #evaluate(): Promise<void> {
    const { roster, clock, log } = this.#parts;
    this.#lookAgainAt = clock.monotonic() + longestSleepMs;
    try {
      const nowMs = clock.now();
      if (this.#look() !== 'plausible') return;
      const due = roster.due(nowMs).sort((a, b) => (a.nextSlotAt ?? 0) - (b.nextSlotAt ?? 0));
      const isLate = (record: ScheduleRecord) => nowMs - (record.nextSlotAt ?? nowMs) > onTimeMs;
      const onTime = due.filter((record) => !isLate(record));
      let unreadable = 0;
      for (let i = 0; i < onTime.length && this.#isRunning; i += claimsPerTurn) {
        unreadable += (await this.#claim(onTime.slice(i, i + claimsPerTurn), nowMs)).length;
      }
      // What was slept through is decided on as a whole: a stop and a later start of one container belong together.
      if (this.#isRunning) unreadable += (await this.#claim(due.filter(isLate), nowMs)).length;
      this.#state = unreadable === 0 ? { kind: 'running' } : { kind: 'failing', message: unreadableWords(unreadable) };
    } catch (error) {
      log.error({ error }, 'due slots could not be claimed; trying again');
      this.#state = { kind: 'failing', message: 'due slots cannot be written to the database; they are claimed later' };
    }
  }

  /** Claims until none of the records is due any more: a long backlog takes several goes. */
  async #claimAll(records: ScheduleRecord[], nowMs: number): Promise<void> {
    const isDue = ({ nextSlotAt }: ScheduleRecord) => nextSlotAt !== null && nextSlotAt <= nowMs;
    for (let left = records.filter(isDue); left.length > 0; left = left.filter(isDue)) {
      const unreadable = await this.#claim(left, nowMs);
      left = left.filter((record) => !unreadable.includes(record));
    }
  }

  /**
   * @returns the schedules whose rule cannot be evaluated: they keep their cursor
   * @throws when a claim could not be written
   */
  async #claim(records: ScheduleRecord[], nowMs: number): Promise<ScheduleRecord[]> {
    const { claimant, runs, bus, log } = this.#parts;
    const claims = await claimant.claim(records, nowMs);
    const reasons = claims.map((claim) => (claim.status === 'rejected' ? claim.reason : null));
    for (const [i, claim] of claims.entries()) {
      const record = records[i];
      if (claim.status === 'fulfilled' && record) tell(runs, bus, record, claim.value);
    }
    const faults = reasons.filter((reason) => reason instanceof RuleFault);
    for (const fault of faults) log.error({ error: fault }, fault.message);
    const failure = reasons.find((reason) => reason !== null && !(reason instanceof RuleFault));
    if (failure) await Promise.all(records.map((record) => claimant.refresh(record)));
    if (failure) throw new ChrontainerError('CHR_INTERNAL', 'slots could not be claimed', { cause: failure });
    return records.filter((_, i) => reasons[i] instanceof RuleFault);
  }

  /** While the clock is not plausible nothing is claimed; what it passed meanwhile is claimed afterwards. */
  #look(): ClockVerdict['kind'] {
    const verdict = this.#guard.look(this.#parts.roster.latestCursor());
    if (verdict.kind === 'held') {
      if (this.#state.kind !== 'held') this.#parts.log.warn({}, verdict.message);
      this.#state = verdict;
    }
    return verdict.kind;
  }

  #arm(): void {
    this.#cancelTimer?.();
    if (!this.#isRunning) return;
    const { roster, clock } = this.#parts;
    const earliest = roster.earliest();
    const untilDueMs = earliest === null ? longestSleepMs : earliest - clock.now();
    // At least a millisecond: Node's timers may fire that much early, and a held or failing claim must not spin.
    const behindMs = roster.latestCursor() - clock.now();
    const leastMs = this.#state.kind === 'running' ? Math.max(1, behindMs) : retryMs;
    const longestMs = Math.max(1, this.#lookAgainAt - clock.monotonic());
    const delayMs = Math.min(longestMs, Math.max(leastMs, untilDueMs));
    this.#cancelTimer = clock.after(delayMs, () => void this.#wake());
  }
}

/** An edit is anchored at its moment: by a wrong clock it would hold everything, or fire for what never was. */
const clockIsWrong = (state: SchedulerState): ChrontainerError => {
  const reason = state.kind === 'held' ? state.message : 'the clock is being adjusted';
  const remedy = 'set the clock right, or take it as right in the settings, and try again';
  return new ChrontainerError('CHR_CONFLICT', `Schedules cannot be changed now: ${reason}; ${remedy}.`);
};

const unreadableWords = (count: number): string =>
  `the rules of ${count} schedules cannot be evaluated; the log names them, and an edit puts them right`;

const tell = (runs: Runs, bus: Bus, record: ScheduleRecord, claimed: Claimed): void => {
  runs.announce(claimed.settled);
  const newest = claimed.begun.at(-1);
  if (newest && record.policies.overlap === 'cancel_previous') runs.cancelBefore(newest);
  runs.begin(claimed.begun);
  bus.emit('schedule.changed', { id: record.id });
};
