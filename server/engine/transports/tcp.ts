import { deadlines } from '../deadlines.ts';
import { hostAndPort, isLoopback, tcpAddress } from './address.ts';
import { openSocket } from './dial.ts';
import { codeOf } from './error-code.ts';
import { networkWords } from './network-words.ts';
import type { Destination, Way } from './way.ts';

/** TCP without TLS, as socket proxies speak it. */
export const tcpWay = ({ url }: Destination): Way => {
  const address = tcpAddress(url, false);
  const place = hostAndPort(address);
  return {
    url: `tcp://${place}`,
    isLocal: isLoopback(address.host),
    dial: () => openSocket(address, deadlines.connect),
    explain: (error) =>
      networkWords(error, address) ??
      (codeOf(error) === 'HPE_INVALID_CONSTANT'
        ? `What answers at ${place} does not speak HTTP: ${tlsHint}`
        : undefined),
    close: () => undefined,
  };
};

const tlsHint = 'is it an engine? If it wants TLS, give this host its TLS settings.';

/** Why an address is unsafe, with the remedy; null for one that is not. */
export const hazardOf = ({ url, tls }: Destination): string | null => {
  if (!url.startsWith('tcp://') || tls) return null;
  const { host } = tcpAddress(url, false);
  if (isLoopback(host)) return null;
  return (
    `Whoever can reach ${host} or listen on the way there is root on it: this connection is neither encrypted nor ` +
    'signed in to. Use ssh://, or TLS with a client certificate, or keep the port in a network of its own and let a ' +
    'socket proxy answer there.'
  );
};
