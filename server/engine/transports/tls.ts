import { isIP } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { connect } from 'node:tls';
import { hostAndPort, isLoopback, tcpAddress } from './address.ts';
import { opened } from './dial.ts';
import { tlsWords } from './tls-words.ts';
import type { Destination, TlsMaterial, Way } from './way.ts';

/** TCP and the handshake: three ways across the world and back. */
const handshakeMs = 3000;
/** How long to wait for the sign that the engine took our certificate. */
const acceptanceMs = 1000;

/** Its connections know the other side's certificate. */
export interface TlsWay extends Way {
  dial(): Promise<TLSSocket>;
}

/** The engine shows another certificate than the one that was pinned. */
export class PinError extends Error {
  readonly code = 'CHR_WRONG_FINGERPRINT';
  readonly found: string;

  constructor(found: string) {
    super(`the certificate has the fingerprint ${found}`);
    this.found = found;
  }
}

/** TCP with TLS. Who the engine is, is always verified: by its authority and name, or by the one certificate pinned. */
export const tlsWay = ({ url }: Destination, material: TlsMaterial): TlsWay => {
  const address = tcpAddress(url, true);
  let isAccepted = false;
  const dial = async (): Promise<TLSSocket> => {
    const socket = await opened(begin(address, material), 'secureConnect', handshakeMs);
    demandPin(socket, material.fingerprint);
    if (!isAccepted) await untilAccepted(socket);
    isAccepted = true;
    return socket;
  };
  return {
    url: `tcp://${hostAndPort(address)}`,
    isLocal: isLoopback(address.host),
    dial,
    explain: (error) => tlsWords(error, address, { certificate: material.certificate, isAccepted }),
    close: () => undefined,
  };
};

const begin = (address: { host: string; port: number }, material: TlsMaterial): TLSSocket =>
  connect({
    ...address,
    ...(isIP(address.host) === 0 && { servername: address.host }),
    ca: material.ca,
    cert: material.certificate,
    key: material.key,
    minVersion: 'TLSv1.2',
    // A pinned certificate is compared as a whole, below, before a byte is written.
    rejectUnauthorized: material.fingerprint === undefined,
  });

const demandPin = (socket: TLSSocket, fingerprint: string | undefined): void => {
  if (fingerprint === undefined) return;
  const found = fingerprintOf(socket);
  if (found === fingerprint) return;
  socket.destroy();
  throw new PinError(found);
};

/** SHA-256 of the certificate that the other side showed, in lower-case hexadecimal; empty where it showed none. */
export const fingerprintOf = (socket: TLSSocket): string =>
  (socket.getPeerX509Certificate()?.fingerprint256 ?? '').replaceAll(':', '').toLowerCase();

/**
 * With TLS 1.3 our side is done before the engine has looked at our certificate: a refusal comes with the first read, and
 * is lost when we have written by then (the engine answers that by a reset). So the first connection waits for the ticket
 * that engines send when they are content, or for a while.
 */
const untilAccepted = (socket: TLSSocket): Promise<void> =>
  new Promise((resolve, reject) => {
    if (socket.getProtocol() !== 'TLSv1.3') return resolve();
    const timer = setTimeout(resolve, acceptanceMs);
    const settle = (then: () => void) => {
      clearTimeout(timer);
      then();
    };
    socket.once('session', () => settle(resolve));
    socket.once('error', (error) => settle(() => reject(error)));
    socket.once('close', () => settle(() => reject(new RefusedError())));
  });

/** The engine hung up right after the handshake, without a word. */
export class RefusedError extends Error {
  readonly code = 'CHR_TLS_REFUSED';

  constructor() {
    super('the other side closed the connection after the handshake');
  }
}
