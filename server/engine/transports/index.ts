import { invalidInput } from '../../errors/index.ts';
import { sshWay } from './ssh.ts';
import { tcpWay } from './tcp.ts';
import { tlsWay } from './tls.ts';
import { Transport } from './transport.ts';
import { unixWay } from './unix.ts';
import type { Destination, Way } from './way.ts';

export type { ApproachStep } from './approach.ts';
export { ApproachError, approach } from './approach.ts';
export { codeOf } from './error-code.ts';
export { hostKeyFingerprint, scanHostKey } from './ssh-keyscan.ts';
export { SshError } from './ssh-master.ts';
export { hazardOf } from './tcp.ts';
export type { ConnectionKind, Transport } from './transport.ts';
export type { Destination, SshMaterial, TlsMaterial } from './way.ts';

const ways: Record<string, (to: Destination) => Way> = {
  unix: unixWay,
  tcp: (to) => (to.tls ? tlsWay(to, to.tls) : tcpWay(to)),
  ssh: (to) => sshWay(to, to.ssh ?? {}),
};

/**
 * The way to an engine by its address.
 * @throws ChrontainerError CHR_INVALID_INPUT when the address is of no known kind
 */
export const transportTo = (to: Destination): Transport => {
  const scheme = /^([a-z]+):\/\/[^\s]+$/.exec(to.url)?.[1] ?? '';
  const make = Object.hasOwn(ways, scheme) ? ways[scheme] : undefined;
  if (make) return new Transport(make(to), to.grants);
  const known = Object.keys(ways).map((name) => `${name}://`);
  throw invalidInput([
    { path: 'url', message: `must begin with ${known.join(' or ')}, for example unix:///var/run/docker.sock` },
  ]);
};
