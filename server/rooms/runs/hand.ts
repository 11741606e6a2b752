import type { ActionName, Run, Selector, Step } from '../../../contract/index.ts';
import { ChrontainerError, invalidInput } from '../../errors/index.ts';
import type { Caller } from '../../http/route.ts';
import { checkStep, demandRights } from '../actions/index.ts';
import type { Fleet } from './fleet.ts';
import { endsProgram, selfRefusal } from './performer.ts';
import type { Runs } from './runs.ts';

/** One action, as a person or a script asks for it. */
type Deed = Pick<Step, 'action' | 'targets' | 'hostId' | 'options'>;

/** Actions by hand and by the API: checked at once, and run like those of a schedule. */
export class Hand {
  #runs: Runs;
  #fleet: Fleet;

  constructor(runs: Runs, fleet: Fleet) {
    this.#runs = runs;
    this.#fleet = fleet;
  }

  /**
   * One action on everything that the selectors mean; one run, a result per target.
   * @throws CHR_INVALID_INPUT, CHR_FORBIDDEN for a step that needs a right of its own, CHR_PROTECTED
   */
  async act(request: Deed, caller: Caller): Promise<Run> {
    const step: Step = { ...request };
    const faults = checkStep(step, '', { hasHost: (hostId) => this.#fleet.has(hostId) });
    if (faults.length > 0) throw invalidInput(faults);
    demandRights([step], caller.permissions);
    this.#protectSelf(request.action, request.targets);
    return this.#runs.request({
      origin: caller.actor.kind === 'api_key' ? 'api' : 'manual',
      actor: caller.actor,
      steps: [step],
    });
  }

  #protectSelf(action: ActionName, targets: readonly Selector[]): void {
    if (!endsProgram({ name: action })) return;
    const isNamed = targets.some(
      (t) => 'container' in t && (this.#fleet.byName(t.hostId, t.container)?.isSelf ?? false),
    );
    if (isNamed) throw new ChrontainerError('CHR_PROTECTED', selfRefusal({ name: action }));
  }
}
