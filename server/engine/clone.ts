import type { CloneOptions } from './changes.ts';
import type { Fields } from './fields.ts';
import { fieldsOf, listOf, textOf, textsOf } from './fields.ts';

/** What an engine is asked so that a container is made like another one. */
export interface ClonePlan {
  create: Fields;
  /** The networks beyond the first: engines before API 1.44 take one when a container is made. */
  others: { network: string; endpoint: Fields }[];
}

/** What the image brings as well is left to it; see docs/decisions/0037. */
const fromImage = ['User', 'WorkingDir', 'StopSignal', 'Shell', 'Healthcheck', 'OnBuild'] as const;
/** What compose goes by: a clone belongs to no project, which would count it as its own. */
const composeLabels = /^com\.docker\.compose\.|^io\.podman\.compose\./;

/** @param source the answer of an inspection, @param image that of its image */
export const cloneOf = (source: Fields, image: Fields, options: CloneOptions): ClonePlan => {
  const config = fieldsOf(source['Config']);
  const base = fieldsOf(image['Config']);
  const hostConfig = ownHostConfig(fieldsOf(source['HostConfig']), options);
  const [first, ...others] = networksOf(source);
  return {
    create: {
      ...ownConfig(config, base),
      ...identity(source, config, textOf(hostConfig['NetworkMode'])),
      Env: listOf(config['Env']).filter((one) => !listOf(base['Env']).includes(one)),
      Labels: { ...ownLabels(config, base), ...options.labels },
      Image: config['Image'],
      HostConfig: hostConfig,
      ...(first &&
        Object.keys(first.endpoint).length > 0 && {
          NetworkingConfig: { EndpointsConfig: { [first.network]: first.endpoint } },
        }),
    },
    others,
  };
};

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a ?? null) === JSON.stringify(b ?? null);

/** The configuration but for what it has of its image, and for what names this very container. */
const ownConfig = (config: Fields, base: Fields): Fields => {
  const own: Fields = { ...config };
  for (const key of ['Hostname', 'Domainname', 'MacAddress', 'Labels', 'Env', 'Image']) delete own[key];
  for (const key of fromImage) if (isSame(own[key], base[key])) delete own[key];
  if (!isSame(own['Entrypoint'], base['Entrypoint'])) return own;
  // An entrypoint that is named takes the image's command away, so that the two go together.
  delete own['Entrypoint'];
  if (isSame(own['Cmd'], base['Cmd'])) delete own['Cmd'];
  return own;
};

const ownLabels = (config: Fields, base: Fields): Record<string, string> => {
  const brought = textsOf(base['Labels']);
  const own = Object.entries(textsOf(config['Labels'])).filter(
    ([name, value]) => brought[name] !== value && !composeLabels.test(name),
  );
  return Object.fromEntries(own);
};

/** A host name that the engine made of the ID is not the clone's; in another's network there is none. */
const identity = (source: Fields, config: Fields, networkMode: string): Fields => {
  const hostName = textOf(config['Hostname']);
  const isShared = networkMode === 'host' || networkMode.startsWith('container:');
  const isGenerated = hostName !== '' && textOf(source['Id']).startsWith(hostName);
  if (hostName === '' || isGenerated || isShared) return {};
  const domain = textOf(config['Domainname']);
  return { Hostname: hostName, ...(domain && { Domainname: domain }) };
};

const ownHostConfig = (hostConfig: Fields, { publishPorts }: CloneOptions): Fields => {
  const own: Fields = { ...hostConfig };
  delete own['ContainerIDFile'];
  if (publishPorts) return own;
  delete own['PortBindings'];
  delete own['PublishAllPorts'];
  return own;
};

/** The network that it was made with comes first. Addresses stay with the original; names that people gave go along. */
const networksOf = (source: Fields): ClonePlan['others'] => {
  const mode = textOf(fieldsOf(source['HostConfig'])['NetworkMode']);
  if (/^(host|none|container:.*)$/.test(mode)) return [];
  const networks = fieldsOf(fieldsOf(source['NetworkSettings'])['Networks']);
  const primary = mode === 'default' ? 'bridge' : mode;
  const names = Object.keys(networks).sort((a, b) => Number(b === primary) - Number(a === primary));
  return names.map((network) => ({ network, endpoint: endpointOf(fieldsOf(networks[network]), source) }));
};

const endpointOf = (network: Fields, source: Fields): Fields => {
  const id = textOf(source['Id']);
  const names = [textOf(source['Name']).replace(/^\//, '')];
  const aliases = listOf(network['Aliases']).filter(
    (one) => typeof one === 'string' && !id.startsWith(one) && !names.includes(one),
  );
  const driverOptions = network['DriverOpts'];
  return {
    ...(aliases.length > 0 && { Aliases: aliases }),
    ...(listOf(network['Links']).length > 0 && { Links: network['Links'] }),
    ...(driverOptions ? { DriverOpts: driverOptions } : {}),
  };
};
