import { addressesOf, distinctPorts, healthOf, stateOf } from './container-fields.ts';
import type { Fields } from './fields.ts';
import { fieldsOf, instantOf, listOf, numberOf, takeTexts, textOf } from './fields.ts';
import type { InspectedContainer, Port } from './types.ts';

/** Reads the answer of `GET /containers/{id}/json`. */
export const readInspectedContainer = (document: Fields): InspectedContainer => {
  const state = fieldsOf(document['State']);
  const config = fieldsOf(document['Config']);
  const hostConfig = fieldsOf(document['HostConfig']);
  const network = fieldsOf(document['NetworkSettings']);
  const hasHealthCheck = isHealthChecked(config['Healthcheck']);
  return {
    id: textOf(document['Id']),
    name: textOf(document['Name']).replace(/^\//, ''),
    image: textOf(config['Image']),
    imageId: textOf(document['Image']),
    state: stateOf(state['Status']),
    running: state['Running'] === true,
    paused: state['Paused'] === true,
    restarting: state['Restarting'] === true,
    startedAt: instantOf(state['StartedAt']),
    startedAtText: textOf(state['StartedAt']),
    finishedAt: instantOf(state['FinishedAt']),
    createdAt: instantOf(document['Created']) ?? 0,
    exitCode: numberOf(state['ExitCode']),
    oomKilled: state['OOMKilled'] === true,
    health: hasHealthCheck ? healthOf(fieldsOf(state['Health'])['Status']) : null,
    hasHealthCheck,
    stopTimeoutMs: readStopTimeout(config['StopTimeout']),
    stopSignal: textOf(config['StopSignal']) || null,
    ipAddresses: addressesOf(network['Networks']),
    ports: readPorts(network['Ports']),
    labels: takeTexts(config['Labels']),
    restartPolicy: textOf(fieldsOf(hostConfig['RestartPolicy'])['Name']) || 'no',
    sharesWith: readSharing(hostConfig),
    autoRemove: hostConfig['AutoRemove'] === true,
  };
};

/** `container:<name or ID>`; engines keep the ID, whatever the user wrote. */
const readSharing = (hostConfig: Fields): string[] => {
  const modes = ['NetworkMode', 'PidMode', 'IpcMode'].map((key) => textOf(hostConfig[key]));
  const shared = modes.filter((mode) => mode.startsWith('container:')).map((mode) => mode.slice('container:'.length));
  return [...new Set(shared)];
};

/** `["NONE"]` switches off what the image brings. */
const isHealthChecked = (value: unknown): boolean => {
  const [kind] = listOf(fieldsOf(value)['Test']);
  return kind !== undefined && kind !== 'NONE';
};

/** Seconds. Negative stands for ever, which no call can wait: the engine's default then bounds ours. */
const readStopTimeout = (value: unknown): number | null =>
  typeof value === 'number' && value >= 0 ? value * 1000 : null;

/** From `{"80/tcp": [{HostIp, HostPort}], "90/tcp": null}`; null: exposed, not published. */
const readPorts = (value: unknown): Port[] =>
  distinctPorts(
    Object.entries(fieldsOf(value)).flatMap(([key, bindings]) => {
      const [number, protocol] = key.split('/');
      const port = { ip: null, privatePort: Number(number), publicPort: null, protocol: protocol ?? 'tcp' };
      const published = listOf(bindings).map(fieldsOf);
      if (published.length === 0) return [port];
      return published.map((b) => ({
        ...port,
        ip: textOf(b['HostIp']) || null,
        publicPort: Number(b['HostPort']) || null,
      }));
    }),
  );
