import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { HostCredential, HostGrant, HostInput } from '../../../contract/index.ts';
import type { Destination } from '../../engine/index.ts';
import type { FieldError } from '../../errors/index.ts';
import type { Secrets } from '../../secrets/index.ts';
import type { HostRow } from './store.ts';

type Columns = Pick<
  HostRow,
  'url' | 'tls' | 'ca' | 'certificate' | 'client_key' | 'fingerprint' | 'ssh_key' | 'host_key' | 'grants'
>;

/** How to get to a host, as people give it. */
export type Connection = Pick<
  HostInput,
  'tls' | 'ca' | 'certificate' | 'key' | 'fingerprint' | 'sshKey' | 'hostKey'
> & { url?: string | undefined; grants?: readonly HostGrant[] | undefined };

const place = (hostId: number, column: string) => ({ table: 'hosts', row: hostId, column });

/** What is kept of a connection: the two keys sealed, what is left out not named. */
export const columnsOf = (hostId: number, wanted: Connection, secrets: Secrets): Partial<Columns> => {
  const seal = (text: string | null | undefined, column: string) => text && secrets.seal(text, place(hostId, column));
  const columns = {
    url: wanted.url,
    tls: wanted.tls === undefined ? undefined : Number(wanted.tls),
    ca: wanted.ca,
    certificate: wanted.certificate,
    client_key: seal(wanted.key, 'client_key'),
    fingerprint: wanted.fingerprint,
    ssh_key: seal(wanted.sshKey, 'ssh_key'),
    host_key: wanted.hostKey,
    grants: wanted.grants && JSON.stringify(wanted.grants),
  };
  return given(columns);
};

/** Without what was left out. */
export const given = <T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };

/**
 * Where a host is, with its secrets in the open.
 * @throws CHR_SECRET_UNREADABLE
 */
export const destinationOf = (row: HostRow, secrets: Secrets): Destination => {
  const open = (sealed: string | null, column: string) =>
    sealed === null ? undefined : secrets.open(sealed, place(row.id, column));
  return {
    url: row.url,
    tls:
      row.tls !== 1
        ? null
        : {
            ca: row.ca ?? undefined,
            certificate: row.certificate ?? undefined,
            key: open(row.client_key, 'client_key'),
            fingerprint: row.fingerprint ?? undefined,
          },
    ssh: { hostKeys: row.host_key ?? undefined, key: open(row.ssh_key, 'ssh_key') },
    grants: grantsOf(row),
  };
};

/** The same with what somebody gave in place of what is stored; what he took away is not there. */
export const overlaid = (before: Destination, given: Connection): Destination => {
  const chosen = <T>(value: T | null | undefined, kept: T | undefined) =>
    value === undefined ? kept : (value ?? undefined);
  const isTls = given.tls ?? Boolean(before.tls);
  return {
    url: given.url ?? before.url,
    tls: !isTls
      ? null
      : {
          ca: chosen(given.ca, before.tls?.ca),
          certificate: chosen(given.certificate, before.tls?.certificate),
          key: chosen(given.key, before.tls?.key),
          fingerprint: chosen(given.fingerprint, before.tls?.fingerprint),
        },
    ssh: { hostKeys: chosen(given.hostKey, before.ssh?.hostKeys), key: chosen(given.sshKey, before.ssh?.key) },
    grants: given.grants ?? before.grants,
  };
};

/** What we wrote ourselves is trusted when it is read back. */
export const grantsOf = ({ grants }: Pick<HostRow, 'grants'>): HostGrant[] => JSON.parse(grants) as HostGrant[];

/** Which credentials are stored. */
export const credentialsOf = (row: Columns): HostCredential[] => {
  const stored = { ca: row.ca, certificate: row.certificate, key: row.client_key, sshKey: row.ssh_key };
  return (Object.keys(stored) as HostCredential[]).filter((name) => stored[name] !== null);
};

/** Certificates and keys that nothing can be done with. An SSH key in OpenSSH's own form only OpenSSH can read. */
export const faultsOf = ({ ca, certificate, key }: Connection): FieldError[] => [
  ...certificateFaults('ca', ca),
  ...certificateFaults('certificate', certificate),
  ...keyFaults(key),
];

const certificateFaults = (path: string, pem: string | null | undefined): FieldError[] => {
  if (!pem || isReadable(() => new X509Certificate(pem))) return [];
  return [{ path, message: 'cannot be read: paste the whole certificate, from BEGIN to END' }];
};

const keyFaults = (pem: string | null | undefined): FieldError[] => {
  if (!pem || isReadable(() => createPrivateKey(pem))) return [];
  return [{ path: 'key', message: 'cannot be read: paste the whole private key, without a passphrase' }];
};

/** OpenSSL's errors have no class of their own, only codes. */
const isReadable = (read: () => unknown): boolean => {
  try {
    read();
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error) return false;
    throw error;
  }
};
