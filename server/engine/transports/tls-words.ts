import type { NetworkAddress } from './address.ts';
import { hostAndPort } from './address.ts';
import { certificateFault } from './certificate.ts';
import { NoAnswerError } from './dial.ts';
import { codeOf } from './error-code.ts';
import { networkWords } from './network-words.ts';

/** What is known when a connection by TLS fails. */
interface Known {
  /** Ours, in PEM form. */
  certificate: string | undefined;
  /** An earlier connection was accepted: our certificate cannot be what is wrong. */
  isAccepted: boolean;
}

/** A sentence for what goes wrong with TLS; undefined where nothing better is known. */
export const tlsWords = (error: unknown, address: NetworkAddress, known: Known): string | undefined => {
  const code = codeOf(error);
  const place = hostAndPort(address);
  if (error instanceof NoAnswerError) return `${networkWords(error, address)} Does it speak TLS there?`;
  return (
    ownFault(code, place) ??
    engineFault(error, code, address) ??
    refusal(code, place, known) ??
    networkWords(error, address)
  );
};

/** What our own settings make impossible. */
const ownFault = (code: string, place: string): string | undefined => {
  if (code === 'ERR_OSSL_X509_KEY_VALUES_MISMATCH') {
    return `The client certificate and the key for ${place} do not belong together. Give both anew, of one pair.`;
  }
  if (!code.startsWith('ERR_OSSL_')) return undefined;
  return `The certificates or the key for ${place} cannot be read (${code}). Give them anew, in PEM form.`;
};

/** By OpenSSL's names of the alerts: what the engine says of our certificate. Go says the first one of most faults. */
const alerts = new Set([
  'BAD_CERTIFICATE',
  'CERTIFICATE_REQUIRED',
  'CERTIFICATE_EXPIRED',
  'CERTIFICATE_REVOKED',
  'CERTIFICATE_UNKNOWN',
  'UNKNOWN_CA',
  'UNSUPPORTED_CERTIFICATE',
  'ACCESS_DENIED',
  'HANDSHAKE_FAILURE',
]);

const refusal = (code: string, place: string, { certificate, isAccepted }: Known): string | undefined => {
  const alert = /ALERT_([A-Z_]+)$/.exec(code)?.[1] ?? '';
  const isSilent = code === 'CHR_TLS_REFUSED' || (code === 'ECONNRESET' && !isAccepted);
  if (!alerts.has(alert) && !isSilent) return undefined;
  const what = isSilent ? `${place} hung up during the TLS handshake` : `${place} refused the connection`;
  if (certificate === undefined) return `${what}: it wants a client certificate. Give this host one, with its key.`;
  const fault = certificateFault(certificate);
  if (fault) return `${what}: ${fault}`;
  return (
    `${what}: it does not accept the client certificate${alert === 'CERTIFICATE_REVOKED' ? ', which was revoked' : ''}. ` +
    'Give this host one that is signed by the authority that the engine trusts (its --tlscacert).'
  );
};

const untrusted = new Set([
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'CERT_SIGNATURE_FAILURE',
  'CERT_UNTRUSTED',
  'INVALID_CA',
  'INVALID_PURPOSE',
]);

/** What is wrong with what the engine shows. */
const engineFault = (error: unknown, code: string, address: NetworkAddress): string | undefined => {
  const place = hostAndPort(address);
  if (untrusted.has(code)) {
    return (
      `The certificate of ${place} is not signed by the authority that this host trusts (${code}). Give it the CA ` +
      'that signed it (ca.pem), or test the connection and pin the fingerprint.'
    );
  }
  const noTls = `What answers at ${place} does not speak TLS. Take the TLS settings away, or use its TLS port (2376).`;
  const sentences: Record<string, string> = {
    CERT_HAS_EXPIRED: `The certificate of ${place} has expired. Make a new one there; the clocks of both must be right.`,
    CERT_NOT_YET_VALID: `The certificate of ${place} is not valid yet. Are the clocks of both right?`,
    ERR_TLS_CERT_ALTNAME_INVALID:
      `The certificate of ${place} is for another name${namesOf(error)}, not for ${address.host}. Use a name that is ` +
      'in it as the address, or make one with this name (subjectAltName), or pin its fingerprint.',
    CHR_WRONG_FINGERPRINT:
      `${place} shows another certificate than the one that was pinned${foundIn(error)}. If it was renewed on purpose, ` +
      'test the connection and pin the new one; if not, somebody may stand in between.',
    EPROTO: noTls,
    ERR_SSL_WRONG_VERSION_NUMBER: noTls,
    ERR_SSL_PACKET_LENGTH_TOO_LONG: noTls,
    ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: `${place} speaks only TLS before 1.2, which is not safe. Update the engine.`,
  };
  return Object.hasOwn(sentences, code) ? sentences[code] : undefined;
};

const namesOf = (error: unknown): string => {
  if (!(error instanceof Error) || !('cert' in error)) return '';
  const names = (error.cert as { subjectaltname?: unknown }).subjectaltname;
  return typeof names === 'string' ? ` (${names.slice(0, 200)})` : '';
};

const foundIn = (error: unknown): string =>
  error instanceof Error && 'found' in error ? ` (SHA-256 ${String(error.found)})` : '';
