import type { ActionOptions } from '../../../contract/index.ts';
import type { Action, Verdict } from './action.ts';
import { done, failed, marginMs, waiting } from './action.ts';

const signalOf = (options: ActionOptions): string => options.signal ?? 'SIGKILL';

/** SIGKILL cannot be caught, so its effect is the container's end; another signal means what the program makes of it. */
export const isSureKill = (options: ActionOptions): boolean => ['SIGKILL', 'KILL', '9'].includes(signalOf(options));

const sent = (options: ActionOptions): Verdict => done(`${signalOf(options)} was sent`);

/** Sends a signal to the main process: SIGKILL unless another is named. */
export const kill: Action = {
  name: 'kill',
  past: 'killed',
  options: ['signal'],
  precheck: (before) => (before.running ? null : failed('it is not running, so no signal can reach it')),
  call: (engine, before, options) => engine.killContainer(before.id, options),
  judge: (before, now, options) => {
    if (!isSureKill(options)) return sent(options);
    const isAlive = now.running && now.startedAtText === before.startedAtText;
    return isAlive ? waiting('it is still running') : done(`killed, exit code ${now.exitCode}`);
  },
  answered: (options) => (isSureKill(options) ? null : sent(options)),
  patienceMs: () => marginMs,
};
