import { EngineError } from '../../engine/index.ts';
import { ChrontainerError } from '../../errors/index.ts';
import type { Action, StateBefore } from './action.ts';
import type { Looking, Note } from './kind.ts';
import type { Seen } from './observation.ts';
import { observe } from './observation.ts';

/** An engine that cannot be asked is asked for so long: what it was told before has come to an end by then, or never will. */
const longestMs = 600_000;
const pauseMs = 1000;

/**
 * Looks at a container until a call that nobody waits for any more has done what it was to do, cannot do it any more,
 * or has had the time that the engine may need for it.
 * @throws Interruption when the program ends
 */
export const outlast = async (looking: Looking, action: Action, { before }: Note): Promise<string> => {
  if (!before) return 'what the engine was told is not known';
  const { clock, signal } = looking;
  const sinceMs = clock.monotonic();
  for (;;) {
    const seen = await patientLook(looking, action, before);
    const isTooLong = clock.monotonic() - sinceMs > longestMs;
    if (seen.kind === 'waiting') return `the engine has not done it, and is not waited for any longer: ${seen.message}`;
    if (seen.kind !== 'unseen') return seen.message;
    if (isTooLong) return `nobody can tell what became of it: ${seen.message}`;
    await clock.sleep(pauseMs, signal);
  }
};

/** One whole patience; an engine that is away, or its host disabled, has not been seen. */
const patientLook = async (looking: Looking, action: Action, before: StateBefore): Promise<Seen> => {
  const { step, clock, signal } = looking;
  const options = step.options ?? {};
  const patienceMs = action.patienceMs(before, options);
  const watch = { action, before, options, patienceMs, waitMs: patienceMs, waitFor: undefined, isUncertain: true };
  try {
    return await observe({ ...watch, engine: looking.engine(), signal }, clock);
  } catch (error) {
    if (!(error instanceof ChrontainerError) && !(error instanceof EngineError)) throw error;
    return { kind: 'unseen', message: error.message };
  }
};
