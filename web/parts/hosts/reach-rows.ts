import type { HostGrant, HostReach } from '../../../contract/hosts.ts';

type Areas = HostReach['areas'];

export interface ReachRow {
  grant: HostGrant;
  refused: Areas;
  unknown: Areas;
}

const all = ['observe', 'operate', 'update', 'exec'] as const;

/** What is kept back, by the grant that it belongs to. */
export function reachRows({ areas }: HostReach): ReachRow[] {
  return all.map((grant) => {
    const of = areas.filter((one) => one.grant === grant);
    return {
      grant,
      refused: of.filter(({ answer }) => answer === 'refused'),
      unknown: of.filter(({ answer }) => answer === 'unknown'),
    };
  });
}

/** Whether the grants cover what the connection does not let through. */
export function isReachShort(reach: HostReach, grants: readonly HostGrant[]): boolean {
  return reachRows(reach).some(({ grant, refused }) => refused.length > 0 && grants.includes(grant));
}
