import type { ActionName, ActionOptions, Run, Selector } from '../../../contract/index.ts';
import type { FieldError } from '../../errors/index.ts';
import { ChrontainerError, invalidInput } from '../../errors/index.ts';
import type { Caller } from '../../http/route.ts';
import { checkAction } from '../actions/index.ts';
import type { Fleet } from './fleet.ts';
import { endsProgram, selfRefusal } from './performer.ts';
import type { Runs } from './runs.ts';

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
   * @throws CHR_INVALID_INPUT, CHR_NOT_FOUND for a host that is not there, CHR_PROTECTED
   */
  async act(
    request: { action: ActionName; targets: Selector[]; options?: ActionOptions | undefined },
    caller: Caller,
  ): Promise<Run> {
    const faults = [...checkAction(request.action, request.options, ''), ...this.#unknownHosts(request.targets)];
    if (faults.length > 0) throw invalidInput(faults);
    this.#protectSelf(request.action, request.targets);
    return this.#runs.request({
      origin: caller.actor.kind === 'api_key' ? 'api' : 'manual',
      actor: caller.actor,
      steps: [{ action: request.action, targets: request.targets, options: request.options }],
    });
  }

  #unknownHosts(targets: readonly Selector[]): FieldError[] {
    return targets.flatMap((target, i) => {
      const hostId = 'hostId' in target ? target.hostId : undefined;
      if (hostId === undefined || this.#fleet.has(hostId)) return [];
      return [{ path: `targets.${i}.hostId`, message: `there is no host ${hostId}` }];
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
