import { invalidInput } from '../../errors/index.ts';

/** Where an address over a network leads. */
export interface NetworkAddress {
  host: string;
  port: number;
}

/** Letters, digits, dots and dashes, or an IPv6 address in brackets: nothing that a program could take for an option. */
const hostForm = '(?:[a-zA-Z0-9](?:[a-zA-Z0-9._-]*[a-zA-Z0-9])?|\\[[0-9a-fA-F:.]+\\])';
const tcpForm = new RegExp(`^tcp://(${hostForm})(?::(\\d{1,5}))?/?$`);

/** Docker's own ports, without TLS and with it. */
const plainPort = 2375;
const tlsPort = 2376;

/** @throws ChrontainerError CHR_INVALID_INPUT */
export const tcpAddress = (url: string, hasTls: boolean): NetworkAddress => {
  const [, host, port] = tcpForm.exec(url) ?? [];
  if (host === undefined) throw invalidInput([{ path: 'url', message: 'must be of the form tcp://host:port' }]);
  return { host: withoutBrackets(host), port: portOf(port, hasTls ? tlsPort : plainPort) };
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
