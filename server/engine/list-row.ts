import { addressesOf, distinctPorts, healthOf, stateOf } from './container-fields.ts';
import type { Fields } from './fields.ts';
import { fieldsOf, instantOfSeconds, listOf, numberOf, takeTexts, textOf } from './fields.ts';
import type { Health, ListedContainer, Port } from './types.ts';

/** Reads one row of `GET /containers/json`. */
export const readListedContainer = (row: Fields): ListedContainer => {
  const status = textOf(row['Status']);
  return {
    id: textOf(row['Id']),
    name: ownName(listOf(row['Names'])),
    image: textOf(row['Image']),
    imageId: textOf(row['ImageID']),
    state: stateOf(row['State']),
    status,
    health: healthInWords(status),
    exitCode: exitCodeInWords(status),
    createdAt: instantOfSeconds(row['Created']) ?? 0,
    ipAddresses: addressesOf(fieldsOf(row['NetworkSettings'])['Networks']),
    ports: distinctPorts(listOf(row['Ports']).map(readPort)),
    labels: takeTexts(row['Labels']),
    sharesWith: sharedNetwork(fieldsOf(row['HostConfig'])['NetworkMode']),
  };
};

/** `/db` is the container's own name, `/web/db` a link to it from another one. */
const ownName = (names: readonly unknown[]): string => {
  const own = textOf(names.find((name) => textOf(name).lastIndexOf('/') < 1) ?? names[0]);
  return own.startsWith('/') ? own.slice(1) : own;
};

/** Docker's list tells the mode of the network, and no other; Podman's not even that. */
const sharedNetwork = (mode: unknown): string[] => {
  const [, provider] = /^container:([^:]+)/.exec(textOf(mode)) ?? [];
  return provider === undefined ? [] : [provider];
};

const readPort = (value: unknown): Port => {
  const port = fieldsOf(value);
  return {
    ip: textOf(port['IP']) || null,
    privatePort: numberOf(port['PrivatePort']),
    publicPort: numberOf(port['PublicPort']) || null,
    protocol: textOf(port['Type']) || 'tcp',
  };
};

/** Docker writes the health behind the status: `(healthy)`, `(unhealthy)`, `(health: starting)`. */
const healthInWords = (status: string): Health | null =>
  healthOf(/\((?:health: )?(starting|healthy|unhealthy)\)$/.exec(status)?.[1]);

const exitCodeInWords = (status: string): number | null => {
  const code = /^(?:Exited|Restarting) \((-?\d+)\)/.exec(status)?.[1];
  return code === undefined ? null : Number(code);
};
