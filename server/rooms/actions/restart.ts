import type { Action } from './action.ts';
import { marginMs, stopTimeMs } from './action.ts';
import { judgeStart } from './starting.ts';

/** Stops and starts; starts what was stopped, as the engine's own restart does. */
export const restart: Action = {
  name: 'restart',
  past: 'restarted',
  options: ['timeoutMs'],
  precheck: () => null,
  call: (engine, before, options) =>
    engine.restartContainer(before.id, { ...options, stopTimeoutMs: stopTimeMs(before, options) }),
  judge: (before, now) => judgeStart(before, now, 'restarted'),
  patienceMs: (before, options) => stopTimeMs(before, options) + marginMs,
};
