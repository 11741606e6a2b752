import type { Clock } from '../clock/index.ts';
import type { Database } from '../database/index.ts';
import type { Logger } from '../log/index.ts';
import type { Guard } from '../policy/index.ts';
import type { ProxyTrust } from './proxy-trust.ts';
import type { Access, Caller, Route } from './route.ts';

/** What the edge asks of a request to find out who calls. */
export interface Credentials {
  header(name: string): string | undefined;
  /** The caller's address, after trusted proxies. */
  address: string;
  isSecure: boolean;
}

/** A caller was known but lacked the right. */
export interface Refusal {
  caller: Caller;
  method: string;
  /** The declared path of the route. */
  path: string;
  access: Access;
}

export interface EdgeParts {
  routes: readonly Route[];
  /** Who calls; undefined for a stranger. */
  authenticate(credentials: Credentials): Promise<Caller | undefined>;
  /** The same caller as things stand now; undefined once the session has ended. Asked while a stream is open. */
  refresh(caller: Caller): Promise<Caller | undefined>;
  onRefused(refusal: Refusal): void;
  /** The policy for what a path addresses; without one nobody can be limited to some places. */
  guard?: Guard;
  /** False while the rooms are being opened: every call is put off until then. */
  isReady?(): boolean;
  clock: Clock;
  log: Logger;
  /** For Idempotency-Keys. */
  db: Database;
  /** The folder of the built web interface; it may be absent. */
  webDir: string;
  /** Where users reach the program, as an origin; null: wherever they came. */
  baseUrl: string | null;
  trustProxy: ProxyTrust;
  forceHttps: boolean;
  /** How often a caller may call the API; null or left out: without limit. */
  callsPerMinute?: number | null;
  /** For tests: an answer that its route does not declare becomes an error. */
  isCheckingAnswers?: boolean;
}
