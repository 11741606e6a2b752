import type { InspectedContainer } from '../../engine/index.ts';
import type { StateBefore, Verdict } from './action.ts';
import { done, failed, waiting } from './action.ts';

/**
 * Judges a start: only a later `StartedAt` proves that it happened, since a container may run for other reasons.
 * One that did its work and ended with 0 before we looked has started all the same: jobs do.
 */
export const judgeStart = (before: StateBefore, now: InspectedContainer, past: string): Verdict => {
  if (now.startedAtText === before.startedAtText) return waiting(`it has not ${past} yet`);
  if (now.running && !now.restarting) return done(`${past}, running since ${now.startedAtText}`);
  if (now.restarting) return waiting('it ends at once and the engine starts it again');
  if (now.exitCode === 0) return done(`${past}, and ended with exit code 0`);
  const memory = now.oomKilled ? ', out of memory' : '';
  return failed(`it ${past} and ended with exit code ${now.exitCode}${memory}`);
};
