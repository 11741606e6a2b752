import type { ActionOptions, Step } from '../../../contract/index.ts';
import type { Clock } from '../../clock/index.ts';
import type { Engine, InspectedContainer } from '../../engine/index.ts';
import { EngineError } from '../../engine/index.ts';
import type { Action, StateBefore, Verdict } from './action.ts';
import { done, failed } from './action.ts';
import { Interruption } from './interruption.ts';

const firstPauseMs = 50;
const longestPauseMs = 1000;

/** What is looked for, and for how long. */
export interface Observation {
  engine: Engine;
  action: Action;
  before: StateBefore;
  options: ActionOptions;
  waitFor: Step['waitFor'];
  /** From now on, milliseconds; one look is taken in any case. */
  patienceMs: number;
  /** The same once the effect was seen, and the step waits for more than that. */
  waitMs: number;
  /**
   * Nobody knows whether the engine is still at it. Then a run that is broken off ends when that is known, as it does
   * when a call is being answered: ended before, it would let others act on the container, and a crash would forget it.
   */
  isUncertain: boolean;
  signal: AbortSignal;
}

/** What a look that never saw the state come true ended with. */
export type Seen =
  | Verdict
  | { kind: 'unseen'; message: string }
  /** The effect was seen; what the step waits for beyond it was not. */
  | { kind: 'incomplete'; message: string };

/**
 * Looks at the container until the action's effect is seen, cannot come any more, or patience ends. `waiting` means
 * that the engine answered to the last and the effect had not come; `unseen` that the engine could not be asked.
 * @throws the signal's reason when it is aborted
 */
export const observe = async (what: Observation, clock: Clock): Promise<Seen> => {
  const sinceMs = clock.monotonic();
  const untilEffect = what.isUncertain ? shutdownOf(what.signal) : what.signal;
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 1.5, longestPauseMs)) {
    const seen = await look(what);
    if (seen.kind === 'done' || seen.kind === 'failed') return seen;
    const limitMs = seen.kind === 'incomplete' ? what.waitMs : what.patienceMs;
    if (clock.monotonic() + pauseMs > sinceMs + limitMs) return seen;
    await clock.sleep(pauseMs, seen.kind === 'incomplete' ? what.signal : untilEffect);
  }
};

/** Aborted where the program ends, and not where only the run does. */
export const shutdownOf = (signal: AbortSignal): AbortSignal => {
  const controller = new AbortController();
  const onAbort = () => {
    const isShutdown = signal.reason instanceof Interruption && signal.reason.why === 'shutdown';
    if (isShutdown) controller.abort(signal.reason);
  };
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort, { once: true });
  return controller.signal;
};

const look = async ({ engine, action, before, options, waitFor }: Observation): Promise<Seen> => {
  try {
    const now = await engine.inspectContainer(before.id);
    const verdict = action.judge(before, now, options);
    if (verdict.kind !== 'done') return verdict;
    if (waitFor === 'healthy') return judgeHealth(verdict.message, now);
    return waitFor === 'exited' && now.running ? incomplete(`${verdict.message}, and has not ended yet`) : verdict;
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    if (error.kind === 'not_found') return judgeGone(action);
    return { kind: 'unseen', message: error.message };
  }
};

const incomplete = (message: string): Seen => ({ kind: 'incomplete', message });

const judgeHealth = (message: string, now: InspectedContainer): Seen => {
  if (!now.running || !now.hasHealthCheck) return done(message);
  if (now.health === 'healthy') return done(`${message}, healthy`);
  return now.health === 'unhealthy' ? failed(`${message}, but unhealthy`) : incomplete(`${message}, not healthy yet`);
};

/** A container started with `--rm` vanishes when it ends: for a stop that is the end that was asked for. */
const judgeGone = (action: Action): Verdict => {
  if (action.endsContainer) return done(action.past);
  return action.name === 'stop' || action.name === 'kill'
    ? done(`${action.past}, and the engine removed it`)
    : failed('the container is gone');
};
