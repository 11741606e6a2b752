import type { ActionName, Selector } from '../../../contract/actions.ts';
import type { Container } from '../../../contract/containers.ts';
import type { Schedule } from '../../../contract/schedules.ts';
import type { ContainerKey } from '../containers/identity.ts';
import { isMeant, keyOf } from '../containers/identity.ts';

export interface NextAction {
  at: number;
  action: ActionName;
  schedule: Schedule;
}

/** What the schedules will do next to each container; made once per change of the schedules, asked per row. */
export class NextActions {
  readonly #exact = new Map<ContainerKey, NextAction>();
  readonly #broad: { selector: Selector; next: NextAction }[] = [];

  constructor(schedules: Schedule[]) {
    for (const schedule of schedules) this.#add(schedule);
  }

  of(container: Container): NextAction | null {
    let soonest = this.#exact.get(keyOf(container.hostId, container.name)) ?? null;
    for (const { selector, next } of this.#broad) {
      if (soonest && soonest.at <= next.at) continue;
      if (isMeant(selector, container)) soonest = next;
    }
    return soonest;
  }

  #add(schedule: Schedule): void {
    if (!schedule.enabled || schedule.nextRunAt === null) return;
    const at = Date.parse(schedule.nextRunAt);
    for (const step of schedule.steps) {
      for (const selector of step.targets) this.#note(selector, { at, action: step.action, schedule });
    }
  }

  #note(selector: Selector, next: NextAction): void {
    if (!('container' in selector)) {
      this.#broad.push({ selector, next });
      return;
    }
    const key = keyOf(selector.hostId, selector.container);
    const known = this.#exact.get(key);
    if (!known || next.at < known.at) this.#exact.set(key, next);
  }
}

/** The schedules that touch a container. */
export function schedulesOf(container: Container, schedules: Schedule[]): Schedule[] {
  return schedules.filter((schedule) =>
    schedule.steps.some((step) => step.targets.some((selector) => isMeant(selector, container))),
  );
}
