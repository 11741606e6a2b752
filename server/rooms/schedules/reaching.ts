import type { Container } from '../../../contract/index.ts';
import { resolveTargets } from '../runs/index.ts';
import { namesContainer } from './renaming.ts';
import type { ScheduleRecord } from './schedule.ts';

/**
 * How a schedule means a container now, by its steps or by the events that it waits for: by its name, or because it has
 * a tag, a label, a stack or a name that fits; null where it does not. Who names it finds nothing without it; who has it
 * among others acts on one less.
 */
export const reachOf = (
  record: Pick<ScheduleRecord, 'steps' | 'trigger'>,
  container: Container,
): 'name' | 'selector' | null => {
  if (namesContainer(record, container.hostId, container.name)) return 'name';
  const source = record.trigger.kind === 'event' ? record.trigger.source : [];
  const selectors = [...record.steps.flatMap(({ targets }) => targets), ...source].filter(
    (one) => !('container' in one),
  );
  return resolveTargets(selectors, [container]).length > 0 ? 'selector' : null;
};
