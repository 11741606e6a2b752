import type { SessionAnswer } from '../../../contract/index.ts';
import {
  confirmation,
  passkeyOptions,
  passkeySignIn,
  passwordChange,
  sessionAnswer,
  setupRequest,
  setupState,
  signInRequest,
} from '../../../contract/index.ts';
import type { Answer, Route } from '../../http/index.ts';
import { route } from '../../http/index.ts';
import type { Rights } from '../../policy/index.ts';
import type { Accounts } from './accounts.ts';
import { sessionCookie } from './accounts.ts';
import { readCookie, writeCookie } from './cookies.ts';
import { deviceCookie } from './known-devices.ts';
import { mailRoutes } from './mail/index.ts';
import { meRoutes } from './me-routes.ts';
import { oidcRoutes } from './oidc/index.ts';
import { passkeyRoutes, secondFactorRoutes } from './second-factor/index.ts';
import type { Place, SignedIn } from './sign-in.ts';
import { roleRoutes, userRoutes } from './user-routes.ts';

const tag = 'Accounts';

/** The routes of set-up, sign-in, and accounts. */
export const accountsRoutes = (accounts: Accounts): Route[] => [
  ...setupRoutes(accounts),
  ...sessionRoutes(accounts),
  ...passkeySessionRoutes(accounts),
  ...oidcRoutes({
    keeper: accounts.provider,
    providerSignIn: accounts.providerSignIn,
    links: accounts.links,
    users: accounts.users,
    sendsLinks: () => accounts.mailer.isReady(),
    baseUrl: accounts.baseUrl,
    placeOf,
    enter: async (signedIn, { caller, isSecure }) => {
      await accounts.replaceSession(caller);
      return answerSignedIn(200, accounts, signedIn, isSecure);
    },
  }),
  ...mailRoutes(accounts),
  ...meRoutes(accounts.profiles),
  ...secondFactorRoutes(accounts),
  ...passkeyRoutes(accounts.secondFactors.passkeys),
  ...userRoutes(accounts.userKeeper),
  ...roleRoutes(accounts.roleKeeper),
];

const setupRoutes = (accounts: Accounts): Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/setup',
    access: 'public',
    summary: 'Whether the first account is still to be made, and until when it can be',
    tag,
    answers: { 200: setupState },
    handle: async () => ({ body: await accounts.setup.state() }),
  }),
  route({
    method: 'POST',
    path: '/api/v1/setup',
    access: 'public',
    summary: 'Makes the first account, an admin, and signs it in',
    tag,
    body: setupRequest,
    answers: { 201: sessionAnswer },
    handle: async ({ body, ...call }) => {
      const user = await accounts.setup.create(body.username, body.password, call.address);
      return answerSignedIn(201, accounts, await accounts.signIn.admit(user, placeOf(call)), call.isSecure);
    },
  }),
];

const sessionRoutes = (accounts: Accounts): Route[] => [
  route({
    method: 'POST',
    path: '/api/v1/session',
    access: 'public',
    summary: 'Signs in and sets the session cookie',
    tag,
    body: signInRequest,
    answers: { 200: sessionAnswer },
    handle: async ({ body, caller, ...call }) => {
      const { headers, ...signedIn } = await accounts.signIn.signIn(body, placeOf(call));
      await accounts.replaceSession(caller);
      return answerSignedIn(200, accounts, signedIn, call.isSecure, headers);
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/session',
    access: 'session',
    summary: 'Who I am and what I may do',
    tag,
    answers: { 200: sessionAnswer },
    handle: ({ caller, isSecure }) => ({
      body: presentSession({ ...caller, expiresAt: caller.session?.expiresAt ?? 0 }, isSecure),
    }),
  }),
  route({
    method: 'DELETE',
    path: '/api/v1/session',
    access: 'session',
    summary: 'Signs out',
    tag,
    answers: { 204: null },
    handle: async ({ caller, isSecure }) => {
      await accounts.signOut(caller);
      return { status: 204, headers: { 'Set-Cookie': writeCookie(sessionCookie, '', isSecure) } };
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/session/confirm',
    access: 'session',
    summary: 'Type my password again, or show a passkey; for 15 minutes I may then do what reaches far',
    tag,
    body: confirmation,
    answers: { 204: null },
    handle: async ({ body, caller, ...call }) => {
      await accounts.confirm(caller, body, placeOf(call));
      return { status: 204 };
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/me/password',
    access: 'session',
    summary: 'Changes my password and ends all my other sessions',
    tag,
    body: passwordChange,
    answers: { 200: sessionAnswer },
    handle: async ({ body, caller, ...call }) =>
      answerSignedIn(200, accounts, await accounts.changePassword(caller, body, placeOf(call)), call.isSecure),
  }),
];

/** A passkey in the place of name and password. */
const passkeySessionRoutes = (accounts: Accounts): Route[] => [
  route({
    method: 'POST',
    path: '/api/v1/session/passkey/challenge',
    access: 'public',
    summary: 'What a browser has to know to sign in with a passkey, or to confirm a sign-in with one',
    tag,
    answers: { 200: passkeyOptions },
    handle: async ({ host }) => ({ body: await accounts.secondFactors.passkeys.challenge(host) }),
  }),
  route({
    method: 'POST',
    path: '/api/v1/session/passkey',
    access: 'public',
    summary: 'Signs in with a passkey alone, and sets the session cookie',
    tag,
    body: passkeySignIn,
    answers: { 200: sessionAnswer },
    handle: async ({ body, caller, ...call }) => {
      const signedIn = await accounts.signIn.signInByPasskey(body.passkey, placeOf(call));
      await accounts.replaceSession(caller);
      return answerSignedIn(200, accounts, signedIn, call.isSecure);
    },
  }),
];

const placeOf = (call: {
  address: string;
  isSecure: boolean;
  host: string;
  header(name: string): string | undefined;
}): Place => ({
  address: call.address,
  userAgent: call.header('user-agent') ?? '',
  deviceCookie: readCookie(deviceCookie, call),
  host: call.host,
});

const answerSignedIn = (
  status: number,
  accounts: Accounts,
  { user, session, device }: SignedIn,
  isSecure: boolean,
  headers: Record<string, string> = {},
): Answer => ({
  status,
  body: presentSession(
    { ...user, userId: user.id, rights: accounts.roles.rightsOf(user.role), expiresAt: session.expiresAt },
    isSecure,
  ),
  headers: {
    ...headers,
    'Set-Cookie': [
      writeCookie(sessionCookie, session.reference, isSecure),
      writeCookie(deviceCookie, device, isSecure),
    ],
  },
});

const presentSession = (
  who: { userId: number; username: string; role: string; rights: Rights; expiresAt: number },
  isSecure: boolean,
): SessionAnswer => ({
  user: { id: who.userId, username: who.username, role: who.role },
  permissions: [...who.rights.permissions],
  scopes: who.rights.scopes && [...who.rights.scopes],
  expiresAt: new Date(who.expiresAt).toISOString(),
  insecure: !isSecure,
});
