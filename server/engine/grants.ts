import type { HostGrant } from '../../contract/index.ts';
import { EngineError } from './error.ts';

interface Request {
  method: string;
  path: string;
  purpose: string;
  /** Narrows the rule: the same request serves what reaches less far, as the job of a run does. */
  grant?: HostGrant;
}

/** Which grants cover a request: any of them does. The first rule that fits holds. */
type Rule = [method: string, path: RegExp, grants: readonly HostGrant[]];

const container = '/containers/[^/]+';
const rules: Rule[] = [
  ['GET', /^(\/_ping|\/version|\/info|\/events|\/system\/df)$/, ['observe']],
  ['GET', new RegExp(`^/containers/json$|^${container}/(json|logs|stats|top|changes)$`), ['observe']],
  ['GET', /^\/(images|volumes|networks)(\/.+\/json|\/json|\/[^/]+\/history|\/[^/]+)?$/, ['observe']],
  ['GET', /^\/distribution\/.+\/json$/, ['observe']],
  ['POST', new RegExp(`^${container}/(start|stop|restart|kill|pause|unpause)$`), ['operate']],
  // The job of a run is a container as well.
  ['POST', /^\/containers\/create$|^\/images\/create$/, ['update', 'exec']],
  ['DELETE', new RegExp(`^${container}$`), ['update', 'exec']],
  ['GET', /^\/exec\/[^/]+\/json$/, ['exec']],
  ['POST', new RegExp(`^${container}/exec$|^/exec/[^/]+/(start|resize)$`), ['exec']],
  ['POST', new RegExp(`^${container}/(rename|update)$`), ['update']],
  ['POST', /^\/(images|containers|volumes|networks|build)\/prune$/, ['update']],
  ['POST', /^\/images\/.+\/tag$|^\/networks\/[^/]+\/(connect|disconnect)$/, ['update']],
  ['DELETE', /^\/(images|volumes|networks)\/.+$/, ['update']],
];

/** What nobody thought of needs all that there is. */
const everything: readonly HostGrant[] = ['exec'];

/** The grants of which one is needed for a request. */
export const grantsFor = ({ method, path }: Pick<Request, 'method' | 'path'>): readonly HostGrant[] => {
  const bare = path.replace(/^\/v\d+\.\d+(?=\/)/, '').replace(/\?.*$/s, '');
  return rules.find(([verb, form]) => verb === method && form.test(bare))?.[2] ?? everything;
};

/** @throws EngineError `not_granted` */
export const demandGrant = (grants: readonly HostGrant[], request: Request): void => {
  const { grant } = request;
  const needed = grantsFor(request).filter((one) => grant === undefined || one === grant);
  if (needed.some((one) => grants.includes(one))) return;
  throw new EngineError({
    kind: 'not_granted',
    message:
      `This host is set to allow ${grants.join(', ')} only; to ${request.purpose} needs ${needed.join(' or ')}. ` +
      'Whoever manages hosts can allow it on the page Hosts.',
  });
};
