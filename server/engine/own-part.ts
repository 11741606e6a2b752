import type { Fields } from './fields.ts';
import { fieldsOf, listOf, textOf, textsOf } from './fields.ts';

/** A network and how a container is to be in it. */
export interface Joining {
  network: string;
  endpoint: Fields;
}

/** What an image says as well. */
const fromImage = ['User', 'WorkingDir', 'StopSignal', 'Shell', 'Healthcheck', 'OnBuild'] as const;

/** Null, missing and empty are one: engines write "nothing" in several ways. */
const isSame = (a: unknown, b: unknown): boolean => plain(a) === plain(b);

const plain = (value: unknown): string => {
  const text = JSON.stringify(value ?? null);
  return text === '{}' || text === '[]' || text === '""' ? 'null' : text;
};

/**
 * A container's configuration but for what it has of its image, and for what names this very container. Engines keep
 * both in one; see docs/decisions/0037.
 */
export const ownConfig = (config: Fields, base: Fields): Fields => {
  const own: Fields = { ...config };
  for (const key of ['Hostname', 'Domainname', 'MacAddress', 'Labels', 'Env', 'Image']) delete own[key];
  for (const key of fromImage) if (isSame(own[key], base[key])) delete own[key];
  if (!isSame(own['Entrypoint'], base['Entrypoint'])) return own;
  // An entrypoint that is named takes the image's command away, so that the two go together.
  delete own['Entrypoint'];
  if (isSame(own['Cmd'], base['Cmd'])) delete own['Cmd'];
  return own;
};

export const ownEnv = (config: Fields, base: Fields): string[] => {
  const brought = listOf(base['Env']);
  return givenEnv(config).filter((one) => !brought.includes(one));
};

/** Podman adds that there is a container, and the host name that it made of the ID. */
export const givenEnv = (config: Fields): string[] => {
  const hostName = textOf(config['Hostname']);
  const isGenerated = /^[0-9a-f]{12}$/.test(hostName);
  return listOf(config['Env'])
    .map(textOf)
    .filter((one) => one !== 'container=podman' && !(isGenerated && one === `HOSTNAME=${hostName}`));
};

export const ownLabels = (config: Fields, base: Fields): [string, string][] => {
  const brought = textsOf(base['Labels']);
  return Object.entries(textsOf(config['Labels'])).filter(([name, value]) => brought[name] !== value);
};

/** A host name that the engine made of the ID is nobody else's; in another's network there is none. */
export const identityOf = (source: Fields): Fields => {
  const config = fieldsOf(source['Config']);
  const networkMode = textOf(fieldsOf(source['HostConfig'])['NetworkMode']);
  const hostName = textOf(config['Hostname']);
  const isShared = networkMode === 'host' || networkMode.startsWith('container:');
  const isGenerated = hostName !== '' && textOf(source['Id']).startsWith(hostName);
  if (hostName === '' || isGenerated || isShared) return {};
  const domain = textOf(config['Domainname']);
  return { Hostname: hostName, ...(domain && { Domainname: domain }) };
};

/** The host's part as engines take it: Podman tells limits by the kernel's names, and 0 where no swappiness was given. */
export const givenHostConfig = (hostConfig: Fields): Fields => {
  const given: Fields = { ...hostConfig };
  delete given['ContainerIDFile'];
  if (given['MemorySwappiness'] === 0) delete given['MemorySwappiness'];
  const ulimits = listOf(given['Ulimits']).map((one) => ({
    ...fieldsOf(one),
    Name: plainLimit(textOf(fieldsOf(one)['Name'])),
  }));
  if (ulimits.length > 0) given['Ulimits'] = ulimits;
  return given;
};

const plainLimit = (name: string): string => name.replace(/^RLIMIT_/, '').toLowerCase();

const defaultNetwork = 'bridge';

const primaryOf = (source: Fields): string => {
  const mode = textOf(fieldsOf(source['HostConfig'])['NetworkMode']);
  return mode === 'default' ? defaultNetwork : mode;
};

/** The network that it was made with comes first. */
export const networksOf = (source: Fields, endpointOf: (network: Fields) => Fields): Joining[] => {
  const mode = textOf(fieldsOf(source['HostConfig'])['NetworkMode']);
  const isOff = fieldsOf(source['Config'])['NetworkDisabled'] === true;
  if (isOff || /^(host|none|container:.*)$/.test(mode)) return [];
  const networks = fieldsOf(fieldsOf(source['NetworkSettings'])['Networks']);
  const primary = primaryOf(source);
  const names = Object.keys(networks).sort((a, b) => Number(b === primary) - Number(a === primary));
  return names.map((network) => ({ network, endpoint: endpointOf(fieldsOf(networks[network])) }));
};

/** The names and the driver's options that people gave; the short ID that engines add as a name is left out. */
export const givenEndpoint = (network: Fields, source: Fields, exceptName = ''): Fields => {
  const id = textOf(source['Id']);
  const aliases = listOf(network['Aliases']).filter(
    (one) => typeof one === 'string' && !id.startsWith(one) && one !== exceptName,
  );
  const driverOptions = network['DriverOpts'];
  return {
    ...(aliases.length > 0 && { Aliases: aliases }),
    ...(listOf(network['Links']).length > 0 && { Links: network['Links'] }),
    ...(driverOptions ? { DriverOpts: driverOptions } : {}),
  };
};

/** For the call that makes a container: engines before API 1.44 take one network there. */
export const networkingConfig = (first: Joining | undefined, source: Fields): Fields => {
  if (!first) return {};
  // Podman's mode is `bridge` whatever the network is: a container for which none is named is put into the default one.
  const isOther = primaryOf(source) === defaultNetwork && first.network !== defaultNetwork;
  if (!isOther && Object.keys(first.endpoint).length === 0) return {};
  return { NetworkingConfig: { EndpointsConfig: { [first.network]: first.endpoint } } };
};
