import { isIP } from 'node:net';
import { dockerHub } from './reference.ts';

/** What people said of a registry. */
export interface RegistryPlace {
  /** Host and port, as names of images have it. */
  host: string;
  /** Plain http. */
  insecure: boolean;
  /** Certificates (PEM) that count beside the system's. */
  ca: string | null;
  /** The token server that credentials may go to, beside the registry itself. */
  realm: string | null;
  account: RegistryAccount | null;
}

export interface RegistryAccount {
  username: string;
  /** Or a token. */
  password: string;
}

/** Where names of images lead, when nobody said anything else. */
const endpoints: Record<string, string> = { [dockerHub]: 'registry-1.docker.io' };
/** Docker's own, which is on another host than its registry. */
const wellKnownRealms: Record<string, string> = { [dockerHub]: 'https://auth.docker.io' };

/** Docker's own is known to engines by an older address. */
const engineAddresses: Record<string, string> = { [dockerHub]: 'https://index.docker.io/v1/' };

/** A registry as engines want to have it named beside credentials. */
export const engineAddressOf = (host: string): string => engineAddresses[host] ?? host;

/** Engines take loopback without TLS, too. */
const isLoopback = (host: string): boolean => {
  const name = host.replace(/:\d+$/, '').replace(/^\[|\]$/g, '');
  return name === 'localhost' || name === '::1' || (isIP(name) === 4 && name.startsWith('127.'));
};

/** The place of a registry that nobody said anything of. */
export const plainPlace = (host: string): RegistryPlace => ({
  host,
  insecure: isLoopback(host),
  ca: null,
  realm: null,
  account: null,
});

/** The beginning of every address there. */
export const endpointOf = ({ host, insecure }: RegistryPlace): string =>
  `${insecure ? 'http' : 'https'}://${endpoints[host] ?? host}`;

/** `approved`: credentials may go there. `near`: the registry's own machine. `elsewhere`: nobody knows it. */
export const trustIn = (realm: URL, place: RegistryPlace): 'approved' | 'near' | 'elsewhere' => {
  const own = new URL(endpointOf(place));
  const approved = place.realm ?? wellKnownRealms[place.host];
  if (realm.origin === own.origin || realm.origin === URL.parse(approved ?? '')?.origin) return 'approved';
  return realm.hostname === own.hostname ? 'near' : 'elsewhere';
};
