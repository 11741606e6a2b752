import type { Action } from './action.ts';
import { done, marginMs, stopTimeMs, waiting } from './action.ts';

/** Sends the stop signal and, when the container takes too long, kills it. */
export const stop: Action = {
  name: 'stop',
  past: 'stopped',
  options: ['timeoutMs'],
  precheck: (before) => (before.running || before.state === 'restarting' ? null : done('it was not running already')),
  call: (engine, before, options) =>
    engine.stopContainer(before.id, { ...options, stopTimeoutMs: stopTimeMs(before, options) }),
  judge: (_before, now) =>
    now.running || now.restarting ? waiting('it is still running') : done(`stopped, exit code ${now.exitCode}`),
  patienceMs: (before, options) => stopTimeMs(before, options) + marginMs,
};
