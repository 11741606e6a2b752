import type { Agent } from 'node:http';

/** A way to an engine. */
export interface Transport {
  /** Where it leads, as messages show it. */
  readonly url: string;
  /** True on this machine: trying again costs nothing. */
  readonly isLocal: boolean;
  /** What node:http needs to get there. */
  readonly connection: { socketPath: string };
  /** Keeps connections for the calls that only read. */
  readonly agent: Agent;
  /** A sentence with the remedy for a failed connection, by Node's error code; undefined where nothing better is known. */
  explain(code: string): string | undefined;
  close(): void;
}
