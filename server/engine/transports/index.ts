import { invalidInput } from '../../errors/index.ts';
import type { Transport } from './transport.ts';
import { unixTransport } from './unix.ts';

export type { Transport } from './transport.ts';

const transports: Record<string, (url: string) => Transport> = {
  unix: unixTransport,
};

/**
 * The way to an engine by its address.
 * @throws ChrontainerError CHR_INVALID_INPUT when the address is of no known kind
 */
export const transportTo = (url: string): Transport => {
  const scheme = /^([a-z]+):\/\/[^\s]+$/.exec(url)?.[1] ?? '';
  const make = Object.hasOwn(transports, scheme) ? transports[scheme] : undefined;
  if (make) return make(url);
  const known = Object.keys(transports).map((name) => `${name}://`);
  throw invalidInput([
    { path: 'url', message: `must begin with ${known.join(' or ')}, for example unix:///var/run/docker.sock` },
  ]);
};
