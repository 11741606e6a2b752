import * as v from 'valibot';
import {
  oidcProvider,
  oidcProviderAnswer,
  oidcProviderInput,
  oidcSecondFactor,
  sessionAnswer,
  signInWays,
} from '../../../../contract/index.ts';
import type { Answer, Call, Route } from '../../../http/index.ts';
import { route } from '../../../http/index.ts';
import type { OwnCookie } from '../cookies.ts';
import { readCookie, writeCookie } from '../cookies.ts';
import type { Place, SignedIn } from '../sign-in.ts';
import type { ProviderKeeper } from './provider-keeper.ts';
import type { ProviderSignIn, Returned } from './provider-sign-in.ts';
import { begunMs } from './provider-sign-in.ts';

const path = '/api/v1/session/oidc';

/** Lax: the provider sends the browser back from another site. */
const begunCookie: OwnCookie = { name: 'chrontainer_oidc', sameSite: 'Lax', maxAgeMs: begunMs };
const halfCookie: OwnCookie = { name: 'chrontainer_oidc_half', sameSite: 'Strict', maxAgeMs: begunMs };

type PublicCall = Pick<
  Call<undefined, undefined, undefined, 'public'>,
  'address' | 'isSecure' | 'host' | 'header' | 'caller'
>;

/** What the routes of sign-in share. */
export interface Entrance {
  keeper: ProviderKeeper;
  providerSignIn: ProviderSignIn;
  baseUrl: string | null;
  placeOf(call: PublicCall): Place;
  /** Ends the session that is replaced, and answers with the new one and its cookies. */
  enter(signedIn: SignedIn, call: PublicCall): Promise<Answer>;
}

type Where = Pick<PublicCall, 'isSecure' | 'host'>;

const redirectUriOf = (baseUrl: string | null, { isSecure, host }: Where): string =>
  `${baseUrl ?? `${isSecure ? 'https' : 'http'}://${host}`}${path}/callback`;

/** The routes of the sign-in provider: those of whoever signs in by it, and its settings. */
export const oidcRoutes = (entrance: Entrance): Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/session/ways',
    access: 'public',
    summary: 'What leads in here: passwords, and the sign-in provider',
    tag: 'Accounts',
    answers: { 200: signInWays },
    handle: async () => ({ body: await entrance.keeper.ways() }),
  }),
  startRoute(entrance),
  callbackRoute(entrance),
  secondFactorRoute(entrance),
  ...settingsRoutes(entrance),
];

const startRoute = ({ providerSignIn, baseUrl }: Entrance): Route =>
  route({
    method: 'GET',
    path: `${path}/start`,
    access: 'public',
    summary: 'Sends the browser to the sign-in provider',
    tag: 'Accounts',
    query: v.strictObject({
      /** The page to show afterwards. */
      next: v.optional(v.pipe(v.string(), v.maxLength(500)), '/'),
      /** Whether the provider is to ask its user again, as before what reaches far. */
      again: v.optional(v.picklist(['true', 'false']), 'false'),
    }),
    answers: { 303: null },
    handle: async ({ query: { next, again }, ...call }) => {
      const redirectUri = redirectUriOf(baseUrl, call);
      const started = await providerSignIn.start(redirectUri, { next, isAgain: again === 'true' });
      if ('refusal' in started) return toSignIn({ refused: started.refusal, next });
      return toPage(started.address, [writeCookie(begunCookie, started.begun, call.isSecure)]);
    },
  });

const text = v.optional(v.pipe(v.string(), v.maxLength(4000)));

const callbackRoute = ({ providerSignIn, baseUrl, placeOf, enter }: Entrance): Route =>
  route({
    method: 'GET',
    path: `${path}/callback`,
    access: 'public',
    summary: 'Where the sign-in provider sends the browser back to',
    tag: 'Accounts',
    // Providers add what they like (RFC 6749, 4.1.2: "The client MUST ignore unrecognized response parameters").
    query: v.objectWithRest({ code: text, state: text, iss: text, error: text, error_description: text }, text),
    answers: { 303: null },
    handle: async ({ query, ...call }) => {
      const given = Object.entries(query).filter((pair): pair is [string, string] => pair[1] !== undefined);
      const begun = readCookie(begunCookie, call);
      const uri = redirectUriOf(baseUrl, call);
      const returned = await providerSignIn.finish(uri, Object.fromEntries(given), begun, placeOf(call));
      return answerReturned(returned, call, enter);
    },
  });

const answerReturned = async (returned: Returned, call: PublicCall, enter: Entrance['enter']): Promise<Answer> => {
  const done = writeCookie(begunCookie, '', call.isSecure);
  const { next } = returned;
  if (returned.kind === 'refused') return toSignIn({ refused: returned.refusal, next }, [done]);
  if (returned.kind === 'half') {
    return toSignIn({ half: 'true', next }, [done, writeCookie(halfCookie, returned.half, call.isSecure)]);
  }
  const { headers } = await enter(returned.signedIn, call);
  return toSignIn({ next }, [done, ...cookiesOf(headers)]);
};

const secondFactorRoute = ({ providerSignIn, placeOf, enter }: Entrance): Route =>
  route({
    method: 'POST',
    path: `${path}/second-factor`,
    access: 'public',
    summary: 'Shows the second factor after the sign-in provider; empty, it tells what would do',
    tag: 'Accounts',
    body: oidcSecondFactor,
    answers: { 200: sessionAnswer },
    handle: async ({ body, ...call }) => {
      const half = readCookie(halfCookie, call);
      const answer = await enter(await providerSignIn.showSecondFactor(half, body, placeOf(call)), call);
      const cookies = [...cookiesOf(answer.headers), writeCookie(halfCookie, '', call.isSecure)];
      return { ...answer, headers: { ...answer.headers, 'Set-Cookie': cookies } };
    },
  });

const settingsRoutes = ({ keeper, baseUrl }: Entrance): Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/sign-in-provider',
    access: 'users',
    summary: 'The provider that people sign in with',
    tag: 'Users',
    answers: { 200: oidcProviderAnswer },
    handle: async (call) => ({
      body: { provider: await keeper.look(), redirectUri: redirectUriOf(baseUrl, call) },
    }),
  }),
  route({
    method: 'PUT',
    path: '/api/v1/sign-in-provider',
    access: 'users',
    isSensitive: true,
    summary: 'Set the sign-in provider up; it is asked first. It takes every right',
    tag: 'Users',
    body: oidcProviderInput,
    answers: { 200: oidcProvider },
    handle: async ({ body, caller, ...call }) => ({
      body: await keeper.put(body, caller, redirectUriOf(baseUrl, call)),
    }),
  }),
  route({
    method: 'DELETE',
    path: '/api/v1/sign-in-provider',
    access: 'users',
    isSensitive: true,
    summary: 'Forget the sign-in provider; the accounts stay. It takes every right',
    tag: 'Users',
    answers: { 204: null },
    handle: async ({ caller }) => {
      await keeper.remove(caller);
      return { status: 204 };
    },
  }),
];

/** The sign-in page leads on to `next`, once it finds a session, and tells what was refused. */
const toSignIn = (query: Record<string, string>, cookies: string[] = []): Answer =>
  toPage(`/sign-in?${new URLSearchParams(query)}`, cookies);

const toPage = (location: string, cookies: string[]): Answer => ({
  status: 303,
  headers: { Location: location, ...(cookies.length > 0 ? { 'Set-Cookie': cookies } : {}) },
});

const cookiesOf = (headers: Answer['headers']): string[] => [headers?.['Set-Cookie'] ?? []].flat();
