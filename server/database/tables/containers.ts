import type { Generated } from 'kysely';

export interface HostsTable {
  id: Generated<number>;
  name: string;
  url: string;
  enabled: Generated<number>;
  color: string;
  last_seen_at: number | null;
  created_at: number;
  /** JSON of contract's `timeWindow[]`. */
  windows: Generated<string>;
  position: Generated<number>;
  /** JSON of contract's `hostGrant[]`. */
  grants: Generated<string>;
  tls: Generated<number>;
  ca: string | null;
  certificate: string | null;
  /** Sealed. */
  client_key: string | null;
  fingerprint: string | null;
  /** Sealed. */
  ssh_key: string | null;
  host_key: string | null;
}

/** What a container was from an instant on: the band of the timeline. */
export interface ContainerStatesTable {
  host_id: number;
  container: string;
  at: number;
  /** JSON of state, health and exit code; a state of null while the host could not be asked, or it is gone. */
  state: string;
}

export interface TagsTable {
  id: Generated<number>;
  name: string;
  color: string;
  /** JSON of contract's `tagRule[]`. */
  rules: string;
}

export interface ContainerTagsTable {
  host_id: number;
  container: string;
  tag_id: number;
}

/** What people wrote on a container: by host and name, never by an ID, since that ends with each re-creation. */
export interface ContainerNotesTable {
  host_id: number;
  container: string;
  /** Of which compose project and service it was when it was seen last; null where it is of none. */
  stack: string | null;
  service: string | null;
  web_url: string | null;
  notes: string;
}
