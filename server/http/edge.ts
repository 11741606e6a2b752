import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import { Hono } from 'hono/tiny';
import * as v from 'valibot';
import { ChrontainerError } from '../errors/index.ts';
import { assertAllowed, assertFresh, isAllowed } from './access.ts';
import { checkAnswer } from './answer-check.ts';
import { headOfStream, presentAnswer, presentError, writtenDirectly } from './answering.ts';
import { presentedKey } from './api-key.ts';
import type { EdgeParts } from './edge-parts.ts';
import { runEventStream } from './event-stream.ts';
import { redirectToHttps } from './force-https.ts';
import { Idempotency } from './idempotency.ts';
import { parseInput } from './input.ts';
import { readJsonBody } from './json-body.ts';
import { pourOut } from './outpour.ts';
import { Pace } from './pace.ts';
import { servePage } from './pages.ts';
import { commonHeaders, toResponse } from './reply.ts';
import type { Answer, Call, Caller, Outpour, Route } from './route.ts';
import { refuseOtherSites } from './same-origin.ts';
import { StaticFiles } from './static-files.ts';
import type { Visit } from './visit.ts';
import { isUnsafe } from './visit.ts';

type Bindings = HttpBindings & { visit: Visit };
type Hop = Context<{ Bindings: Bindings }>;

/**
 * Every request passes here, in this order: https, the site it was sent from, who calls, how often, the right, the body, the
 * schemas, the Idempotency-Key, the room. Whatever is thrown on the way becomes problem+json in one place.
 */
export class Edge {
  readonly #parts: EdgeParts;
  readonly #idempotency: Idempotency;
  readonly #files: StaticFiles;
  readonly #pace: Pace;
  readonly #router = new Hono<{ Bindings: Bindings }>();
  readonly #stopping = new AbortController();
  #hasSeenProxy = false;

  constructor(parts: EdgeParts) {
    this.#parts = parts;
    this.#idempotency = new Idempotency(parts);
    this.#files = new StaticFiles(parts.webDir);
    this.#pace = new Pace(parts.clock, parts.callsPerMinute ?? null);
    this.#register(parts.routes);
  }

  /** Ends every stream; requests that come later are refused. */
  stop(): void {
    this.#stopping.abort();
  }

  async handle(request: Request, bindings: HttpBindings, visit: Visit): Promise<Response> {
    const startedAt = this.#parts.clock.monotonic();
    this.#noteUntrustedProxy(visit);
    // The connection is not used again, so that a stop need not wait for it.
    if (this.#stopping.signal.aborted) visit.outgoing.setHeader('Connection', 'close');
    const response = await this.#router.fetch(request, { ...bindings, visit });
    const { requestId, method, address, routePath } = visit;
    const durationMs = Math.round(this.#parts.clock.monotonic() - startedAt);
    const fields = { requestId, method, route: routePath ?? 'page', status: response.status, durationMs, address };
    this.#parts.log[isUnsafe(method) ? 'info' : 'debug'](fields, 'request');
    return response;
  }

  /** Said once: without trust every caller behind the proxy has the proxy's address, and https counts as http. */
  #noteUntrustedProxy(visit: Visit): void {
    if (this.#hasSeenProxy || this.#parts.trustProxy.kind !== 'none' || !visit.header('x-forwarded-for')) return;
    this.#hasSeenProxy = true;
    this.#parts.log.info({ peer: visit.address }, 'X-Forwarded-For is ignored: if that is your proxy, set TRUST_PROXY');
  }

  /** Literal paths come before those with parameters; each path ends with the answer to methods it does not know. */
  #register(routes: readonly Route[]): void {
    this.#router.use(async ({ env }, next) => {
      if (this.#stopping.signal.aborted) throw new ChrontainerError('CHR_SHUTTING_DOWN', 'Chrontainer is stopping.');
      if (this.#parts.isReady?.() === false) throw starting();
      const redirect = this.#parts.forceHttps ? redirectToHttps(env.visit, this.#parts.baseUrl) : null;
      return redirect ? toResponse(env.visit, redirect) : next();
    });
    for (const [path, ofPath] of groupByPath(routes)) {
      const pattern = path.replaceAll(/\{(\w+)\}/g, ':$1');
      for (const route of ofPath) this.#router.on(route.method, pattern, (hop) => this.#serve(route, hop));
      this.#router.all(pattern, () => refuseMethod(ofPath));
    }
    this.#router.notFound(async ({ env }) => toResponse(env.visit, await servePage(env.visit, this.#files)));
    this.#router.onError((error, { env }) => presentError(env.visit, error, this.#parts.log));
  }

  async #serve(route: Route, hop: Hop): Promise<Response> {
    const { visit } = hop.env;
    visit.routePath = route.path;
    // A page elsewhere cannot make a browser send a key, and with a key no cookie counts.
    const hasKey = presentedKey(visit.header) !== undefined;
    if (isUnsafe(visit.method) && !hasKey) refuseOtherSites(visit, this.#parts.baseUrl);
    const caller = await this.#parts.authenticate(visit);
    this.#pace.count(route, caller, visit);
    if (caller && !isAllowed(route.access, caller)) this.#noteRefusal(route, caller, visit);
    assertAllowed(route.access, caller);
    if (route.isSensitive) assertFresh(caller, this.#parts.clock.now());
    if (caller) await this.#guard(route, caller, visit, hop.req.param());
    const answer = await this.#ask(route, caller, hop);
    if (answer.stream) return this.#stream(route, caller, visit, answer.stream);
    if (answer.outpour) return this.#pourOut(route, visit, answer.outpour);
    if (this.#parts.isCheckingAnswers) checkAnswer(route, answer);
    return presentAnswer(visit, answer);
  }

  async #ask(route: Route, caller: Caller | undefined, { env: { visit }, req }: Hop): Promise<Answer> {
    const body = await readJsonBody(visit.incoming);
    const query = URL.parse(req.url)?.searchParams;
    if (!query) throw unreadable();
    const input = parseInput(route, { params: req.param(), query, body: body.value });
    const { address, isSecure, host, header, method } = visit;
    // The schemas have just proved what the types of this one route say; across all routes it cannot be written down.
    const call = {
      ...input,
      caller,
      address,
      isSecure,
      host,
      header,
      method,
      bodyText: body.text,
      signal: req.raw.signal,
    } as AnyCall;
    const key = route.isIdempotent ? visit.header('idempotency-key') : undefined;
    if (key === undefined) return route.handle(call);
    // The answer for an account is not for one of its keys, which may see less.
    const who = caller ? `${caller.actor.kind} ${caller.actor.id}` : null;
    const keyed = { key, who, method: visit.method, url: visit.target, body: body.text };
    return this.#idempotency.once(keyed, async () => route.handle(call));
  }

  /**
   * Before the body is looked at, whose faults could tell of what the caller may not see, and an Idempotency-Key: the
   * answer that it keeps is for whoever may still ask. Parameters of a bad form lead nowhere, and are told later.
   */
  async #guard(route: Route, caller: Caller, visit: Visit, raw: Record<string, string>): Promise<void> {
    const { access, isScoped = false } = route;
    const params = route.params ? v.safeParse(route.params, raw) : null;
    if (params && !params.success) return;
    try {
      await this.#parts.guard?.({ caller, access, isScoped, params: params?.output ?? {} });
    } catch (error) {
      if (error instanceof ChrontainerError && error.status === 403) this.#noteRefusal(route, caller, visit);
      throw error;
    }
  }

  #noteRefusal({ path, access }: Route, caller: Caller, { method }: Visit): void {
    this.#parts.onRefused({ caller, method, path, access });
  }

  /** @throws when another site asks: a page elsewhere must not read along */
  async #stream(
    route: Route,
    caller: Caller | undefined,
    visit: Visit,
    write: NonNullable<Answer['stream']>,
  ): Promise<Response> {
    if (presentedKey(visit.header) === undefined) refuseOtherSites(visit, this.#parts.baseUrl);
    if (visit.method === 'HEAD') return headOfStream(visit);
    const { clock, log } = this.#parts;
    const parts = {
      outgoing: visit.outgoing,
      headers: commonHeaders(visit),
      clock,
      stopping: this.#stopping.signal,
      isStillAllowed: async () => {
        const now = caller && (await this.#parts.refresh(caller));
        return isAllowed(route.access, now) && now?.rights.fingerprint === caller?.rights.fingerprint;
      },
      onError: (error: unknown) =>
        log.error({ error, requestId: visit.requestId, route: route.path }, 'a stream failed'),
    };
    void runEventStream(parts, write);
    return writtenDirectly;
  }

  /** @throws when another site asks, or what stands in the way of the first part */
  async #pourOut(route: Route, visit: Visit, text: Outpour): Promise<Response> {
    refuseOtherSites(visit, this.#parts.baseUrl);
    const { clock, log } = this.#parts;
    const onError = (error: unknown) =>
      log.warn({ error, requestId: visit.requestId, route: route.path }, 'a text was broken off');
    const { outgoing } = visit;
    await pourOut({ outgoing, headers: commonHeaders(visit), clock, stopping: this.#stopping.signal, onError }, text);
    return writtenDirectly;
  }
}

/** Some hosts that are none come this far. */
const unreadable = (): ChrontainerError =>
  new ChrontainerError('CHR_INVALID_INPUT', 'The request line or the Host header cannot be read.');

const starting = (): ChrontainerError =>
  new ChrontainerError('CHR_STARTING', 'Chrontainer is starting; try again in a moment.', {
    headers: { 'Retry-After': '1' },
  });

type AnyCall = Call<undefined, undefined, undefined, 'public'> & Parameters<Route['handle']>[0];

const groupByPath = (routes: readonly Route[]): [path: string, routes: Route[]][] =>
  [...Map.groupBy(routes, (route) => route.path)].sort(([a], [b]) => (rank(a) < rank(b) ? -1 : 1));

/** Sorts a literal segment before a parameter in the same place: by code point `~` comes behind every letter. */
const rank = (path: string): string => path.replaceAll(/\{\w+\}/g, '~');

const refuseMethod = (routes: Route[]): never => {
  const allowed = routes.map((route) => route.method);
  throw new ChrontainerError('CHR_METHOD_NOT_ALLOWED', `This address knows ${allowed.join(', ')}.`, {
    headers: { Allow: [...allowed, ...(allowed.includes('GET') ? ['HEAD'] : [])].join(', ') },
  });
};
