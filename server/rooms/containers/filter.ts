import type { Container, ContainerQuery } from '../../../contract/index.ts';
import { containerState, health } from '../../../contract/index.ts';
import { invalidInput } from '../../errors/index.ts';

type Filters = Pick<ContainerQuery, 'host' | 'status' | 'stack' | 'tag' | 'label' | 'update' | 'q'>;

/** What the filter `status` understands: the engine's states, and the health. */
const statuses: readonly string[] = [...containerState.options, ...health.options];

/**
 * The test that a container has to pass, made once per query.
 * @throws ChrontainerError CHR_INVALID_INPUT when the status is none that there is
 */
export const containerFilter = (filters: Filters): ((container: Container) => boolean) => {
  const { host, status, stack, tag } = filters;
  const hasLabel = labelFilter(filters.label);
  const update = filters.update === undefined ? undefined : filters.update === 'true';
  if (status !== undefined && !statuses.includes(status)) {
    throw invalidInput([{ path: 'status', message: `must be one of ${statuses.join(', ')}` }]);
  }
  const q = filters.q?.trim().toLowerCase();
  return (c) =>
    (host === undefined || c.hostId === host) &&
    (status === undefined || c.state === status || c.health === status) &&
    (stack === undefined || c.stack === stack) &&
    (tag === undefined || c.tags.some(({ name }) => name === tag)) &&
    (update === undefined || c.updateAvailable === update) &&
    hasLabel(c) &&
    (!q || isMentioned(q, c));
};

/** Labels are hostile: one named `constructor` is there only where a container has it. */
const labelFilter = (wanted: string | undefined): ((container: Container) => boolean) => {
  if (wanted === undefined) return () => true;
  const [, label = wanted, value] = /^([^=]+)=(.*)$/s.exec(wanted) ?? [];
  return ({ labels }) => Object.hasOwn(labels, label) && (value === undefined || labels[label] === value);
};

/** Parts of names and images; of the ID only its beginning, since any few digits are in some ID. */
const isMentioned = (q: string, c: Container): boolean =>
  [c.name, c.image, c.stack, c.service].some((text) => text?.toLowerCase().includes(q)) || c.id.startsWith(q);
