import { permission } from '../../contract/index.ts';
import type { Persona } from './personas.ts';

/** A route, as the program describes it. */
export interface Described {
  method: string;
  path: string;
  access: string;
  /** The handler leaves out what a limited caller may not see. */
  isScoped: boolean;
  isSensitive: boolean;
}

/** What the guard finds by the path: there is no such thing for who is limited to a host that does not exist. */
const places = new Set(['hostId', 'container', 'runId', 'scheduleId']);

/**
 * Parameters that name no host, container, run or schedule. One that is not here, nor a place, fails the test: decide
 * whether what it names belongs to a place, and if so teach the guard (server/policy/guard.ts).
 */
const placeless: Record<string, string> = {
  userId: 'accounts',
  roleId: 'accounts',
  apiKeyId: 'by owner',
  webhookId: 'by owner',
  sessionId: 'by owner',
  passkeyId: 'by owner',
  linkId: 'by owner, or of an account',
  token: 'the secret itself',
  slot: 'beside a schedule',
  revision: 'beside a schedule',
  channelId: 'of the whole instance',
  ruleId: 'of the whole instance',
  deliveryId: 'of the whole instance',
  silenceId: 'of the whole instance',
  registryId: 'of the whole instance',
  backup: 'of the whole instance',
  tagId: 'of the whole instance',
  tag: 'beside a container, or of the whole instance',
};

/** What must come of a call: one of the refusals, or `let in`: any status that is no refusal. */
export type Expected = { status: 401 | 403 | 404; code?: string } | 'let in';

const isUnsafe = (method: string): boolean => method !== 'GET';
const forbidden = { status: 403, code: 'CHR_FORBIDDEN' } as const;

/** The policy once more, written down independently of the program. */
export const expectationOf = (route: Described, persona: Persona): Expected => {
  if (persona.isFromElsewhere && isUnsafe(route.method)) return { status: 403, code: 'CHR_WRONG_ORIGIN' };
  if (persona.kind === 'bad key') return { status: 401 };
  if (route.access === 'public') return 'let in';
  if (persona.kind === 'stranger' || persona.rights === null) return { status: 401, code: 'CHR_UNAUTHENTICATED' };
  if (route.access === 'session') return persona.kind === 'key' ? forbidden : sensitivity(route, persona);
  const right = permission.options.find((one) => one === route.access);
  if (right === undefined) return sensitivity(route, persona);
  if (!persona.rights.has(right)) return forbidden;
  return persona.isLimited ? limitedExpectation(route) : sensitivity(route, persona);
};

const sensitivity = (route: Described, persona: Persona): Expected =>
  route.isSensitive && persona.isStale ? { status: 403, code: 'CHR_CONFIRM_PASSWORD' } : 'let in';

const limitedExpectation = (route: Described): Expected => {
  if (parametersOf(route.path).some((name) => places.has(name))) return { status: 404, code: 'CHR_NOT_FOUND' };
  return route.isScoped ? 'let in' : forbidden;
};

export const parametersOf = (path: string): string[] => [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '');

/** The parameters that nobody has decided on. */
export const undecided = (routes: readonly Described[]): string[] =>
  routes.flatMap(({ method, path }) =>
    parametersOf(path)
      .filter((name) => !places.has(name) && !Object.hasOwn(placeless, name))
      .map((name) => `{${name}} of ${method} ${path}`),
  );
