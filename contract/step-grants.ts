import type { ActionName } from './actions.ts';
import type { HostGrant } from './hosts.ts';

/** The grants of which a step needs one, by its action; one that asks no engine for anything is not named. */
const neededGrants: Partial<Record<ActionName, readonly HostGrant[]>> = {
  restart: ['operate'],
  start: ['operate'],
  stop: ['operate'],
  kill: ['operate'],
  pause: ['operate'],
  unpause: ['operate'],
  update: ['update'],
  rename: ['update'],
  remove: ['update'],
  clone: ['update'],
  exec: ['exec'],
  run: ['update', 'exec'],
  prune: ['update'],
  'pull-image': ['update', 'exec'],
  'tag-image': ['update'],
  'remove-image': ['update'],
};

/** The grants that would do where these do not cover an action; null where they do. */
export const lackedGrants = (action: ActionName, grants: readonly HostGrant[]): readonly HostGrant[] | null => {
  const needed = neededGrants[action];
  return needed === undefined || needed.some((one) => grants.includes(one)) ? null : needed;
};
