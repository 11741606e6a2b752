import { Interruption } from './interruption.ts';
import type { Work } from './kind.ts';

/** How long a command or a container may take when the step names no time: a day, so that nothing runs for ever. */
export const longestMs = 86_400_000;

/**
 * Gives the work the step's time, counted from `sinceMs` (epoch milliseconds).
 * @throws Interruption `timed_out` through the signal that `act` is given
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
  return act(AbortSignal.any([signal, limit.signal])).finally(cancel);
};
