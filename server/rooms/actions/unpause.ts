import type { Action } from './action.ts';
import { done, failed, marginMs, waiting } from './action.ts';

/** Lets a paused container go on. */
export const unpause: Action = {
  name: 'unpause',
  past: 'unpaused',
  options: [],
  precheck: (before) => {
    if (before.paused) return null;
    return before.running ? done('it was not paused') : failed('it is not running, so it cannot be unpaused');
  },
  call: (engine, before) => engine.unpauseContainer(before.id),
  judge: (_before, now) => {
    if (now.paused) return waiting('it is still paused');
    return now.running ? done('unpaused, running') : failed('it ended instead of going on');
  },
  patienceMs: () => marginMs,
};
