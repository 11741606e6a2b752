import type { InspectedContainer } from '../../engine/index.ts';
import type { Action, StateBefore } from './action.ts';
import { containerAction, inspectExactly, stateOf } from './container-action.ts';
import type { Attempted, StepKind, Work } from './kind.ts';
import { ended } from './kind.ts';
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
  resume: async (work) => putBack(work, restOf(before), await inspectExactly(work.engine(), work.container)),
});

const restOf = ({ state, running, paused }: Pick<StateBefore, 'state' | 'running' | 'paused'>): Rest => {
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
