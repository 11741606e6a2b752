import type { Duplex } from 'node:stream';
import type { HostGrant } from '../../../contract/index.ts';

/** What each kind of address brings along: how a connection is made, and what to say when that fails. */
export interface Way {
  /** Where it leads, as messages show it. */
  readonly url: string;
  /** True on this machine: trying again costs nothing. */
  readonly isLocal: boolean;
  /**
   * Opens what all connections go through, where there is such a thing. At once when it is open.
   * @throws EngineError
   */
  ready?(): Promise<void>;
  /** A new connection that can be written to. It comes or fails within seconds, whoever waits for it. */
  dial(): Promise<Duplex>;
  /** A sentence with the remedy for a failed connection; undefined where nothing better is known than the code. */
  explain(error: unknown): string | undefined;
  close(): void;
}

/** How an engine proves who it is by TLS, and how we do. */
export interface TlsMaterial {
  /** PEM: whom to trust instead of the authorities that the system knows. */
  ca?: string | undefined;
  /** PEM: our own certificate and its key. */
  certificate?: string | undefined;
  key?: string | undefined;
  /** SHA-256 of the engine's certificate, in hexadecimal: exactly this one is accepted, whoever signed it. */
  fingerprint?: string | undefined;
}

export interface SshMaterial {
  /** What the host showed when somebody accepted it: `ssh-ed25519 AAAA…`, one key a line. */
  hostKeys?: string | undefined;
  /** In OpenSSH's or PEM's form; without one the server's own user brings its agent or its keys. */
  key?: string | undefined;
}

/** Where an engine is, what may be asked of it, and what is needed to get there. */
export interface Destination {
  url: string;
  /** Null or left out: without TLS. */
  tls?: TlsMaterial | null | undefined;
  ssh?: SshMaterial | null | undefined;
  /** Left out: everything. */
  grants?: readonly HostGrant[] | undefined;
}
