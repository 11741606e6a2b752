import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { deadlines } from '../deadlines.ts';
import { EngineError } from '../error.ts';
import type { NetworkAddress } from './address.ts';
import { hostAndPort, sshAddress, tcpAddress } from './address.ts';
import { openSocket } from './dial.ts';
import { codeOf } from './error-code.ts';
import { networkWords } from './network-words.ts';
import { hostKeyFingerprint, scanHostKey } from './ssh-keyscan.ts';
import { sshWords } from './ssh-words.ts';
import { fingerprintOf, tlsWay } from './tls.ts';
import { unixWay } from './unix.ts';
import type { Destination } from './way.ts';

/** What lies between here and the first question to an engine. */
export type ApproachStep = 'resolve' | 'connect' | 'tls' | 'hostKey' | 'permission';

/** Where the approach ended, and why. */
export class ApproachError extends EngineError {
  readonly step: ApproachStep;

  constructor(step: ApproachStep, message: string, cause: unknown) {
    super({ kind: 'unreachable', message, cause });
    this.step = step;
  }
}

interface Watcher {
  passed(step: ApproachStep, message: string): void;
  /** The SSH host key that is shown there, whether it is the accepted one or not. */
  sawHostKey(key: string): void;
}

/**
 * Goes the way to an engine step by step, by connections of its own, so that what fails can be named.
 * @throws ApproachError, CHR_INVALID_INPUT for an address that is none
 */
export const approach = async (to: Destination, watcher: Watcher): Promise<void> => {
  if (to.url.startsWith('unix:')) return approachSocket(to, watcher);
  if (to.url.startsWith('ssh:')) return approachSsh(to, watcher);
  const address = tcpAddress(to.url, Boolean(to.tls));
  await approachPort(address, watcher);
  if (to.tls) await approachTls({ ...to, tls: to.tls }, watcher);
};

const approachSocket = async (to: Destination, { passed }: Watcher): Promise<void> => {
  const way = unixWay(to);
  try {
    (await way.dial()).destroy();
  } catch (error) {
    const step = codeOf(error) === 'EACCES' ? 'permission' : 'connect';
    throw new ApproachError(step, way.explain(error) ?? String(error), error);
  }
  passed('connect', `Something listens at ${way.url}.`);
};

const approachPort = async (address: NetworkAddress, { passed }: Watcher, question?: string): Promise<void> => {
  const words = (error: unknown) => networkWords(error, address, question) ?? `No connection: ${codeOf(error)}.`;
  try {
    const { address: found } = await lookup(address.host);
    if (isIP(address.host) === 0) passed('resolve', `${address.host} is ${found}.`);
  } catch (error) {
    throw new ApproachError('resolve', words(error), error);
  }
  try {
    (await openSocket({ host: address.host, port: address.port }, deadlines.connect)).destroy();
  } catch (error) {
    throw new ApproachError('connect', words(error), error);
  }
  passed('connect', `Something listens at ${hostAndPort(address)}.`);
};

const approachTls = async (to: Destination & { tls: object }, { passed }: Watcher): Promise<void> => {
  const way = tlsWay(to, to.tls);
  try {
    const socket = await way.dial();
    passed('tls', `The engine's certificate is right. Its fingerprint is SHA-256 ${fingerprintOf(socket)}.`);
    socket.destroy();
  } catch (error) {
    throw new ApproachError('tls', way.explain(error) ?? String(error), error);
  }
};

const approachSsh = async (to: Destination, watcher: Watcher): Promise<void> => {
  const address = sshAddress(to.url);
  await approachPort(address, watcher, 'Is an SSH server running there, at this port?');
  let key: string;
  try {
    key = await scanHostKey(to.url);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    throw new ApproachError('hostKey', error.message, error);
  }
  watcher.sawHostKey(key);
  const fault = hostKeyFault(key, to.ssh?.hostKeys);
  if (fault !== null) throw new ApproachError('hostKey', sshWords(fault, address), fault);
  watcher.passed('hostKey', `The host key is the accepted one, ${hostKeyFingerprint(key)}.`);
};

/** In OpenSSH's words. A key of another kind than the accepted one is for OpenSSH itself to judge. */
const hostKeyFault = (shown: string, accepted: string | undefined): string | null => {
  const lines = (accepted ?? '').split('\n').filter((line) => line.trim() !== '');
  if (lines.length === 0) return 'Host key verification failed.';
  const isOfKind = lines.some((line) => line.split(' ')[0] === shown.split(' ')[0]);
  return isOfKind && !lines.includes(shown) ? 'REMOTE HOST IDENTIFICATION HAS CHANGED' : null;
};
