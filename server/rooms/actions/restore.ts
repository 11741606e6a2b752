import type { InspectedContainer } from '../../engine/index.ts';
import { EngineError } from '../../engine/index.ts';
import type { Action, StateBefore } from './action.ts';
import { containerAction, inspectExactly, stateOf } from './container-action.ts';
import type { Attempted, StepKind, Work } from './kind.ts';
import { ended } from './kind.ts';
import { observe } from './observation.ts';
import { pause } from './pause.ts';
import { start } from './start.ts';
import { stop } from './stop.ts';
import { unpause } from './unpause.ts';

type Rest = 'running' | 'paused' | 'stopped';

/**
 * Puts a container back to what it was before the run: running, paused or stopped. It goes by what it finds, so it can
 * be done again after a crash. No step of a plan is of this kind: a run ends with it when its schedule says so.
 */
export const restoring = (before: StateBefore): StepKind => ({
  name: 'restore',
  scope: 'container',
  options: [],
  required: [],
  attempt: async (work) => {
    const now = await inspectExactly(work.engine(), work.container);
    await work.dispatch({ before: stateOf(now) });
    return putBack(work, restOf(before), now);
  },
  resume: async (work, { note }) => {
    const wanted = restOf(before);
    const broken = await untilAnswered(work, wanted, note.before);
    return broken ?? goOn(work, wanted);
  },
});

/** By now nothing of the earlier life is under way: what the engine refuses is refused to this one, and can be tried again. */
const goOn = async (work: Work, wanted: Rest): Promise<Attempted> => {
  try {
    return await putBack(work, wanted, await inspectExactly(work.engine(), work.container));
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    return { ...ended('failed', error.message), mayRetry: error.canPass };
  }
};

/** The engine may still be at the call that the program died with: acted on now, the container would get it twice. */
const untilAnswered = async (work: Work, wanted: Rest, told: StateBefore | undefined): Promise<Attempted | null> => {
  const now = stateOf(await inspectExactly(work.engine(), work.container));
  const [action] = ways[restOf(now)][wanted];
  if (!action) return null;
  // Of what was told first the state before is known; what came after it is told by what is found now.
  const since = told && told.id === now.id && restOf(told) === restOf(now) ? told : now;
  const patienceMs = action.patienceMs(since, {});
  const watch = { action, before: since, options: {}, waitFor: undefined, patienceMs, waitMs: patienceMs };
  const seen = await observe({ ...watch, engine: work.engine(), signal: work.signal, isUncertain: true }, work.clock);
  if (seen.kind === 'failed') return ended('failed', seen.message);
  if (seen.kind !== 'unseen') return null;
  return ended('interrupted', `Chrontainer was interrupted, and the engine cannot tell: ${seen.message}`);
};

/** What a container can be put back to, of the state that it is in. */
export const restOf = ({ state, running, paused }: Pick<StateBefore, 'state' | 'running' | 'paused'>): Rest => {
  if (paused) return 'paused';
  return running || state === 'restarting' ? 'running' : 'stopped';
};

/** What leads from one state to another. */
const ways: Record<Rest, Record<Rest, readonly Action[]>> = {
  running: { running: [], paused: [pause], stopped: [stop] },
  // A paused container cannot take its stop signal.
  paused: { running: [unpause], paused: [], stopped: [unpause, stop] },
  stopped: { running: [start], paused: [start, pause], stopped: [] },
};

const putBack = async (work: Work, wanted: Rest, now: InspectedContainer): Promise<Attempted> => {
  const way = ways[restOf(now)][wanted];
  for (const action of way) {
    const moved = await containerAction(action).attempt({ ...work, dispatch: async () => undefined });
    if (moved.outcome !== 'succeeded') return moved;
  }
  return ended(
    'succeeded',
    way.length === 0 ? `it is ${wanted}, as before the run` : `put back: ${wanted}, as before the run`,
  );
};
