import { Interruption } from './interruption.ts';
import type { Work } from './kind.ts';

/** How long a command or a container may take when the step names no time: a day, so that nothing runs for ever. */
export const longestMs = 86_400_000;

/**
 * Gives the work the step's time, counted from `sinceMs` (epoch milliseconds).
 * @throws Interruption when that was too little (`timed_out`) or the run is broken off, whatever `act` makes of it
 */
export const limited = async <T>(
  { step, clock, signal }: Work,
  sinceMs: number,
  act: (signal: AbortSignal) => Promise<T>,
): Promise<T> => {
  const limitMs = step.timeoutMs ?? longestMs;
  const limit = new AbortController();
  const leftMs = Math.min(limitMs, sinceMs + limitMs - clock.now());
  const message = `it took longer than ${limitMs / 1000} s`;
  const cancel = clock.after(leftMs, () => limit.abort(new Interruption('timed_out', message)));
  const either = AbortSignal.any([signal, limit.signal]);
  try {
    return await act(either);
  } catch (error) {
    // What was cut off has its own words for that: the run is to know why it was.
    throw either.aborted && either.reason instanceof Interruption ? either.reason : error;
  } finally {
    cancel();
  }
};
