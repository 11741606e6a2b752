import type { ContainerDetails } from '../../contract/index.ts';
import { healthOf } from './container-fields.ts';
import type { Fields } from './fields.ts';
import { fieldsOf, instantOf, listOf, numberOf, textOf } from './fields.ts';
import { readInspectedContainer } from './inspection.ts';

/** What an inspection tells, with nothing withheld; who else depends on it the engine does not know. */
export type InspectedDetails = Omit<ContainerDetails, 'hostId' | 'container' | 'dependants' | 'update'>;
type Mount = ContainerDetails['mounts'][number];

/** Volumes that nobody named have the engine's random name: 32 bytes in hexadecimal. */
const anonymousName = /^[0-9a-f]{64}$/;

/** Reads the answer of `GET /containers/{id}/json` into what a page shows. */
export const readDetails = (document: Fields): InspectedDetails => {
  const basics = readInspectedContainer(document);
  const state = fieldsOf(document['State']);
  const config = fieldsOf(document['Config']);
  const hostConfig = fieldsOf(document['HostConfig']);
  const { id, image, imageId, exitCode, oomKilled, stopSignal, stopTimeoutMs, ports } = basics;
  return {
    ...{ id, image, imageId, state: basics.state, exitCode, oomKilled, stopSignal, stopTimeoutMs, ports },
    health: basics.hasHealthCheck ? readHealth(fieldsOf(state['Health'])) : null,
    error: textOf(state['Error']),
    restartCount: numberOf(document['RestartCount']),
    restartPolicy: {
      name: basics.restartPolicy,
      maximumRetryCount: numberOf(fieldsOf(hostConfig['RestartPolicy'])['MaximumRetryCount']),
    },
    command: [textOf(document['Path']), ...listOf(document['Args']).map(textOf)],
    user: textOf(config['User']),
    workingDir: textOf(config['WorkingDir']),
    hostName: textOf(config['Hostname']),
    hasTerminal: config['Tty'] === true,
    networkMode: textOf(hostConfig['NetworkMode']),
    networks: readNetworks(fieldsOf(fieldsOf(document['NetworkSettings'])['Networks'])),
    mounts: listOf(document['Mounts']).map((one) => readMount(fieldsOf(one))),
    limits: readLimits(hostConfig),
    environment: listOf(config['Env']).map((one) => readVariable(textOf(one))),
  };
};

const readHealth = (document: Fields): ContainerDetails['health'] => ({
  status: healthOf(document['Status']),
  failingStreak: numberOf(document['FailingStreak']),
  // Newest first.
  probes: listOf(document['Log']).map(fieldsOf).reverse().map(readProbe),
});

const readProbe = (probe: Fields) => ({
  startedAt: isoOf(probe['Start']),
  endedAt: isoOf(probe['End']),
  exitCode: numberOf(probe['ExitCode']),
  output: textOf(probe['Output']),
});

const isoOf = (value: unknown): string | null => {
  const at = instantOf(value);
  return at === null ? null : new Date(at).toISOString();
};

const readNetworks = (networks: Fields): ContainerDetails['networks'] =>
  Object.entries(networks).map(([name, value]) => {
    const network = fieldsOf(value);
    return {
      name,
      ipAddress: textOf(network['IPAddress']) || null,
      ipv6Address: textOf(network['GlobalIPv6Address']) || null,
      gateway: textOf(network['Gateway']) || null,
      aliases: listOf(network['Aliases']).map(textOf),
    };
  });

const readMount = (mount: Fields): Mount => {
  const kind = textOf(mount['Type']) || 'bind';
  const name = textOf(mount['Name']);
  return {
    kind,
    source: name || textOf(mount['Source']),
    destination: textOf(mount['Destination']),
    isReadOnly: mount['RW'] === false,
    isAnonymous: kind === 'volume' && anonymousName.test(name),
  };
};

/** Zero, and less, mean that there is none. */
const limitOf = (value: unknown): number | null => {
  const limit = numberOf(value);
  return limit > 0 ? limit : null;
};

const readLimits = (hostConfig: Fields): ContainerDetails['limits'] => {
  const nanoCpus = limitOf(hostConfig['NanoCpus']);
  const [quota, period] = [limitOf(hostConfig['CpuQuota']), limitOf(hostConfig['CpuPeriod']) ?? 100_000];
  const byQuota = quota === null ? null : quota / period;
  return {
    memoryBytes: limitOf(hostConfig['Memory']),
    cpus: nanoCpus === null ? byQuota : nanoCpus / 1e9,
    cpuSet: textOf(hostConfig['CpusetCpus']) || null,
    pids: limitOf(hostConfig['PidsLimit']),
  };
};

const readVariable = (text: string) => {
  const at = text.indexOf('=');
  return at < 0 ? { name: text, value: '' } : { name: text.slice(0, at), value: text.slice(at + 1) };
};
