import type { Step } from '../../../contract/index.ts';
import type { StepKind } from '../actions/index.ts';
import { restoring } from '../actions/index.ts';
import type { History } from './history.ts';
import type { Ledger } from './ledger.ts';
import type { Ending, RunRecord, TargetRecord } from './run.ts';
import { newTarget } from './run.ts';

/** Nobody is there to try again by hand in the night. */
const step: Step = { action: 'start', targets: [], retries: 3 };

/** A target that is to be put back, and how. */
export interface PutBack {
  step: Step;
  kind: StepKind;
  target: TargetRecord;
}

/** Finds out what a run has touched, and to which state it is to go back. */
export class Restorer {
  #ledger: Ledger;
  #history: History;

  constructor(parts: { ledger: Ledger; history: History }) {
    this.#ledger = parts.ledger;
    this.#history = parts.history;
  }

  /**
   * What is left to be put back, in the order in which it is to be done: what was touched last comes first. The
   * run's ending is on the disk before any of it begins, so that a crash does not make the run go on instead.
   */
  async plan(run: RunRecord, targets: TargetRecord[], ending: Ending): Promise<PutBack[]> {
    const index = run.plan.steps.length;
    const touched = await this.#history.touched(run.id, index);
    if (!run.ending) {
      const added = touched
        .toReversed()
        .map(({ hostId, container }, position) => newTarget(index, position, { hostId, container }));
      await this.#ledger.beginRestore(run.id, ending, added);
      run.ending = ending;
      targets.push(...added);
    }
    return targets
      .filter((target) => target.step === index)
      .toSorted((a, b) => a.position - b.position)
      .flatMap((target) => {
        const was = touched.find((one) => one.hostId === target.hostId && one.container === target.container);
        return was ? [{ step, kind: restoring(was.before), target }] : [];
      });
  }
}

/** How the run ended, with what could not be put back. */
export const withRestored = (ending: Ending, restored: readonly PutBack[]): Ending => {
  const bad = restored.map(({ target }) => target).filter(({ outcome }) => outcome !== 'succeeded');
  if (bad.length === 0) return ending;
  const names = bad.map(({ container, message }) => `${container} (${message})`).join(', ');
  return {
    ...ending,
    outcome: ending.outcome === 'succeeded' ? 'failed' : ending.outcome,
    message: `${ending.message ?? ending.outcome}; not put back: ${names}`,
  };
};
