import type { ActionName } from '../../../contract/index.ts';
import type { RunRecord } from '../runs/index.ts';
import { onTimeMs } from './claims.ts';

/** Commands that bring a state: of several that were slept through only the last one's state is wanted. */
const stateCommands: readonly ActionName[] = ['start', 'stop', 'pause', 'unpause'];

/**
 * Of the commands on one target that were missed while the program was away only the last is carried out: a container
 * that should have been stopped at 23:00 and started at 07:00 is to run at 08:00, and not to be stopped first. The
 * others join that run.
 * @param runs what is about to be begun, of any schedules; changed in place where a run joins a later one
 * @returns whether any joined another: then all of them are to be written in one commit
 */
export const reduceStates = (runs: readonly RunRecord[], nowMs: number): boolean => {
  let hasJoined = false;
  const missed = runs.filter((run) => stateKey(run) !== null && nowMs - (run.scheduledFor ?? nowMs) > onTimeMs);
  for (const group of Map.groupBy(missed, stateKey).values()) {
    const inOrder = group.toSorted((a, b) => (a.scheduledFor ?? 0) - (b.scheduledFor ?? 0));
    const last = inOrder.at(-1);
    if (!last) continue;
    hasJoined ||= inOrder.length > 1;
    for (const run of inOrder.slice(0, -1)) join(run, last, nowMs);
  }
  return hasJoined;
};

/** What the run's one command acts on, as text; null for runs that are not one command for a state. */
const stateKey = ({ outcome, plan }: RunRecord): string | null => {
  const [step, ...more] = plan.steps;
  if (outcome !== 'pending' || !step || more.length > 0 || !stateCommands.includes(step.action)) return null;
  return JSON.stringify(step.targets);
};

const join = (run: RunRecord, last: RunRecord, nowMs: number): void => {
  run.outcome = 'coalesced';
  run.finishedAt = nowMs;
  run.coalescedInto = last.id;
  run.message = `a later command on the same target was missed too: ${last.plan.steps[0]?.action}, ${last.scheduleName}`;
};
