import type { Clock } from '../clock/index.ts';
import type { OutboundAnswer, OutboundRequest } from '../outbound/index.ts';
import { Outbound, OutboundError } from '../outbound/index.ts';
import { Budget } from './budget.ts';
import { RegistryError } from './error.ts';
import { RegistryGate } from './gate.ts';
import type { Manifest } from './manifest.ts';
import { acceptedTypes, digestForm, digestOf, readManifest } from './manifest.ts';
import type { RegistryPlace } from './place.ts';
import { endpointOf } from './place.ts';
import type { Reference } from './reference.ts';

interface Parts {
  clock: Clock;
  outbound: Outbound;
  /** Where redirects and unknown token servers are asked; default: public addresses only. */
  abroad?: Outbound;
  placeOf(registry: string): RegistryPlace;
  onPause?: (registry: string, untilMs: number) => void;
}

const timeoutMs = 10_000;
/** The largest manifest that registries have to take. */
const longestManifest = 4 * 2 ** 20;
const mostRedirects = 2;
/** Answers to HEAD of registries that only know GET. */
const refusesHead = new Set([400, 405, 501]);

/** Asks registries of images, by the API of the OCI distribution specification. @throws RegistryError from every method */
export class RegistryClient {
  readonly budget: Budget;
  readonly #parts: Parts;
  readonly #gate: RegistryGate;
  readonly #abroad: Outbound;
  /** For where redirects lead: what is believed there is not believed at home. */
  readonly #gateAbroad: RegistryGate;
  /** How many requests have gone out. */
  requests = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#abroad = parts.abroad ?? new Outbound(() => false);
    this.budget = new Budget(parts.clock, parts.onPause);
    const abroad = this.#abroad;
    this.#gate = new RegistryGate({ ...parts, abroad, send: this.#send });
    this.#gateAbroad = new RegistryGate({ ...parts, outbound: abroad, abroad, send: this.#send });
  }

  /** What people said of a registry has changed. */
  forget(registry: string): void {
    this.#gate.forget(registry);
  }

  /** The digest that a tag has there now. HEAD, which Docker Hub does not count as a pull; GET only where that is refused. */
  async digest(reference: Reference): Promise<string> {
    const what = reference.tag ?? reference.digest ?? 'latest';
    const head = await this.#ask(reference, 'HEAD', what);
    const told = head.headers['docker-content-digest'];
    if (head.status === 200 && typeof told === 'string' && digestForm.test(told)) return told;
    if (head.status !== 200 && !refusesHead.has(head.status)) throw this.#faultOf(reference, head);
    const whole = await this.#ask(reference, 'GET', what);
    if (whole.status !== 200) throw this.#faultOf(reference, whole);
    return digestOf(whole.body);
  }

  /** What is kept under a digest. It is looked at whether it is what was asked for. */
  async manifest(reference: Reference, digest: string): Promise<Manifest> {
    const answer = await this.#ask(reference, 'GET', digest);
    if (answer.status !== 200) throw this.#faultOf(reference, answer);
    if (digestOf(answer.body) !== digest) {
      throw new RegistryError('odd', `${reference.registry} gave something else than ${digest}.`);
    }
    return readManifest(answer.body);
  }

  #ask(reference: Reference, method: 'HEAD' | 'GET', what: string): Promise<OutboundAnswer> {
    const { registry, repository } = reference;
    const place = this.#parts.placeOf(registry);
    const url = `${endpointOf(place)}/v2/${repository}/manifests/${what}`;
    return this.budget.spend(registry, async () => {
      const ask = (authorization: string | undefined) =>
        this.#send(registry, this.#parts.outbound, {
          ...{ url, method, longestAnswer: longestManifest },
          headers: { accept: acceptedTypes, ...(authorization !== undefined && { authorization }) },
          ...(place.ca !== null && { ca: place.ca }),
        });
      const first = await ask(await this.#gate.known(reference, place));
      const answer = first.status === 401 ? await ask(await this.#gate.answer(first, reference, place)) : first;
      return this.#redirected(registry, answer, url, method);
    });
  }

  /** Some registries are only names for others. What is sent there is sent to public addresses only, without credentials. */
  async #redirected(registry: string, first: OutboundAnswer, from: string, method: string): Promise<OutboundAnswer> {
    let answer = first;
    let base = from;
    for (let step = 0; answer.status >= 301 && answer.status <= 308 && step < mostRedirects; step += 1) {
      const next = URL.parse(answer.headers.location ?? '', base);
      if (next?.protocol !== 'https:' || !next.pathname.startsWith('/v2/')) break;
      base = next.href;
      const headers = { accept: acceptedTypes };
      answer = await this.#send(registry, this.#abroad, {
        ...{ url: base, method, headers, longestAnswer: longestManifest },
      });
      if (answer.status === 401) answer = await this.#anonymously(answer, base, method);
    }
    return answer;
  }

  /** Where a redirect led one may have to fetch a token, too: as nobody. */
  async #anonymously(refusal: OutboundAnswer, url: string, method: string): Promise<OutboundAnswer> {
    const { host, pathname } = new URL(url);
    const [, repository = ''] = /^\/v2\/(.+)\/manifests\/[^/]+$/.exec(pathname) ?? [];
    const place = { host, insecure: false, ca: null, realm: null, account: null };
    const there = { registry: host, repository, tag: null, digest: null };
    const authorization = await this.#gateAbroad.answer(refusal, there, place);
    const headers = { accept: acceptedTypes, authorization };
    return this.#send(host, this.#abroad, { url, method, headers, longestAnswer: longestManifest });
  }

  readonly #send = async (registry: string, outbound: Outbound, request: OutboundRequest): Promise<OutboundAnswer> => {
    this.budget.count(registry);
    this.requests += 1;
    try {
      const answer = await outbound.send({ timeoutMs, isConfidential: true, ...request });
      const retryAfter = answer.headers['retry-after'];
      const isTooMuch = answer.status === 429 || (answer.status === 503 && retryAfter !== undefined);
      if (isTooMuch) throw this.budget.pause(registry, retryAfter);
      return answer;
    } catch (error) {
      if (!(error instanceof OutboundError)) throw error;
      const fault = error.kind === 'refused' ? 'refused' : 'unreachable';
      throw new RegistryError(fault, `${registry} could not be asked: ${error.message}.`, { cause: error });
    }
  };

  #faultOf({ registry, repository, tag }: Reference, { status, headers }: OutboundAnswer): RegistryError {
    const name = `${repository}${tag === null ? '' : `:${tag}`}`;
    if (status === 404) return new RegistryError('not_found', `${registry} has no ${name} (any more).`);
    if (status === 401 || status === 403) {
      const remedy = this.#parts.placeOf(registry).account
        ? 'Check the credentials that are stored for it.'
        : 'Give credentials for it in the settings.';
      return new RegistryError('denied', `${registry} does not show ${name} to us (status ${status}). ${remedy}`);
    }
    if (status >= 300 && status < 400) {
      const to = URL.parse(headers.location ?? '')?.host ?? 'nowhere';
      return new RegistryError('refused', `${registry} sends on to ${to}, where it is not followed.`);
    }
    return new RegistryError(status >= 500 ? 'unreachable' : 'odd', `${registry} answered with status ${status}.`);
  }
}
