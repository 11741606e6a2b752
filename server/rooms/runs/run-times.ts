import type { Clock } from '../../clock/index.ts';
import { Interruption } from '../actions/index.ts';
import type { LiveRun } from './live-run.ts';
import type { Ending } from './run.ts';

/** A timer may be early: a deadline is looked at when it has passed for certain. */
const pastDeadlineMs = 50;
/** The machine may sleep, and timers with it: whoever waits for an instant looks at the clock this often. */
const longestSleepMs = 30_000;

/** Resolves when the run before is over; sooner when this one is broken off, or has missed its start deadline. */
export const turnOf = async (clock: Clock, live: LiveRun, before: Promise<unknown>): Promise<unknown> => {
  const { record, interrupted } = live;
  if (record.startDeadlineAt === null) return Promise.race([before, interrupted]);
  const lateAt = record.startDeadlineAt + pastDeadlineMs;
  const late = Promise.withResolvers<void>();
  let cancel: (() => void) | undefined;
  // Asked again when the timer fires: with the clock set back it is not late yet, and must not begin out of its turn.
  const look = () => {
    const leftMs = lateAt - clock.now();
    if (leftMs <= 0) return late.resolve();
    cancel = clock.after(leftMs, look);
  };
  look();
  return Promise.race([before, interrupted, late.promise]).finally(() => cancel?.());
};

/**
 * Resolves when the run's own time has come. A timer may fire up to a millisecond early, and the clock may be set back
 * meanwhile: nothing begins before its time.
 * @throws Interruption when the run is broken off meanwhile
 */
export const untilDue = async (clock: Clock, { record: { notBeforeAt }, signal }: LiveRun): Promise<void> => {
  if (notBeforeAt === null) return;
  for (let leftMs = notBeforeAt - clock.now(); leftMs > 0; leftMs = notBeforeAt - clock.now()) {
    await clock.sleep(Math.min(Math.max(1, leftMs), longestSleepMs), signal);
  }
};

/** Breaks a run off after its limit, which counts from the run's start, also when the program was started anew since. */
export const limitedRun = async (clock: Clock, live: LiveRun, execute: () => Promise<Ending>): Promise<Ending> => {
  const { timeoutMs } = live.record.plan;
  if (timeoutMs === null) return execute();
  const leftMs = (live.record.startedAt ?? clock.now()) + timeoutMs - clock.now();
  const tooLong = new Interruption('timed_out', `the run took longer than ${timeoutMs / 1000} s`);
  // What an earlier life had dispatched is looked at first; otherwise nothing may be begun any more but what puts back.
  if (leftMs <= 0 && !live.hasUnseen()) {
    live.interrupt(tooLong);
    return execute();
  }
  const cancel = clock.after(leftMs, () => live.interrupt(tooLong));
  return execute().finally(cancel);
};
