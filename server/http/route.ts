import type * as v from 'valibot';
import type { Actor, Permission } from '../../contract/index.ts';
import type { FieldError } from '../errors/index.ts';
import type { Rights } from '../policy/index.ts';

/** Who calls: what a session or an API key was resolved to. */
export interface Caller {
  actor: Actor;
  /** The account; with an API key its owner. */
  userId: number;
  username: string;
  role: string;
  /** What the caller may do, and where. */
  rights: Rights;
  /** Null for an API key. */
  session: CallerSession | null;
}

export interface CallerSession {
  /** The hashed reference, so that the session can be ended. */
  hash: string;
  expiresAt: number;
  /** Until when what reaches far does not ask for the password again. */
  freshUntil: number;
}

/**
 * What a route demands. `public`: nobody needs to sign in. `signed-in`: any account. `session`: an account that signed
 * in itself, and no API key. Otherwise the right itself.
 * There is no default: a route without one does not start (security.md of the docs, "deny by default").
 */
export type Access = 'public' | 'signed-in' | 'session' | Permission;

type Schema = v.GenericSchema;
type Output<S> = S extends Schema ? v.InferOutput<S> : undefined;

/** What a handler is given: parsed input, and who calls. */
export interface Call<P, Q, B, A extends Access> {
  params: Output<P>;
  query: Output<Q>;
  body: Output<B>;
  caller: A extends 'public' ? Caller | undefined : Caller;
  /** The caller's address, after trusted proxies. */
  address: string;
  /** True when the caller's connection to us, or to the trusted proxy, is https. */
  isSecure: boolean;
  /** The host that the caller asked for, with its port, after trusted proxies. */
  host: string;
  header(name: string): string | undefined;
  /** As it came: HEAD for a route of GET. */
  method: string;
  /** The body as it came, for what is signed; empty where there was none. */
  bodyText: string;
  /** Aborted when the caller hangs up. */
  signal: AbortSignal;
}

/** What a handler answers: `body` is sent as JSON; a `stream` writes server-sent events until the caller leaves. */
export interface Answer {
  status?: number;
  body?: unknown;
  /** A body that is not JSON, sent as it is. */
  text?: { contentType: string; content: string };
  headers?: Record<string, string | string[]>;
  stream?: (sink: EventSink) => Promise<void>;
  /** A text that is written as it is made, until its end or the caller leaves. */
  outpour?: Outpour;
}

/** A text, or bytes, of any length. */
export interface Outpour {
  contentType: string;
  /** The name of the file that a browser keeps it as; without one it is shown. */
  fileName?: string | undefined;
  /** Its parts, made at the pace of the reader. Where the first one cannot be made, the answer is the error. */
  parts: AsyncIterator<string | Uint8Array>;
}

/** The writing end of a server-sent event stream. `send` resolves when the caller can take more. */
export interface EventSink {
  send(...messages: { id?: string; event?: string; data: string }[]): Promise<void>;
  signal: AbortSignal;
}

/** A route: everything that the edge, OpenAPI and the permission check need to know of it. */
export interface Route<
  P extends Schema | undefined = Schema | undefined,
  Q extends Schema | undefined = Schema | undefined,
  B extends Schema | undefined = Schema | undefined,
  A extends Access = Access,
> {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** With `{name}` for parameters, as OpenAPI writes it, for example `/api/v1/schedules/{id}`. */
  path: string;
  access: A;
  summary: string;
  tag: string;
  params?: P;
  query?: Q;
  body?: B;
  /**
   * Faults that no schema sees, such as a zone that does not exist: told together with those that the schema sees.
   * It is given the body and the path's parameters as they came, and passes over parts that the schema refuses.
   */
  checkBody?(body: unknown, params: Record<string, string>): FieldError[];
  /**
   * True where the handler itself leaves out what a caller may not see who is limited to some hosts, stacks or tags.
   * Otherwise such a caller reaches only what the path names by {hostId}, {container}, {runId} or {scheduleId}, which the
   * guard checks for him; see docs/decisions/0050.
   */
  isScoped?: boolean;
  /**
   * True for what reaches far: it wants a session in which the password was typed lately, so that a browser that was
   * left open is not enough (ASVS 7.5.1).
   */
  isSensitive?: boolean;
  /** True for an acting call or a create: a repeated call with the same Idempotency-Key gets the first one's answer. */
  isIdempotent?: boolean;
  /** The schema of each answer's body by status; `null` for an answer without body. */
  answers: Record<number, Schema | null>;
  handle(call: Call<P, Q, B, A>): Promise<Answer> | Answer;
}

/** Declares a route; its only use is that the handler's arguments are typed by the schemas. */
export const route = <
  P extends Schema | undefined = undefined,
  Q extends Schema | undefined = undefined,
  B extends Schema | undefined = undefined,
  const A extends Access = Access,
>(
  declaration: Route<P, Q, B, A>,
): Route => declaration as unknown as Route;
