import type { Clock } from './clock.ts';

/**
 * Whether a promise settles within `limitMs`. Rejects when the promise does in that time; afterwards its fate is the
 * caller's business.
 */
export const settlesWithin = async (clock: Clock, promise: Promise<unknown>, limitMs: number): Promise<boolean> => {
  const limit = Promise.withResolvers<false>();
  const cancel = clock.after(limitMs, () => limit.resolve(false));
  return Promise.race([promise.then(() => true), limit.promise]).finally(cancel);
};
