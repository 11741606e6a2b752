import type { Action } from './action.ts';
import { done, failed, marginMs, waiting } from './action.ts';

/** Freezes all processes of a container. */
export const pause: Action = {
  name: 'pause',
  past: 'paused',
  options: [],
  // Docker answers 409 to a second pause and Podman 500: the state tells what is meant before either is asked.
  precheck: (before) => {
    if (before.paused) return done('it was paused already');
    return before.running ? null : failed('it is not running, so it cannot be paused');
  },
  call: (engine, before) => engine.pauseContainer(before.id),
  judge: (_before, now) => {
    if (now.paused) return done('paused');
    return now.running ? waiting('it is not paused yet') : failed('it ended before it could be paused');
  },
  patienceMs: () => marginMs,
};
