import type { CloneOptions } from './changes.ts';
import type { Fields } from './fields.ts';
import { fieldsOf, textOf } from './fields.ts';
import type { Joining } from './own-part.ts';
import {
  givenEndpoint,
  givenHostConfig,
  identityOf,
  networkingConfig,
  networksOf,
  ownConfig,
  ownEnv,
  ownLabels,
} from './own-part.ts';

/** What an engine is asked so that a container is made like another one. */
export interface ClonePlan {
  create: Fields;
  /** The networks beyond the first: engines before API 1.44 take one when a container is made. */
  others: Joining[];
}

/** What compose goes by: a clone belongs to no project, which would count it as its own. */
const composeLabels = /^com\.docker\.compose\.|^io\.podman\.compose\./;

/** @param source the answer of an inspection, @param image that of its image */
export const cloneOf = (source: Fields, image: Fields, options: CloneOptions): ClonePlan => {
  const config = fieldsOf(source['Config']);
  const base = fieldsOf(image['Config']);
  const name = textOf(source['Name']).replace(/^\//, '');
  // Addresses stay with the original; names that people gave go along.
  const [first, ...others] = networksOf(source, (network) => givenEndpoint(network, source, name));
  const labels = ownLabels(config, base).filter(([label]) => !composeLabels.test(label));
  return {
    create: {
      ...ownConfig(config, base),
      ...identityOf(source),
      Env: ownEnv(config, base),
      Labels: { ...Object.fromEntries(labels), ...options.labels },
      Image: config['Image'],
      HostConfig: ownHostConfig(fieldsOf(source['HostConfig']), options),
      ...networkingConfig(first, source),
    },
    others,
  };
};

const ownHostConfig = (hostConfig: Fields, { publishPorts }: CloneOptions): Fields => {
  const own = givenHostConfig(hostConfig);
  if (publishPorts) return own;
  delete own['PortBindings'];
  delete own['PublishAllPorts'];
  return own;
};
