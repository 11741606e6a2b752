import type { Run, WebhookDeed } from '../../../contract/index.ts';
import type { FieldError } from '../../errors/index.ts';
import { invalidInput } from '../../errors/index.ts';
import type { Caller } from '../../http/index.ts';
import { checkStep } from '../actions/index.ts';
import type { Hand } from '../runs/index.ts';
import type { Schedules } from '../schedules/index.ts';

interface Parts {
  hand: Hand;
  schedules: Schedules;
  hasHost(hostId: number): boolean;
}

/** What webhooks do: an action, or a schedule's steps. */
export class Deeds {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /**
   * Nobody makes a webhook do what he could not do there by hand.
   * @throws CHR_INVALID_INPUT with all faults, CHR_NOT_FOUND, CHR_FORBIDDEN
   */
  demand(deed: WebhookDeed, caller: Caller): void {
    if (deed.kind === 'schedule') return this.#parts.schedules.demandRun(deed.scheduleId, caller);
    const { kind: _kind, ...step } = deed;
    const faults: FieldError[] = checkStep(step, 'does', this.#parts);
    if (faults.length > 0) throw invalidInput(faults);
    this.#parts.hand.demand(step, caller);
  }

  /** @throws what stands against it now */
  begin(deed: WebhookDeed, caller: Caller): Promise<Run> {
    if (deed.kind === 'schedule') return this.#parts.schedules.runNow(deed.scheduleId, caller);
    const { kind: _kind, ...step } = deed;
    return this.#parts.hand.act(step, caller);
  }
}
