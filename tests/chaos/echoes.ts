import type { Sighting } from './matching.ts';
import { unexplained } from './matching.ts';

/** A call as it reached the engine; without `answeredAt` it may have been done at any time since. */
export interface Call {
  at: number;
  answeredAt?: number;
}

/** An engine tells an event before it answers, but the two clocks are read by two processes. */
const apartMs = 300;

/**
 * What the engine tells of pauses without being asked for them once more. dockerd tells a pause when containerd has
 * answered, and again when containerd's own word of it comes after the container has been woken (it takes the container
 * for paused, and tells so); the word of the waking follows, and is told again, too. One call and one word of containerd
 * are then two events, some milliseconds apart: seen with dockerd 20.10 and containerd 1.6 in 3 of 40 pauses that were
 * ended at once, with no fault before them. While dockerd or containerd hangs, the word may come much later.
 *
 * So an effect is one that a call which reached the engine explains, and each call explains one: two events that one
 * call is there for are one effect; two calls are two.
 */
export const withoutEchoes = <T extends Sighting>(events: readonly T[], calls: readonly Call[]): T[] => {
  const places = calls.map(({ at, answeredAt }) => ({
    from: at,
    to: (answeredAt ?? Number.POSITIVE_INFINITY) + apartMs,
  }));
  // The earlier of two that one call explains is the effect: events come in order, and the first keeps its place.
  const echoes = new Set(unexplained(events, places));
  return events.filter((event) => !echoes.has(event));
};
