import type { ActionName, Actor, Origin, Run, Selector, Step } from '../../../contract/index.ts';
import { ChrontainerError, invalidInput } from '../../errors/index.ts';
import type { Caller } from '../../http/route.ts';
import type { Sight } from '../../policy/index.ts';
import { checkStep, demandRights } from '../actions/index.ts';
import type { Fleet } from './fleet.ts';
import { endsProgram, selfRefusal } from './performer.ts';
import type { Runs } from './runs.ts';

/** One action, as a person or a script asks for it. */
type Deed = Pick<Step, 'action' | 'targets' | 'hostId' | 'options'>;

/** Actions by hand and by the API: checked at once, and run like those of a schedule. */
export class Hand {
  readonly #parts: { runs: Runs; fleet: Fleet; sight: Sight };

  constructor(parts: { runs: Runs; fleet: Fleet; sight: Sight }) {
    this.#parts = parts;
  }

  /**
   * One action on everything that the selectors mean; one run, a result per target.
   * @throws CHR_INVALID_INPUT, CHR_NOT_FOUND for what the caller may not see, CHR_FORBIDDEN for what he may not act
   * on, or for a step that needs a right of its own, CHR_PROTECTED
   */
  async act(request: Deed, caller: Caller): Promise<Run> {
    const { runs, fleet } = this.#parts;
    const step: Step = { ...request };
    const faults = checkStep(step, '', { hasHost: (hostId) => fleet.has(hostId), isByHand: true });
    if (faults.length > 0) throw invalidInput(faults);
    this.demand(step, caller);
    this.#protectSelf(request.action, request.targets);
    return runs.request({
      origin: originOf(caller.actor),
      actor: caller.actor,
      steps: [step],
    });
  }

  /** That the caller may do this there. @throws CHR_NOT_FOUND, CHR_FORBIDDEN */
  demand(step: Deed, { rights }: Caller): void {
    const { sight } = this.#parts;
    sight.demand(rights, 'operate', { steps: [step] });
    demandRights([step], (right) => sight.coversStep(rights, right, step));
  }

  #protectSelf(action: ActionName, targets: readonly Selector[]): void {
    if (!endsProgram({ name: action })) return;
    const isNamed = targets.some(
      (t) => 'container' in t && (this.#parts.fleet.byName(t.hostId, t.container)?.isSelf ?? false),
    );
    if (isNamed) throw new ChrontainerError('CHR_PROTECTED', selfRefusal({ name: action }));
  }
}

/** What a call is called that somebody made by hand, a script with its key, or a caller of a webhook. */
export const originOf = ({ kind }: Actor): Origin => {
  if (kind === 'api_key') return 'api';
  return kind === 'webhook' ? 'webhook' : 'manual';
};
