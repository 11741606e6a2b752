import type { Generated } from 'kysely';

/** What a registry said of an image last. */
export interface ImageChecksTable {
  /** The whole name, for example `docker.io/library/nginx:latest`. */
  name: string;
  checked_at: number;
  next_at: number;
  /** The digest of the last answer; null: there was none yet. */
  digest: string | null;
  /** The last one that was answered twice. */
  confirmed_digest: string | null;
  /** Contract's reason why the last question had no answer; null where it had. */
  fault: string | null;
  message: string | null;
}

export interface ImageDigestsTable {
  name: string;
  digest: string;
  first_seen_at: number;
  /** JSON of what is under it; null: nobody had to look. */
  contents: string | null;
}

export interface RegistriesTable {
  id: Generated<number>;
  host: string;
  username: string | null;
  /** Sealed. */
  password: string | null;
  realm: string | null;
  insecure: number;
  ca: string | null;
  created_at: number;
}

/** Registries that asked to be left alone. */
export interface RegistryPausesTable {
  registry: string;
  until_at: number;
}

/** Newer images that were told of. */
export interface UpdateNoticesTable {
  host_id: number;
  container: string;
  digest: string;
  told_at: number;
}

/** Images that were rolled back. */
export interface UpdateBlocksTable {
  host_id: number;
  container: string;
  /** The ID of the image, or a digest that it has at its registry. */
  digest: string;
  reason: string;
  run_id: string;
  blocked_at: number;
}
