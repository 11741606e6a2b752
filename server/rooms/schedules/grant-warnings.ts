import type { EngineArea, Host, HostGrant, SchedulePreview, Step } from '../../../contract/index.ts';

/** What an action asks of the host that it acts on: a grant, and to be let through there. */
const demands: Partial<Record<Step['action'], { grant: HostGrant; area: EngineArea | null }>> = {
  start: { grant: 'operate', area: 'start' },
  stop: { grant: 'operate', area: 'stop' },
  restart: { grant: 'operate', area: 'restart' },
  kill: { grant: 'operate', area: 'kill' },
  pause: { grant: 'operate', area: 'pause' },
  unpause: { grant: 'operate', area: 'pause' },
  exec: { grant: 'exec', area: 'commands' },
  run: { grant: 'exec', area: 'jobs' },
  'pull-image': { grant: 'update', area: 'pull' },
  'tag-image': { grant: 'update', area: 'changeImages' },
  'remove-image': { grant: 'update', area: null },
  prune: { grant: 'update', area: null },
};

/** Which steps a host will refuse as things stand, each with the host and what it lacks. */
export const grantWarnings = (
  steps: readonly Step[],
  matched: SchedulePreview['steps'],
  hostOf: (hostId: number) => Pick<Host, 'name' | 'grants' | 'reach'> | undefined,
): string[] =>
  steps.flatMap((step, at) => {
    const demand = demands[step.action];
    if (!demand) return [];
    const targets = matched[at]?.targets.map(({ hostId }) => hostId) ?? [];
    const hostIds = new Set(step.hostId === undefined ? targets : [step.hostId, ...targets]);
    return [...hostIds].flatMap((hostId) => {
      const host = hostOf(hostId);
      const fault = host && faultOf(host, demand);
      return fault ? [`step ${at + 1} (${step.action}) will fail on ${host.name}: ${fault}`] : [];
    });
  });

const faultOf = (
  { grants, reach }: Pick<Host, 'grants' | 'reach'>,
  { grant, area }: { grant: HostGrant; area: EngineArea | null },
): string | null => {
  if (!grants.includes(grant)) return `the host does not have the grant ${grant}`;
  const isRefused = reach?.areas.some((one) => one.area === area && one.answer === 'refused') ?? false;
  return isRefused ? 'a proxy in front of its engine refuses that, as its last test found out' : null;
};
