import type { Action } from './action.ts';
import { done, failed, marginMs } from './action.ts';
import { judgeStart } from './starting.ts';

/** Starts a container; one that runs is left as it is. */
export const start: Action = {
  name: 'start',
  past: 'started',
  options: [],
  precheck: (before) => {
    if (before.paused) return failed('it is paused; unpause it instead');
    return before.running ? done('it was running already') : null;
  },
  call: (engine, before) => engine.startContainer(before.id),
  judge: (before, now) => judgeStart(before, now, 'started'),
  patienceMs: () => marginMs,
};
