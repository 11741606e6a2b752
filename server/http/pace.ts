import type { Clock } from '../clock/index.ts';
import { ChrontainerError } from '../errors/index.ts';
import { Budget } from './budget.ts';
import { networkOf } from './network.ts';
import type { Caller, Route } from './route.ts';
import type { Visit } from './visit.ts';

/**
 * What the page for signing in asks. It costs little or has a limit of its own: strangers who use up that of an address
 * must not keep its people out.
 */
const wayIn = new Set([
  'GET /api/v1/setup',
  'GET /api/v1/session',
  'POST /api/v1/session',
  'POST /api/v1/session/passkey/challenge',
  'POST /api/v1/session/passkey',
  'GET /api/v1/session/ways',
  'GET /api/v1/session/oidc/start',
  'GET /api/v1/session/oidc/callback',
  'POST /api/v1/session/oidc/second-factor',
]);

/**
 * Bounds how often one caller may call the API: a session, an API key, or the network of a stranger. People stay far
 * below it; a script that has gone wrong does not. `/health` and webhooks are not of the API.
 */
export class Pace {
  readonly #budget: Budget;
  readonly #perMinute: number | null;

  /** @param perMinute null: no limit */
  constructor(clock: Clock, perMinute: number | null) {
    this.#budget = new Budget(clock, 'api');
    this.#perMinute = perMinute;
  }

  /**
   * Counts a call, and lets the answer tell what is left; a route's own policy in its answer stands before this one.
   * @throws 429 with Retry-After
   */
  count({ method, path }: Route, caller: Caller | undefined, { address, outgoing }: Visit): void {
    if (this.#perMinute === null || !path.startsWith('/api/')) return;
    if (!caller && wayIn.has(`${method} ${path}`)) return;
    const { isWithin, headers } = this.#budget.spend(keyOf(caller, address), this.#perMinute);
    for (const [name, value] of Object.entries(headers)) outgoing.setHeader(name, value);
    if (isWithin) return;
    const detail = `Too many calls: ${this.#perMinute} a minute are allowed. Try again in ${headers['Retry-After']} seconds.`;
    throw new ChrontainerError('CHR_TOO_MANY_REQUESTS', detail, { headers });
  }
}

const keyOf = (caller: Caller | undefined, address: string): string => {
  if (!caller) return `address ${networkOf(address)}`;
  return caller.session ? `session ${caller.session.hash}` : `${caller.actor.kind} ${caller.actor.id}`;
};
