import * as v from 'valibot';
import {
  idParam,
  linkStart,
  oidcProvider,
  oidcProviderAnswer,
  oidcProviderInput,
  oidcSecondFactor,
  pageOf,
  sessionAnswer,
  signInLink,
  signInWays,
} from '../../../../contract/index.ts';
import { ChrontainerError, notFound } from '../../../errors/index.ts';
import type { Answer, Call, Route } from '../../../http/index.ts';
import { route } from '../../../http/index.ts';
import type { OwnCookie } from '../cookies.ts';
import { readCookie, writeCookie } from '../cookies.ts';
import type { Place, SignedIn } from '../sign-in.ts';
import type { Users } from '../users.ts';
import type { Links } from './links.ts';
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
  links: Links;
  users: Pick<Users, 'find'>;
  /** Whether links for new passwords can be mailed. */
  sendsLinks(): Promise<boolean>;
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
    summary: 'What leads in here: passwords, links for new ones, and the sign-in provider',
    tag: 'Accounts',
    answers: { 200: signInWays },
    handle: async () => {
      const ways = await entrance.keeper.ways();
      return { body: { ...ways, passwordLinks: ways.passwords && (await entrance.sendsLinks()) } };
    },
  }),
  startRoute(entrance),
  callbackRoute(entrance),
  secondFactorRoute(entrance),
  ...linkRoutes(entrance),
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
      const who = { place: placeOf(call), caller: call.caller };
      const returned = await providerSignIn.finish(uri, Object.fromEntries(given), begun, who);
      return answerReturned(returned, call, enter);
    },
  });

const answerReturned = async (returned: Returned, call: PublicCall, enter: Entrance['enter']): Promise<Answer> => {
  const done = writeCookie(begunCookie, '', call.isSecure);
  const { next } = returned;
  if (returned.isLinking || returned.kind === 'linked') {
    const query: Record<string, string> =
      returned.kind === 'refused' ? { refused: returned.refusal } : { linked: 'true' };
    return toPage(`/profile?${new URLSearchParams(query)}`, [done]);
  }
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

const linkRoutes = ({ links, users, providerSignIn, baseUrl }: Entrance): Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/me/sign-in-links',
    access: 'session',
    summary: 'Whom my account belongs to at sign-in providers',
    tag: 'My account',
    answers: { 200: pageOf(signInLink) },
    handle: async ({ caller }) => ({ body: { items: await links.of(caller.userId), nextCursor: null } }),
  }),
  route({
    method: 'POST',
    path: '/api/v1/me/sign-in-links/start',
    access: 'session',
    // From our own page, and just confirmed: otherwise another site could link its own sign-in with this account.
    isSensitive: true,
    summary: 'Where to send my browser, so that the provider says who I am there and my account is linked with it',
    tag: 'My account',
    answers: { 200: linkStart },
    handle: async ({ caller, ...call }) => {
      const wish = { next: '/profile', isAgain: true, linkTo: caller.userId };
      const started = await providerSignIn.start(redirectUriOf(baseUrl, call), wish);
      if ('refusal' in started) throw new ChrontainerError('CHR_CONFLICT', 'The provider cannot be reached just now.');
      const cookie = writeCookie(begunCookie, started.begun, call.isSecure);
      return { body: { address: started.address }, headers: { 'Set-Cookie': cookie } };
    },
  }),
  route({
    method: 'DELETE',
    path: '/api/v1/me/sign-in-links/{linkId}',
    access: 'session',
    isSensitive: true,
    summary: 'Unlink my account from somebody at a provider; refused where nothing else would lead in',
    tag: 'My account',
    params: v.strictObject({ linkId: idParam }),
    answers: { 204: null },
    handle: async ({ params, caller }) => {
      const user = await users.find(caller.userId);
      if (!user) throw notFound('Your account is gone.');
      await links.remove(user, params.linkId, caller.actor);
      return { status: 204 };
    },
  }),
];

const settingsRoutes = ({ keeper, baseUrl }: Entrance): Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/sign-in-provider',
    access: 'users',
    summary: 'The provider that people sign in with',
    tag: 'Users',
    answers: { 200: oidcProviderAnswer },
    handle: async (call) => ({
      body: {
        provider: await keeper.look(),
        redirectUri: redirectUriOf(baseUrl, call),
        isOverridden: keeper.isOverridden,
      },
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
