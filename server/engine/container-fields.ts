import type { ContainerState } from '../../contract/index.ts';
import { fieldsOf, textOf } from './fields.ts';
import type { Health, Port } from './types.ts';

/** Podman's own states beside Docker's; what is unknown counts as dead, so that nothing takes it for running. */
const states = new Map<string, ContainerState>([
  ['created', 'created'],
  ['configured', 'created'],
  ['initialized', 'created'],
  ['running', 'running'],
  ['stopping', 'running'],
  ['paused', 'paused'],
  ['restarting', 'restarting'],
  ['removing', 'removing'],
  ['exited', 'exited'],
  ['stopped', 'exited'],
  ['dead', 'dead'],
]);

export const stateOf = (value: unknown): ContainerState => states.get(textOf(value).toLowerCase()) ?? 'dead';

/** Null for `none`, for an empty text (Podman without a health check) and for what is missing. */
export const healthOf = (value: unknown): Health | null =>
  value === 'starting' || value === 'healthy' || value === 'unhealthy' ? value : null;

/** The addresses of all networks, version 4 before version 6; both engines' `Networks`, of list and inspect. */
export const addressesOf = (networks: unknown): string[] => {
  const named = fieldsOf(networks);
  const addresses: string[] = [];
  for (const key of addressKeys) {
    for (const name of Object.keys(named)) {
      const address = textOf(fieldsOf(named[name])[key]);
      if (address !== '' && !addresses.includes(address)) addresses.push(address);
    }
  }
  return addresses;
};

const addressKeys = ['IPAddress', 'GlobalIPv6Address'];

/** One port each, sorted: the engine tells a port that is open to all addresses twice, for version 4 and 6. */
export const distinctPorts = (ports: readonly Port[]): Port[] => {
  const plain = ports.map((port) => {
    const isForAll = port.publicPort !== null && (port.ip === null || port.ip === '' || port.ip === '::');
    return isForAll ? { ...port, ip: '0.0.0.0' } : port;
  });
  if (plain.length < 2) return plain;
  const byKey = new Map<string, Port>();
  for (const one of plain) {
    byKey.set(`${one.ip}|${one.privatePort}|${one.publicPort}|${one.protocol}`, one);
  }
  return [...byKey.values()].sort((a, b) => a.privatePort - b.privatePort || (a.publicPort ?? 0) - (b.publicPort ?? 0));
};
