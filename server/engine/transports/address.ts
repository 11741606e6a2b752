import { invalidInput } from '../../errors/index.ts';

/** Where an address over a network leads. */
export interface NetworkAddress {
  host: string;
  port: number;
}

/** Letters, digits, dots and dashes, or an IPv6 address in brackets: nothing that a program could take for an option. */
const hostForm = '(?:[a-zA-Z0-9](?:[a-zA-Z0-9._-]*[a-zA-Z0-9])?|\\[[0-9a-fA-F:.]+\\])';
const tcpForm = new RegExp(`^tcp://(${hostForm})(?::(\\d{1,5}))?/?$`);

const userForm = '[a-zA-Z0-9_][a-zA-Z0-9._-]*';
/** The path ends up in a command line over there: nothing in it may mean anything to a shell. */
const pathForm = '(?:/[a-zA-Z0-9._-]+)+';
const sshForm = new RegExp(`^ssh://(?:(${userForm})@)?(${hostForm})(?::(\\d{1,5}))?(${pathForm})?/?$`);

/** Docker's own ports, without TLS and with it. */
const plainPort = 2375;
const tlsPort = 2376;

/** @throws ChrontainerError CHR_INVALID_INPUT */
export const tcpAddress = (url: string, hasTls: boolean): NetworkAddress => {
  const [, host, port] = tcpForm.exec(url) ?? [];
  if (host === undefined) throw invalidInput([{ path: 'url', message: 'must be of the form tcp://host:port' }]);
  return { host: withoutBrackets(host), port: portOf(port, hasTls ? tlsPort : plainPort) };
};

/** Where an address by SSH leads. */
export interface SshAddress extends NetworkAddress {
  /** Null: the one that OpenSSH takes by itself. */
  user: string | null;
  /** The engine's socket over there. */
  socketPath: string;
  /** True where the address names the socket. */
  hasPath: boolean;
}

/** @throws ChrontainerError CHR_INVALID_INPUT */
export const sshAddress = (url: string): SshAddress => {
  const [, user, host, port, path] = sshForm.exec(url) ?? [];
  if (host === undefined) {
    const message = 'must be of the form ssh://user@host:port, and may end in the path of the socket there';
    throw invalidInput([{ path: 'url', message }]);
  }
  return {
    user: user ?? null,
    host: withoutBrackets(host),
    port: portOf(port, 22),
    socketPath: path ?? '/var/run/docker.sock',
    hasPath: path !== undefined,
  };
};

/** @throws ChrontainerError CHR_INVALID_INPUT */
export const portOf = (text: string | undefined, fallback: number): number => {
  const port = text === undefined ? fallback : Number(text);
  if (port >= 1 && port <= 65_535) return port;
  throw invalidInput([{ path: 'url', message: 'must have a port from 1 to 65535' }]);
};

export const withoutBrackets = (host: string): string => host.replace(/^\[(.*)\]$/, '$1');

/** For messages and addresses: an IPv6 address needs its brackets. */
export const hostAndPort = ({ host, port }: NetworkAddress): string =>
  `${host.includes(':') ? `[${host}]` : host}:${port}`;

/** True for this machine itself: what goes there crosses no network. */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host);
