import type { Clock } from '../clock/index.ts';
import type { Outbound, OutboundAnswer, OutboundRequest } from '../outbound/index.ts';
import type { Challenge } from './challenge.ts';
import { readChallenge } from './challenge.ts';
import { deniedWords, RegistryError } from './error.ts';
import type { RegistryAccount, RegistryPlace } from './place.ts';
import { trustIn } from './place.ts';
import type { Reference } from './reference.ts';

type Bearer = Extract<Challenge, { scheme: 'bearer' }>;

interface Parts {
  clock: Clock;
  /** For what the registry's place allows. */
  outbound: Outbound;
  /** For where a registry sends us: public addresses only. */
  abroad: Outbound;
  /** Sends one request that counts. */
  send(registry: string, outbound: Outbound, request: OutboundRequest): Promise<OutboundAnswer>;
}

/** The specification of tokens: without `expires_in` they last for a minute. */
const usualLifeMs = 60_000;
/** A token that ends while it is on its way is none. */
const marginMs = 10_000;

/** Lets us in at registries: by name and password, or by the tokens of the server that a registry names. */
export class RegistryGate {
  readonly #parts: Parts;
  /** How each registry wanted to be asked last time: then the question without is saved. */
  readonly #ways = new Map<string, Challenge>();
  readonly #tokens = new Map<string, { token: string; untilMs: number }>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** What people said of a registry has changed. */
  forget(registry: string): void {
    this.#ways.delete(registry);
    for (const key of this.#tokens.keys()) if (key.startsWith(`${registry} `)) this.#tokens.delete(key);
  }

  /** The header for a registry that is known; undefined where it was never closed. @throws RegistryError */
  async known(reference: Reference, place: RegistryPlace): Promise<string | undefined> {
    const way = this.#ways.get(reference.registry);
    return way && this.#headerFor(way, reference, place);
  }

  /** The header after a refusal. @throws RegistryError */
  async answer(refusal: OutboundAnswer, reference: Reference, place: RegistryPlace): Promise<string> {
    const way = readChallenge(refusal.headers['www-authenticate']);
    if (!way) throw new RegistryError('denied', `${reference.registry} lets nobody in, and does not say how it would.`);
    this.#tokens.delete(keyOf(reference));
    const header = await this.#headerFor(way, reference, place);
    if (header === undefined) throw new RegistryError('denied', deniedWords(reference, false));
    this.#ways.set(reference.registry, way);
    return header;
  }

  async #headerFor(way: Challenge, reference: Reference, place: RegistryPlace): Promise<string | undefined> {
    if (way.scheme === 'basic') return place.account ? basic(place.account) : undefined;
    const kept = this.#tokens.get(keyOf(reference));
    if (kept && kept.untilMs > this.#parts.clock.now()) return `Bearer ${kept.token}`;
    return `Bearer ${await this.#fetchToken(way, reference, place)}`;
  }

  async #fetchToken(way: Bearer, reference: Reference, place: RegistryPlace): Promise<string> {
    const { registry, repository } = reference;
    const realm = URL.parse(way.realm);
    if (!realm || !['http:', 'https:'].includes(realm.protocol)) {
      throw new RegistryError('odd', `${registry} names a token server that is no address.`);
    }
    const trust = trustIn(realm, place);
    if (place.account && trust !== 'approved') throw notApproved(registry, realm);
    if (trust === 'elsewhere' && realm.protocol === 'http:') throw notApproved(registry, realm);
    if (way.service !== null) realm.searchParams.set('service', way.service);
    realm.searchParams.append('scope', `repository:${repository}:pull`);
    const answer = await this.#parts.send(registry, trust === 'elsewhere' ? this.#parts.abroad : this.#parts.outbound, {
      url: realm.href,
      method: 'GET',
      headers: { accept: 'application/json', ...(place.account && { authorization: basic(place.account) }) },
      ...(place.ca !== null && { ca: place.ca }),
    });
    if (answer.status === 401 || answer.status === 403)
      throw new RegistryError('denied', deniedWords(reference, place.account !== null));
    const { token, lifeMs } = readToken(answer, realm);
    this.#tokens.set(keyOf(reference), { token, untilMs: this.#parts.clock.now() + lifeMs - marginMs });
    return token;
  }
}

const keyOf = ({ registry, repository }: Reference): string => `${registry} ${repository}`;

const basic = ({ username, password }: RegistryAccount): string =>
  `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;

/** `token`, or `access_token` as OAuth 2.0 has it: the specification knows both. */
const readToken = ({ status, body }: OutboundAnswer, realm: URL): { token: string; lifeMs: number } => {
  const odd = () => new RegistryError('odd', `The token server ${realm.host} gave no token (status ${status}).`);
  if (status !== 200) throw odd();
  let document: { token?: unknown; access_token?: unknown; expires_in?: unknown };
  try {
    document = JSON.parse(body) ?? {};
  } catch (error) {
    if (error instanceof SyntaxError) throw odd();
    throw error;
  }
  const token = document.token ?? document.access_token;
  // What goes into a header must be able to stand there.
  if (typeof token !== 'string' || !/^[\x21-\x7e]{1,16384}$/.test(token)) throw odd();
  const seconds = typeof document.expires_in === 'number' ? document.expires_in : 0;
  return { token, lifeMs: Math.max(usualLifeMs, Math.min(seconds, 86_400) * 1000) };
};

const notApproved = (registry: string, { origin }: URL): RegistryError =>
  new RegistryError(
    'realm',
    `${registry} sends to ${origin} for a token, which nobody has approved: nothing was sent there. Approve it in the settings.`,
    { realm: origin },
  );
