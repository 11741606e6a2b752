import type { Container } from '../../../contract/containers.ts';
import type { ContainerUpdate, UpdateReason } from '../../../contract/updates.ts';

/** With these there never is a newer image: what it is made of has to be changed first. */
const hopeless: readonly (UpdateReason | null)[] = ['no_name', 'pinned', 'local'];

/** Whether it makes sense to try; what was rolled back is taken when somebody insists. */
export function canUpdate({ reason }: Pick<ContainerUpdate, 'reason'>): boolean {
  return !hopeless.includes(reason);
}

/** Of several those that have a newer image; where none is known to have one, all: their registries are asked then. */
export function worthUpdating(containers: Container[]): Container[] {
  const outdated = containers.filter(({ updateAvailable }) => updateAvailable === true);
  return outdated.length > 0 ? outdated : containers;
}
