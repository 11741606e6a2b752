import type { ClonePlan } from './clone.ts';
import type { Fields } from './fields.ts';
import { fieldsOf, listOf, textOf, textsOf } from './fields.ts';
import { anonymousVolumes, placeOf } from './mounts.ts';
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
import { foreseenConfig } from './prediction.ts';

/** What an engine is asked so that a container is made anew of another image, and what has to come of it. */
export interface Recreation extends ClonePlan {
  predicted: Predicted;
}

/** What an inspection of the new container has to show. */
export interface Predicted {
  imageId: string;
  config: Fields;
  hostConfig: Fields;
  /** Where volumes and folders have to be, each with what is there; null: a new anonymous volume. */
  mounts: Map<string, string | null>;
  networks: string[];
}

/** What makes the new container another one than the old. */
interface Renewal {
  base: Fields;
  next: Fields;
  /** What it gets beside its own labels. */
  labels: Readonly<Record<string, string>>;
  /** By ID: whose namespaces it uses, which was made anew itself, and what it is now. */
  provider?: { from: string; to: string } | undefined;
}

/** Compose keeps here which image a container was made of, and makes it anew where that is another one. */
const composeImage = 'com.docker.compose.image';

/**
 * Merges three ways: of what the container has, that which its image brought is left to the new image, and that which
 * somebody gave stays. Nothing is asked of an engine.
 * @param source the container's inspection, @param base that of its image, @param next that of the new image
 */
export const recreationOf = (source: Fields, { base, next, labels, provider }: Renewal): Recreation => {
  const config = fieldsOf(source['Config']);
  const [baseConfig, nextConfig] = [fieldsOf(base['Config']), fieldsOf(next['Config'])];
  const own: Fields = {
    ...ownConfig(config, baseConfig),
    ...identityOf(source),
    ...givenMacAddress(config),
    Env: ownEnv(config, baseConfig),
    Labels: { ...Object.fromEntries(ownLabels(config, baseConfig)), ...composeLabel(config, next), ...labels },
    ExposedPorts: ownPorts(source, baseConfig),
    Volumes: ownKeys(config['Volumes'], baseConfig['Volumes']),
  };
  const anonymous = anonymousVolumes(source);
  const hostConfig = ownHostConfig(fieldsOf(source['HostConfig']), anonymous, provider);
  const networks = networksOf(source, (network) => ({ ...givenEndpoint(network, source), ...givenAddress(network) }));
  const [first, ...others] = networks;
  return {
    create: { ...own, Image: config['Image'], HostConfig: hostConfig, ...networkingConfig(first, source) },
    others,
    predicted: {
      imageId: textOf(next['Id']),
      config: foreseenConfig(own, nextConfig),
      hostConfig,
      mounts: new Map([
        ...Object.keys(fieldsOf(nextConfig['Volumes'])).map((path) => [path, null] as const),
        ...listOf(source['Mounts']).map((mount) => placeOf(fieldsOf(mount))),
      ]),
      networks: networks.map(({ network }) => network),
    },
  };
};

const composeLabel = (config: Fields, next: Fields): Record<string, string> =>
  textsOf(config['Labels'])[composeImage] === undefined ? {} : { [composeImage]: textOf(next['Id']) };

/** What is given as keys of an object, and is not the image's. */
const ownKeys = (given: unknown, brought: unknown): Fields =>
  Object.fromEntries(Object.keys(fieldsOf(given)).flatMap((key) => (key in fieldsOf(brought) ? [] : [[key, {}]])));

/** One that is published stays, whatever the new image exposes; with another container's network there can be none. */
const ownPorts = (source: Fields, base: Fields): Fields => {
  const hostConfig = fieldsOf(source['HostConfig']);
  if (textOf(hostConfig['NetworkMode']).startsWith('container:')) return {};
  const exposed = fieldsOf(fieldsOf(source['Config'])['ExposedPorts']);
  const published = Object.keys(fieldsOf(hostConfig['PortBindings'])).filter((port) => port in exposed);
  return { ...ownKeys(exposed, base['ExposedPorts']), ...Object.fromEntries(published.map((port) => [port, {}])) };
};

/** Addresses that the engine chose are not in this part of its answer. */
const givenAddress = (network: Fields): Fields => {
  const given = Object.entries(fieldsOf(network['IPAMConfig'])).filter(
    ([, value]) => listOf(value).length || textOf(value),
  );
  return given.length > 0 ? { IPAMConfig: Object.fromEntries(given) } : {};
};

/** Docker tells here of the one that was set, and of no other. */
const givenMacAddress = ({ MacAddress }: Fields): Fields => (textOf(MacAddress) === '' ? {} : { MacAddress });

/**
 * The host's part as it is, and what is in volumes that nobody named: the image, or a path without a name, made them.
 * What came from another container's volumes comes from there again.
 */
const ownHostConfig = (hostConfig: Fields, anonymous: readonly string[], provider: Renewal['provider']): Fields => {
  const own = givenHostConfig(hostConfig);
  for (const key of ['NetworkMode', 'PidMode', 'IpcMode']) {
    if (provider && own[key] === `container:${provider.from}`) own[key] = `container:${provider.to}`;
  }
  if (anonymous.length > 0) own['Binds'] = [...listOf(hostConfig['Binds']), ...anonymous];
  return own;
};
