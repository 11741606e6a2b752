import type { Selector } from '../../../contract/index.ts';
import type { ScheduleRecord } from './schedule.ts';

/** A container that has another name now. */
export interface Renaming {
  hostId: number;
  from: string;
  to: string;
}

/** The parts of a schedule that name the container, with its new name; null where none does. */
export const renamed = (
  { steps, trigger }: Pick<ScheduleRecord, 'steps' | 'trigger'>,
  renaming: Renaming,
): Pick<ScheduleRecord, 'steps' | 'trigger'> | null => {
  const names = (selector: Selector) =>
    'container' in selector && selector.hostId === renaming.hostId && selector.container === renaming.from;
  const anew = (selectors: Selector[]) =>
    selectors.map((one) => (names(one) ? { hostId: renaming.hostId, container: renaming.to } : one));
  const source = trigger.kind === 'event' ? trigger.source : [];
  if (![...steps.flatMap(({ targets }) => targets), ...source].some(names)) return null;
  return {
    steps: steps.map((step) => ({ ...step, targets: anew(step.targets) })),
    trigger: trigger.kind === 'event' ? { ...trigger, source: anew(trigger.source) } : trigger,
  };
};

/** Whether a schedule names the container outright. */
export const namesContainer = (
  record: Pick<ScheduleRecord, 'steps' | 'trigger'>,
  hostId: number,
  name: string,
): boolean => renamed(record, { hostId, from: name, to: name }) !== null;
