import type { Step } from '../../../contract/index.ts';
import { lackedGrants } from '../../../contract/index.ts';
import type { Fleet } from './fleet.ts';

type Hosts = Pick<Fleet, 'has' | 'grantsOf' | 'nameOf'>;

/** Which steps the grants of the hosts that they name refuse, in words: these hold for everybody, so nothing can help. */
export const ungranted = (steps: readonly Step[], hosts: Hosts): string[] =>
  steps.flatMap((step) => [...new Set(namedHosts(step))].flatMap((hostId) => refusal(step, hostId, hosts)));

/** Those that a step names. A tag or a label may mean any: what a host refuses there is told of its target alone. */
const namedHosts = ({ hostId, targets }: Step): number[] => [
  ...(hostId === undefined ? [] : [hostId]),
  ...targets.flatMap((target) => ('hostId' in target && target.hostId !== undefined ? [target.hostId] : [])),
];

const refusal = ({ action }: Step, hostId: number, hosts: Hosts): string[] => {
  if (!hosts.has(hostId)) return [];
  const grants = hosts.grantsOf(hostId);
  const lacked = lackedGrants(action, grants);
  return lacked === null
    ? []
    : [
        `the host ${hosts.nameOf(hostId)} allows ${grants.join(', ')} only; ${action} needs the grant ${lacked.join(' or ')}`,
      ];
};
