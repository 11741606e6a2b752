import type { EngineArea, Host, SchedulePreview, Step } from '../../../contract/index.ts';
import { lackedGrants } from '../../../contract/index.ts';

/** Where an action has to be let through, as far as that can be tried without acting. */
const areas: Partial<Record<Step['action'], EngineArea>> = {
  start: 'start',
  stop: 'stop',
  restart: 'restart',
  kill: 'kill',
  pause: 'pause',
  unpause: 'pause',
  exec: 'commands',
  run: 'jobs',
  'pull-image': 'pull',
  'tag-image': 'changeImages',
};

/** Which steps a host will refuse as things stand, each with the host and what it lacks. */
export const grantWarnings = (
  steps: readonly Step[],
  matched: SchedulePreview['steps'],
  hostOf: (hostId: number) => Pick<Host, 'name' | 'grants' | 'reach'> | undefined,
): string[] =>
  steps.flatMap((step, at) => {
    const targets = matched[at]?.targets.map(({ hostId }) => hostId) ?? [];
    const hostIds = new Set(step.hostId === undefined ? targets : [step.hostId, ...targets]);
    return [...hostIds].flatMap((hostId) => {
      const host = hostOf(hostId);
      const fault = host && faultOf(host, step.action);
      return fault ? [`step ${at + 1} (${step.action}) will fail on ${host.name}: ${fault}`] : [];
    });
  });

const faultOf = ({ grants, reach }: Pick<Host, 'grants' | 'reach'>, action: Step['action']): string | null => {
  const lacked = lackedGrants(action, grants);
  if (lacked) return `the host does not have the grant ${lacked.join(' or ')}`;
  const area = areas[action];
  const isRefused = reach?.areas.some((one) => one.area === area && one.answer === 'refused') ?? false;
  return isRefused ? 'a proxy in front of its engine refuses that, as its last test found out' : null;
};
